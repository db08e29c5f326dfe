"""All pages of a day, whole or not at all, with as little work and memory as can be."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from core.api import records
from core.errors import ApiContractError, CursorLost
from core.sync import reading, spool
from core.sync.reading import read_day
from simulator.wire import usage_row

DAY = dt.date(2026, 11, 20)


def _row(name: str, messages: int = 1) -> dict:
    return usage_row(f"user_{name}", f"{name}@example.com", **{"chat_metrics.message_count": messages})


class Listing:
    """Serves pages by cursor and counts what it was asked and what was decoded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, pages: list[list[dict]]) -> None:
        self.bodies: dict[str | None, bytes] = {}
        self.cursors: list[str | None] = []
        self.decoded = 0
        self.serve(pages)
        decode = records.decode

        def counting(body: bytes):
            self.decoded += 1
            return decode(body)

        monkeypatch.setattr(reading, "decode", counting)

    def serve(self, pages: list[list[dict]], ends_with: str | None = None) -> None:
        cursors = [None, *[f"cursor-{number}" for number in range(1, len(pages))], ends_with]
        self.bodies = {
            cursors[number]: json.dumps({"data": rows, "next_page": cursors[number + 1]}).encode()
            for number, rows in enumerate(pages)
        }

    def __call__(self, day: dt.date, cursor: str | None) -> bytes:
        assert day == DAY
        self.cursors.append(cursor)
        return self.bodies[cursor]

    def read(self, known: bytes = b"") -> tuple[dict[str, int] | None, bytes]:
        self.cursors, self.decoded = [], 0
        with read_day(self, DAY, known) as found:
            if found.pages is None:
                return None, found.digests
            users = [user.removeprefix("user_") for page in found.pages for user in page.user_ids]
            messages = [int(row.sum()) for page in found.pages for row in page.values]
            assert len(set(users)) == len(users)
            return dict(zip(users, messages, strict=True)), found.digests


@pytest.fixture(params=[64, 1, 0], ids=["in memory", "one page in memory", "in a file"])
def pages_in_memory(request, monkeypatch) -> None:
    monkeypatch.setattr(spool, "PAGES_IN_MEMORY", request.param)


@pytest.fixture
def listing(pages_in_memory, monkeypatch) -> Listing:
    return Listing(monkeypatch, [[_row("a"), _row("b")], [_row("c")], [_row("d"), _row("e")]])


def test_every_page_is_read_once_and_an_empty_one_in_the_middle_ends_nothing_r17(listing):
    listing.serve([[_row("a")], [], [_row("b", 2)]])
    assert listing.read()[0] == {"a": 1, "b": 2}
    assert listing.cursors == [None, "cursor-1", "cursor-2"]


def test_an_unchanged_day_is_fetched_and_not_decoded(listing):
    _, known = listing.read()
    assert listing.read(known) == (None, known)
    assert (len(listing.cursors), listing.decoded) == (3, 0)


@pytest.mark.parametrize("changed", range(3))
def test_a_difference_on_any_page_gives_the_whole_day(listing, changed):
    _, known = listing.read()
    pages = [[_row("a"), _row("b")], [_row("c")], [_row("d"), _row("e")]]
    pages[changed].append(_row("x", 9))
    listing.serve(pages)
    found, digests = listing.read(known)
    assert found == {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "x": 9}
    assert digests != known
    assert listing.decoded == 3


@pytest.mark.parametrize("pages", [[], [[]], [[_row("a"), _row("b")]], [[_row("a"), _row("b")], [_row("c")]]])
def test_a_listing_that_became_shorter_is_a_change(listing, pages):
    _, known = listing.read()
    listing.serve(pages or [[]])
    found, _ = listing.read(known)
    assert found == {row["user"]["email_address"][0]: 1 for page in pages for row in page}


def test_a_listing_that_became_longer_is_a_change(listing):
    _, known = listing.read()
    listing.serve([[_row("a"), _row("b")], [_row("c")], [_row("d"), _row("e")], [_row("f", 3)]])
    assert listing.read(known)[0] == {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 3}


@pytest.mark.parametrize("cursor", ["cursor-1", "cursor-2"])
def test_a_cursor_that_comes_again_ends_the_day_without_a_result_r16(listing, cursor):
    listing.serve([[_row("a")], [_row("b")], [_row("c")]], ends_with=cursor)
    with pytest.raises(ApiContractError, match="served the same page of 2026-11-20 twice"):
        listing.read()
    assert len(listing.cursors) == 3


def test_a_listing_without_an_end_is_given_up_at_a_bound_r16(monkeypatch):
    monkeypatch.setattr(reading, "MAX_PAGES", 20)
    asked = []

    def endless(_day: dt.date, cursor: str | None) -> bytes:
        asked.append(cursor)
        return json.dumps({"data": [], "next_page": f"cursor-{len(asked)}"}).encode()

    with pytest.raises(ApiContractError, match="more than 20 pages"), read_day(endless, DAY):
        pass
    assert len(asked) == 20


def test_somebody_listed_twice_with_the_same_numbers_counts_once_r19(listing):
    listing.serve([[_row("a"), _row("b", 4)], [_row("b", 4), _row("c")]])
    assert listing.read()[0] == {"a": 1, "b": 4, "c": 1}


def test_somebody_listed_twice_with_different_numbers_spoils_the_reading_r19(listing):
    listing.serve([[_row("a"), _row("b", 4)], [_row("b", 5)]])
    with pytest.raises(CursorLost, match="a user twice with different numbers") as spoiled:
        listing.read()
    assert "user_b" not in str(spoiled.value)


def test_somebody_renamed_between_two_pages_counts_once_r20(listing):
    renamed = _row("a", 3)
    renamed["user"]["email_address"] = "z@example.com"
    listing.serve([[_row("a", 3)], [renamed]])
    assert listing.read()[0] == {"a": 3}


@pytest.mark.parametrize("limit", [0, 1, 3_000])
def test_pages_that_do_not_fit_into_memory_come_back_from_the_file_in_order_r33(listing, monkeypatch, limit):
    monkeypatch.setattr(spool, "BODIES_IN_MEMORY", limit)
    _, known = listing.read()
    assert listing.read(known) == (None, known)
    listing.serve([[_row("a"), _row("b")], [_row("c")], [_row("d"), _row("e", 8)]])
    found, _ = listing.read(known)
    assert list(found.items()) == [("a", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 8)]
    listing.serve([[_row("a"), _row("b")], [_row("c")]])
    assert list(listing.read(known)[0]) == ["a", "b", "c"]
