"""All pages of one day, checked and kept small; or the news that nothing changed since the last time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core.api.records import UsagePage, decode, envelope
from core.errors import ApiContractError, CursorLost
from core.store.matching.accounts import fingerprints
from core.sync.spool import Bodies, Pages

MAX_PAGES = 2_000
"""A day of two million users; a listing longer than that is one that never ends."""

Fetch = Callable[[dt.date, str | None], bytes]
"""Fetches the body of one page of a day's users, given the cursor of the page."""

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class DayPages:
    """One day as it was read: `pages` is None when every page is the one stored before."""

    pages: Sequence[UsagePage] | None
    digests: bytes


@contextmanager
def read_day(fetch: Fetch, day: dt.date, known: bytes = b"") -> Iterator[DayPages]:
    """Read a day to its last page, and keep the pages until the caller is done.

    `known` are the digests of the stored version's pages; pages are decoded only once one differs from it, so an
    unchanged day costs little more than its transfer.

    Raises:
        CursorLost: the pages do not fit together; reading the day once more may help.
        ApiError: as the client and the decoder raise it.
    """
    with closing(Bodies()) as same, closing(Pages()) as pages:
        digests = bytearray()
        for body, digest in page_bodies(fetch, day):
            digests += digest
            if not pages and known.startswith(digests):
                same.keep(body)
                continue
            for earlier in same.release():
                pages.append(decode(earlier))
            pages.append(decode(body))
        if bytes(digests) == known:
            yield DayPages(None, known)
            return
        for earlier in same.release():  # when the listing became shorter, its beginning is all there is
            pages.append(decode(earlier))
        _leave_out_repeats(pages)
        yield DayPages(pages, bytes(digests))


def twice_at_most(read: Callable[[], _Read]) -> _Read:
    """What a reading gives; where its pages do not fit together, it is done once more from the first page.

    Raises:
        CursorLost: the pages did not fit together the second time either.
    """
    try:
        return read()
    except CursorLost:
        return read()


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


def _leave_out_repeats(pages: Pages) -> None:
    """Drop a user's second row when it says the same: the list is sorted by e-mail, so a rename can repeat one."""
    keys = [fingerprints(page.user_ids) for page in pages]
    starts = np.cumsum([0, *map(len, keys)])
    users = np.concatenate(keys) if keys else np.array([], dtype="S16")
    if len(users) == len(np.unique(users)):
        return
    order = np.argsort(users, kind="stable")
    again = np.flatnonzero(users[order][1:] == users[order][:-1]) + 1
    firsts = np.searchsorted(users[order], users[order][again])
    repeats: dict[int, list[int]] = {}
    for first, repeat in zip(order[firsts].tolist(), order[again].tolist(), strict=True):
        page, row = _place(starts, repeat)
        other_page, other_row = _place(starts, first)
        if not np.array_equal(pages[page].values[row], pages[other_page].values[other_row]):
            # Without the user's id: the sentence ends up in logs.
            raise CursorLost("The API listed a user twice with different numbers. Nothing was stored.")
        repeats.setdefault(page, []).append(row)
    for page, rows in repeats.items():
        pages.leave_out(page, np.array(rows))


def _place(starts: np.ndarray, row: int) -> tuple[int, int]:
    """Page and row within the page, of a row of the day."""
    page = int(np.searchsorted(starts, row, side="right")) - 1
    return page, row - int(starts[page])
