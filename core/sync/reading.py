"""All pages of one day, checked and kept small; or the news that nothing changed since the last time."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from tempfile import SpooledTemporaryFile

import numpy as np

from core.api.records import UsagePage, decode, envelope
from core.errors import ApiContractError, CursorLost

MAX_PAGES = 2_000
"""A day of two million users; a listing longer than that is one that never ends."""

_SPOOL = 32 * 1024 * 1024
_DIGEST = 16

Fetch = Callable[[dt.date, str | None], bytes]
"""Fetches the body of one page of a day's users, given the cursor of the page."""


@dataclass(frozen=True)
class DayPages:
    """One day as it was read: `pages` is None when every page is the one stored before."""

    pages: list[UsagePage] | None
    digests: bytes


def read_day(fetch: Fetch, day: dt.date, known: bytes = b"") -> DayPages:
    """Read a day to its last page.

    `known` are the digests of the stored version's pages; pages are decoded only once one differs from it, so an
    unchanged day costs little more than its transfer.

    Raises:
        CursorLost: the pages do not fit together; reading the day once more may help.
        ApiError: as the client and the decoder raise it.
    """
    digests, pages = bytearray(), list[UsagePage]()
    with SpooledTemporaryFile(max_size=_SPOOL) as same:
        for body, digest in _bodies(fetch, day):
            digests += digest
            if not pages and known.startswith(digests):
                same.write(struct.pack("<q", len(body)) + body)
                continue
            pages += [decode(earlier) for earlier in _spooled(same)]
            pages.append(decode(body))
        if not pages and bytes(digests) != known:  # the listing became shorter: its beginning is all there is
            pages = [decode(earlier) for earlier in _spooled(same)]
    if bytes(digests) == known:
        return DayPages(None, known)
    return DayPages(_without_repeats(pages), bytes(digests))


def _bodies(fetch: Fetch, day: dt.date) -> Iterator[tuple[bytes, bytes]]:
    cursor, seen = None, set[str]()
    for _ in range(MAX_PAGES):
        body = fetch(day, cursor)
        page = envelope(body)
        yield body, page.digest
        cursor = page.next_page
        if cursor is None:
            return
        if cursor in seen:
            message = f"The API served the same page of {day} twice, so the list would never end. Nothing was stored."
            raise ApiContractError(message, "next_page")
        seen.add(cursor)
    message = f"The API's list for {day} has more than {MAX_PAGES} pages. Nothing of it was stored."
    raise ApiContractError(message, "next_page")


def _spooled(file: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    """The bodies kept so far, and forget them."""
    file.seek(0)
    while header := file.read(8):
        yield file.read(struct.unpack("<q", header)[0])
    file.seek(0)
    file.truncate()


def _without_repeats(pages: list[UsagePage]) -> list[UsagePage]:
    """Drop a user's second row when it says the same: the list is sorted by e-mail, so a rename can repeat one."""
    first: dict[str, tuple[int, int]] = {}
    result = []
    for number, page in enumerate(pages):
        keep = np.ones(len(page.user_ids), dtype=bool)
        for index, user_id in enumerate(page.user_ids):
            where = first.setdefault(user_id, (number, index))
            if where != (number, index):
                keep[index] = False
                other = pages[where[0]]
                if not np.array_equal(other.values[where[1]], page.values[index]):
                    message = f"The API listed user {user_id} twice with different numbers. Nothing was stored."
                    raise CursorLost(message)
        result.append(page if keep.all() else _only(page, keep))
    return result


def _only(page: UsagePage, keep: np.ndarray) -> UsagePage:
    chosen = np.flatnonzero(keep)
    return replace(
        page,
        user_ids=[page.user_ids[index] for index in chosen],
        emails=[page.emails[index] for index in chosen],
        values=page.values[chosen],
        unmeasured=page.unmeasured[chosen],
    )
