"""All pages of one day, checked and kept small; or the news that nothing changed since the last time."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from typing import Self

import numpy as np

from core.api.records import UsagePage, decode, envelope
from core.errors import ApiContractError, CursorLost

MAX_PAGES = 2_000
"""A day of two million users; a listing longer than that is one that never ends."""

_IN_MEMORY = 32 * 1024 * 1024

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
    with _Bodies() as same:
        for body, digest in page_bodies(fetch, day):
            digests += digest
            if not pages and known.startswith(digests):
                same.keep(body)
                continue
            pages += map(decode, same.release())
            pages.append(decode(body))
        if bytes(digests) == known:
            return DayPages(None, known)
        pages += map(decode, same.release())  # when the listing became shorter, its beginning is all there is
    return DayPages(_without_repeats(pages), bytes(digests))


def page_bodies(fetch: Fetch, day: dt.date) -> Iterator[tuple[bytes, bytes]]:
    """The pages of a day's list to its last, each with its fingerprint; a list that never ends is an error."""
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


class _Bodies:
    """Page bodies that may yet be needed: the first in memory, the rest in a temporary file, to bound the memory."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._size = 0
        self._file = TemporaryFile()  # noqa: SIM115 - closed with this object

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def keep(self, body: bytes) -> None:
        self._size += len(body)
        if self._size <= _IN_MEMORY:
            self._kept.append(body)
        else:
            self._file.write(struct.pack("<q", len(body)) + body)

    def release(self) -> Iterator[bytes]:
        """All kept bodies in order, forgetting them."""
        kept, self._kept, self._size = self._kept, [], 0
        yield from kept
        self._file.seek(0)
        while header := self._file.read(8):
            yield self._file.read(struct.unpack("<q", header)[0])
        self._file.seek(0)
        self._file.truncate()


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
