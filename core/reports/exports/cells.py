"""Text from outside as a plain cell: a name that begins like a formula must not become one when the file is opened."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")


def plain(text: str) -> str:
    """The text, with an apostrophe before it when a spreadsheet would run it as a formula.

    Source: OWASP, "CSV injection"; the full-width forms are folded to ASCII by some spreadsheets.
    """
    return f"'{text}" if _FORMULA.match(text) else text
