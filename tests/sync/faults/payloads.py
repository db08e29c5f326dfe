"""Faults in what the API says: pages that do not fit together, rows and numbers that cannot be true (R16 to R37)."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from core.sync import reading
from tests.sync.faults.answers import JSON, refuse
from tests.sync.faults.api import Asked, Fault
from tests.sync.faults.case import HEALED, TAKEN, Case
from tests.sync.faults.stage import Stage

Page = dict[str, Any]
AGAIN = "read again"


def page(change: Callable[[Page, Asked], object]) -> Fault:
    """Pages of users changed, the rest as it is."""

    def answer(asked: Asked) -> httpx.Response:
        if asked.endpoint != "users":
            return asked.genuine()
        found = asked.page()
        if "data" not in found:  # a refusal, of a cursor that another fault made up
            return asked.genuine()
        change(found, asked)
        return httpx.Response(200, content=json.dumps(found), headers=JSON)

    return answer


def row(change: Callable[[Page], object], index: int = 2) -> Fault:
    """One row of each first page changed; the only one, where the newest day is looked for."""
    return page(lambda found, asked: change(found["data"][: index + 1][-1]) if asked.cursor is None else None)


def value(path: str, number: object) -> Fault:
    """One counter of one row set to anything."""

    def change(found: Page) -> None:
        *parents, leaf = path.split(".")
        for parent in parents:
            found = found[parent]
        found[leaf] = number

    return row(change)


def _looped(*cursors: str) -> Fault:
    """The genuine first page again and again, with the cursors in turn."""

    def answer(asked: Asked) -> httpx.Response:
        if asked.endpoint != "users":
            return asked.genuine()
        found = json.loads(asked.api.genuine(asked.request, None).content)
        turn = cursors.index(asked.cursor) + 1 if asked.cursor in cursors else 0
        found["next_page"] = cursors[turn % len(cursors)]
        return httpx.Response(200, content=json.dumps(found), headers=JSON)

    return answer


def _endless(asked: Asked) -> httpx.Response:
    if asked.endpoint != "users":
        return asked.genuine()
    return httpx.Response(200, json={"data": [], "next_page": f"cursor-{asked.turn}"})


@contextmanager
def _few_pages(_stage: Stage) -> Iterator[None]:
    """A bound that is met sooner."""
    usual, reading.MAX_PAGES = reading.MAX_PAGES, 20
    try:
        yield
    finally:
        reading.MAX_PAGES = usual


def _empty_between(asked: Asked) -> httpx.Response:
    """An empty page with a cursor before each page."""
    if asked.endpoint != "users":
        return asked.genuine()
    if asked.cursor is None or not asked.cursor.startswith("after "):
        return httpx.Response(200, json={"data": [], "next_page": f"after {asked.cursor or ''}"})
    return asked.genuine(asked.cursor.removeprefix("after "))


def _repeat(change: Callable[[Page], object]) -> Fault:
    """Who is the last of a page comes again on the next one."""
    kept: dict[dt.date, Page] = {}

    def again(found: Page, asked: Asked) -> None:
        if asked.cursor is not None and asked.day in kept:
            repeated = copy.deepcopy(kept[asked.day])
            change(repeated)
            found["data"].insert(0, repeated)
        kept.clear()
        if found["data"]:
            kept[asked.day] = found["data"][-1]

    return page(again)


def _with_another_address(entry: Page) -> None:
    name, _, host = entry["user"]["email_address"].partition("@")
    entry["user"]["email_address"] = f"{name}.new@{host}"


def _lost(times: int, status: int, words: str) -> Fault:
    """The cursor of the second page is refused, some times for each day."""
    refused: dict[dt.date, int] = {}

    def answer(asked: Asked) -> httpx.Response:
        if asked.endpoint == "users" and asked.cursor is not None and refused.get(asked.day, 0) < times:
            refused[asked.day] = refused.get(asked.day, 0) + 1
            return refuse(status, words, "invalid_request_error")(asked)
        return asked.genuine()

    return answer


def _sized(size: int) -> Callable[[Stage], Any]:
    """The server makes its pages another size."""

    @contextmanager
    def around(stage: Stage) -> Iterator[None]:
        usual, stage.api.page_size = stage.api.page_size, size
        try:
            yield
        finally:
            stage.api.page_size = usual

    return around


def _revised_between(found: Page, asked: Asked) -> None:
    for entry in found["data"] if asked.cursor is not None else []:
        entry["chat_metrics"]["message_count"] += 1


def _one_day(asked: Asked) -> httpx.Response:
    """One day in the middle is never there."""
    middle = asked.api.clock.now.date() - dt.timedelta(days=2)
    if asked.endpoint == "users" and asked.day in {middle, middle - dt.timedelta(days=3)}:
        return refuse(400, "Data is not yet available for this day.", "invalid_request_error")(asked)
    return asked.genuine()


def _no_users(found: Page, _asked: Asked) -> None:
    found.update(data=[], next_page=None)


def _fewer(found: Page, asked: Asked) -> None:
    if asked.day < asked.api.clock.now.date() - dt.timedelta(days=1):
        del found["data"][len(found["data"]) // 2 :]


def _without_chat(found: Page, asked: Asked) -> None:
    for entry in found["data"] if asked.day < asked.api.clock.now.date() - dt.timedelta(days=1) else []:
        entry["chat_metrics"] = dict.fromkeys(entry["chat_metrics"])


def _no_totals(asked: Asked) -> httpx.Response:
    if asked.endpoint == "users":
        return asked.genuine()
    return httpx.Response(200, json={"data": [], "next_page": None})


def _rename(entry: Page) -> None:
    entry["science_metrics"]["message_count"] = 0
    entry["bioscience_metrics"] = entry.pop("science_metrics")


_KNOWN = (
    "an account that was matched stays who it is by its id; before that, the first address is all there is to go by"
)

_WHOLE = "chat_metrics.message_count has to be a whole number from 0 to 2,147,483,647"

PAGING = (
    Case(id="R16", name="cursor to itself", says="so the list would never end", answer=_looped("A")),
    Case(id="R16", name="A-B-A", says="so the list would never end", answer=_looped("A", "B")),
    Case(id="R16", name="endless new cursors", says="more than 20 pages", answer=_endless, around=_few_pages),
    Case(id="R17", name="empty pages in between", ends=HEALED, answer=_empty_between),
    Case(id="R18", name="has_more says no", ends=HEALED, answer=page(lambda p, _: p.update(has_more=False))),
    Case(id="R19", name="twice, the same", ends=HEALED, answer=_repeat(lambda _: None)),
    Case(
        id="R19",
        name="twice, different",
        says="listed a user twice with different numbers",
        answer=_repeat(lambda r: r["chat_metrics"].update(message_count=999)),
    ),
    Case(id="R20", name="renamed between pages, twice", ends=HEALED, answer=_repeat(_with_another_address)),
    Case(
        id="R20",
        name="renamed between pages, never",
        ends=TAKEN,
        cure=AGAIN,
        answer=page(lambda p, asked: p["data"].pop(0) if asked.cursor else None),
    ),
    Case(id="R21", name="cursor expired once", ends=HEALED, answer=_lost(1, 400, "The cursor has expired.")),
    Case(
        id="R21",
        name="cursor gone always",
        says="no longer knows the place to read on from (410)",
        answer=_lost(99, 410, "Gone"),
    ),
    Case(id="R22", name="smaller pages", ends=HEALED, around=_sized(4)),
    Case(id="R22", name="larger pages", ends=HEALED, around=_sized(900)),
    Case(id="R23", name="revised between pages", ends=TAKEN, cure=AGAIN, answer=page(_revised_between)),
)

ROWS = (
    Case(id="R25", name="new field", ends=HEALED, answer=row(lambda r: r.update(new_metrics={"count": 3}))),
    Case(id="R25", name="null counter", ends=TAKEN, cure=AGAIN, answer=value("chat_metrics.message_count", None)),
    Case(id="R25", name="missing block", ends=TAKEN, cure=AGAIN, answer=row(lambda r: r.pop("office_metrics"))),
    Case(id="R25", name="block renamed", ends=HEALED, answer=row(_rename)),
    Case(
        id="R26", name="negative", says=f"{_WHOLE} (Expected int >= 0)", answer=value("chat_metrics.message_count", -1)
    ),
    Case(
        id="R26",
        name="fraction",
        says=f"{_WHOLE} (Expected float that's a multiple of 1.0)",
        answer=value("chat_metrics.message_count", 3.5),
    ),
    Case(
        id="R26",
        name="text",
        says=f"{_WHOLE} (Expected int | float | null, got str)",
        answer=value("chat_metrics.message_count", "3"),
    ),
    Case(
        id="R26",
        name="boolean",
        says=f"{_WHOLE} (Expected int | float | null, got bool)",
        answer=value("chat_metrics.message_count", True),
    ),
    Case(
        id="R26",
        name="2 to the 31",
        says=f"{_WHOLE} (Expected int <= 2147483647)",
        answer=value("chat_metrics.message_count", 2**31),
    ),
    Case(
        id="R26",
        name="2 to the 63",
        says=f"{_WHOLE} (Expected int <= 2147483647)",
        answer=value("chat_metrics.message_count", 2**63),
    ),
    Case(id="R26", name="0.0 for 0", ends=HEALED, answer=value("web_search_count", 0.0)),
    Case(
        id="R27",
        name="more accepted than proposed",
        ends=TAKEN,
        cure=AGAIN,
        answer=value("claude_code_metrics.tool_actions.edit_tool.accepted_count", 50),
    ),
    Case(
        id="R28",
        name="user without id",
        says=".user: Object missing required field id",
        answer=row(lambda r: r["user"].pop("id")),
    ),
    Case(
        id="R28",
        name="user without e-mail",
        ends=TAKEN,
        cure=AGAIN,
        answer=row(lambda r: r["user"].update(email_address=None)),
        phases=("first connect",),
        why_not_all="an address that is known is not forgotten because a page lacks it",
    ),
    Case(
        id="R29",
        name="e-mail of a colleague",
        ends=HEALED,
        answer=row(lambda r: r["user"].update(email_address="p01@example.com")),
        phases=("steady",),
        why_not_all=_KNOWN,
    ),
    Case(
        id="R30",
        name="two ids with one e-mail",
        ends=HEALED,
        answer=page(lambda p, _: p["data"][-2:][0]["user"].update(email_address=p["data"][0]["user"]["email_address"])),
        phases=("steady",),
        why_not_all=_KNOWN,
    ),
    Case(
        id="R32",
        name="nobody",
        says="The API now has 0 people on 2026-11-20 instead of 23",
        answer=page(_no_users),
        phases=("steady",),
        why_not_all="nothing is stored yet to which an empty day could be compared",
    ),
    Case(
        id="R35",
        name="half of the people",
        says="The API now has 11 people on 2026-11-20 instead of 23",
        answer=page(_fewer),
        phases=("steady",),
        why_not_all="nothing is stored yet of which half could be gone",
    ),
    Case(
        id="R35",
        name="nothing counted of a product",
        says="The API now has no use of Claude Chat on 2026-11-20",
        answer=page(_without_chat),
        phases=("steady",),
        why_not_all="nothing is stored yet that could come to nothing",
    ),
    Case(
        id="R35",
        name="totals without entries",
        says="The API now has no entry for 2026-11-20 instead of 6",
        answer=_no_totals,
        phases=("steady",),
        why_not_all="nothing is stored yet of which entries could be gone",
    ),
    Case(id="R37", name="a day that never comes", says="does not serve this day, but older ones", answer=_one_day),
)

ALL = (*PAGING, *ROWS)
