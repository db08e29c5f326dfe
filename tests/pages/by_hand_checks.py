"""A page as its reader sees it, and the figures of its product tabs held against those that were added up by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from simulator.organisation import Person
from tests.pages.by_hand import DAY, FIELDS, MONTH, PRODUCTS, RATE, ByHand, days
from tests.support.company import claims_of
from tests.support.screen import ENTRY, ROOT, metric

THIN = "\u202f"
KEYS = dict(
    zip(
        FIELDS,
        ("chat", "code", "cowork", "excel", "powerpoint", "word", "outlook", "design", "science", "slack", "across"),
        strict=True,
    )
)
"""As an address and the session name the products."""


def page(person: Person, path: str) -> AppTest:
    at = AppTest.from_file(str(ENTRY), default_timeout=30)
    at.user = claims_of(person.email)
    at.run()
    at.switch_page(str(ROOT / path))
    at.run()
    at.selectbox(key="range").set_value("28d").run()
    assert not at.exception
    return at


def opened(at: AppTest, chart: str) -> pd.DataFrame:
    """The numbers behind a chart."""
    at.session_state[f"{chart}_numbers"] = True
    at.run()
    assert not at.exception
    (node,) = [frame for each in at.get("popover") for frame in each.dataframe]
    at.session_state[f"{chart}_numbers"] = False
    return node.value


def rows_of(numbers: pd.DataFrame) -> list[tuple[dt.date, dict[str, Any]]]:
    """The day with which each row begins, and its numbers by column."""
    return list(zip(numbers.index, cast("Any", numbers.to_dict("records")), strict=True))


def amount(value: float | None, *, rate: bool = False) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if rate else str(round(value))


def change(now: float | None, then: float | None, *, rate: bool = False) -> str:
    """What a card says beside its number; nothing where there is nothing to compare."""
    if now is None or then is None:
        return ""
    by = round(now * 100) - round(then * 100) if rate else round(now - then)
    sign = "+" if by > 0 else "−" if by < 0 else "±"
    unit = (" point" if abs(by) == 1 else " points") if rate else ""
    return f"{sign}{abs(by)}{unit} vs before"


def delta(at: AppTest, label: str) -> str:
    return next(card.delta for card in at.metric if card.label == label).replace(THIN, "")


def texts(at: AppTest) -> str:
    return "\n".join(element.value for element in at.markdown).replace(THIN, "").replace("\\", "")


def check_products(at: AppTest, hand: ByHand, month: list[dt.date], *, medians: bool) -> None:
    """Each product's tab: its cards, its table of all statistics, and the numbers behind its chart."""
    before = [day - DAY * MONTH for day in month]
    tabs = [tab.label for tab in at.tabs]
    assert tabs == [*(name for name in PRODUCTS if hand.active(month, name)), list(FIELDS)[-1]]
    compared = 0
    for tab in tabs:
        at.query_params["area"] = KEYS[tab]
        at.run()
        assert not at.exception
        told = {
            name: (hand.amount(name, month), hand.amount(name, before) if hand.compares(name, month) else None)
            for name in FIELDS[tab]
        }
        told = {name: values for name, values in told.items() if values[0] is not None}
        shown = {card.label: card for card in at.metric if card.label in told}
        tables = [table.value for table in at.table if "This range" in table.value.columns]
        table = pd.concat(tables) if tables else pd.DataFrame()
        assert set(shown) | set(table.index) == set(told), tab
        for name, (now, then) in told.items():
            rate = name == RATE
            if name in shown:
                assert metric(at, name) == amount(now, rate=rate), name
                assert delta(at, name) == change(now, then, rate=rate), name
            if name in table.index:
                row = table.loc[name].str.replace(THIN, "")
                said, _, cases = row["This range"].partition(" of ")
                assert [said, row["Range before"]] == [amount(now, rate=rate), amount(then, rate=rate)]
                assert cases.isdigit() == rate
            if medians and not rate:
                used = hand.active(month, None if tab == list(FIELDS)[-1] else tab)
                median = str(table.loc[name, "Median per active person"]).replace(THIN, "")
                assert float(median) == hand.median(name, month, used), name
            compared += 1
        check_trend(at, hand, month, tab)
    assert compared > 20, compared  # it depends on the day which products somebody used lately


def check_trend(at: AppTest, hand: ByHand, month: list[dt.date], tab: str) -> None:
    """The numbers behind the chart of the statistic that is shown first, and of the rate."""
    weeks = sorted({day - DAY * day.weekday() for day in month})
    for number in range(1 + (tab == "Claude Code")):
        if number:
            at.query_params["statistic"] = "edit_acceptance_rate"
        numbers = opened(at, f"trend_{KEYS[tab]}")
        name = numbers.columns[0]
        assert name == (RATE if number else next(iter(FIELDS[tab])))
        assert list(numbers.index) == weeks
        for monday, row in rows_of(numbers):
            said, earlier = row[name], row["Period before"]
            week = days(monday, monday + DAY * 6)
            assert same(said, hand.amount(name, [day for day in week if day in month])), (name, monday)
            then = [day - DAY * MONTH for day in week] if set(week) <= set(month) else []
            assert same(earlier, hand.amount(name, then) if then and hand.compares(name, month) else None), (
                name,
                monday,
            )


def same(shown: float, expected: float | None) -> bool:
    return bool(pd.isna(shown)) if expected is None else shown == pytest.approx(expected)


def sunday_before(day: dt.date) -> dt.date:
    """The last day of the newest complete week."""
    return day - DAY * ((day.weekday() + 1) % 7)
