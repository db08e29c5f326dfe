"""What can go wrong while an answer is decoded, and where in it."""

from __future__ import annotations

import re

import msgspec

DECODE_ERRORS = (msgspec.MsgspecError, RecursionError, OverflowError, ValueError)
"""What msgspec raises on a body from elsewhere: no JSON, another shape, nested too deep, or a number without bounds."""

_PARTS = re.compile(r"^(.*?)(?: - at `(?:key in )?(.+)`)?$", re.DOTALL)


def told(error: Exception) -> tuple[str, str]:
    """What an error says is wrong, and the path to the value as msgspec writes it ("$.data[...].user"), "" if none."""
    found = _PARTS.match(str(error))
    return (found[1], found[2] or "") if found else (str(error), "")
