"""A page's cursor and fingerprint, found without parsing the page.

Most pages of a re-read day have not changed. A fingerprint of everything but the cursor, which may differ from read to
read, recognises them for about a tenth of what parsing costs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
import xxhash

from core.api.undecoded import DECODE_ERRORS
from core.errors import ApiContractError

LONGEST_CURSOR = 8_192
"""In bytes; longer cursors would not fit an address."""

_SCALAR = rb'(?:null|true|false|-?[0-9][0-9.eE+\-]*|"[ !#-\[\]-~]*")'
_SPACE = rb"[ \t\r\n]*"
# Only scalars follow, up to the very last brace, so the key stands in the outermost object and not in a user's row.
_CURSOR_AT_END = re.compile(
    rb'"next_page"' + _SPACE + rb":" + _SPACE + rb'(null|"[ !#-\[\]-~]*")'
    rb"(?:"
    + _SPACE
    + rb","
    + _SPACE
    + rb'"[ !#-\[\]-~]*"'
    + _SPACE
    + rb":"
    + _SPACE
    + _SCALAR
    + rb")*"
    + _SPACE
    + rb"\}"
    + _SPACE
    + rb"\Z"
)


@dataclass(frozen=True)
class Envelope:
    """What surrounds the rows: the cursor of the page that follows, None on the last, and the 16-byte fingerprint."""

    next_page: str | None
    digest: bytes


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]


def require_page(body: bytes) -> None:
    """Nothing, when a body is a page, whatever its rows hold: those are checked when their day is read.

    Raises:
        ApiContractError: the body is no JSON object with a list of rows.
    """
    try:
        msgspec.json.decode(body, type=_Page)
    except DECODE_ERRORS as error:
        raise ApiContractError(
            "The Analytics API's answer is not a page of data: it is cut off, no JSON object, or has no list of rows. "
            "Stored data stays as it is."
        ) from error


def envelope(body: bytes) -> Envelope:
    """The cursor and fingerprint of a page; rows are not looked at, `core.api.records.decode` checks them.

    Raises:
        ApiContractError: the body is no JSON object, or its cursor is no text.
    """
    start = body.rfind(b'"next_page"', max(0, len(body) - LONGEST_CURSOR - 1024))
    found = _CURSOR_AT_END.match(body, start) if start >= 0 and body[:1] == b"{" else None
    if found is None:
        return _parsed(body)
    fingerprint = xxhash.xxh3_128()
    with memoryview(body) as view:
        fingerprint.update(view[: found.start(1)])
        fingerprint.update(view[found.end(1) :])
    cursor = None if found[1] == b"null" else found[1][1:-1].decode("ascii")
    return Envelope(_checked(cursor), fingerprint.digest())


def _parsed(body: bytes) -> Envelope:
    """The cursor and fingerprint of a page by parsing it, for a body whose end looks unusual."""
    try:
        page = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        cursor = msgspec.json.decode(page.pop("next_page", msgspec.Raw(b"null")), type=str | None)
    except DECODE_ERRORS as error:
        raise ApiContractError(
            "The Analytics API's answer is not a page of data: it is cut off, no JSON object, or its next_page is no "
            "text. Nothing of this day was stored."
        ) from error
    fingerprint = xxhash.xxh3_128()
    for name, value in page.items():
        fingerprint.update(name.encode() + b"\0")
        fingerprint.update(value)
    return Envelope(_checked(cursor), fingerprint.digest())


def _checked(cursor: str | None) -> str | None:
    size = len((cursor or "").encode())
    if size > LONGEST_CURSOR:
        raise ApiContractError(
            f"The Analytics API's next_page is {size:,} bytes long, more than an address can hold. "
            "Nothing of this day was stored.",
            "next_page",
        )
    return cursor or None
