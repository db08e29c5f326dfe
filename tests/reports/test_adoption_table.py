"""The figures of the Adoption page in one table: each beside what it is out of, and beside its own of before."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from core.catalogue import ANY, PRODUCT
from core.reports.adoption import adoption_table
from core.reports.adoption.funnel import Funnel
from core.reports.adoption.transitions import Transitions
from core.reports.measures.activity import Share
from core.reports.measures.tiers import Tier
from core.reports.periods import Period

HABITS = dict.fromkeys(Tier, 0) | {Tier.REGULAR: 6, Tier.POWER: 2, Tier.LIGHT: 4, Tier.AWAY: 1}
BEFORE = dict.fromkeys(Tier, 0) | {Tier.REGULAR: 3, Tier.LIGHT: 9}


def figures(now: dict[str, Any] | None = None, **more: Any) -> Any:
    """Those of a team of thirteen, of whom one is away."""
    weeks = Period(dt.date(2026, 11, 2), dt.date(2026, 11, 29))
    latest = {"active": Share(9, 12), "weekly": Share(6, 12), "stickiness": 0.4, "tier_counts": HABITS}
    before = {"weekly": None, "stickiness": 0.3, "tier_counts": BEFORE}
    usual = {
        "period": weeks,
        "product": ANY,
        "now": SimpleNamespace(**latest | {"tier_weeks": weeks} | (now or {})),
        "before": SimpleNamespace(**before),
        "active_before": Share(7, 11),
        "funnel": Funnel((("In the directory", 13), ("Has a Claude account", 10))),
        "transitions": Transitions(retained=6, new=3, reactivated=0, lapsed=0, inactive=4),
        "in_products": {"chat": Share(8, 12)},
        "weeks": {dt.date(2026, 11, 2): Share(6, 12), dt.date(2026, 11, 9): Share(9, 12)},
    }
    return cast("Any", SimpleNamespace(**usual | more))


def rows(found: pd.DataFrame) -> dict[str, list[Any]]:
    return {
        name: [None if pd.isna(value) else value for value in values[1:]]
        for name, *values in found.itertuples()
        if name != "New"
    }


def test_each_figure_stands_beside_what_it_is_out_of_and_what_it_was():
    told = rows(adoption_table.table(figures()))
    assert told["Active in the range"] == [9, 12, 0.75, 7, 11, pytest.approx(7 / 11)]
    assert told["Active in the 7 days to 2026-11-29"] == [6, 12, 0.5, None, None, None]
    assert told["Regular or power users"] == [8, 12, pytest.approx(2 / 3), 3, 12, 0.25]
    assert told["Regular"] == [6, 13, pytest.approx(6 / 13), 3, 12, 0.25]
    assert told["Has a Claude account"][:2] == [10, 13]
    assert told["Retained"][:2] == [6, 13]
    assert told["Claude Chat"] == [8, 12, pytest.approx(2 / 3), None, None, None]
    assert told["Average week"] == [None, None, 0.625, None, None, None]
    assert told["Stickiness"] == [None, None, 0.4, None, None, 0.3]


def test_of_a_small_team_there_are_people_and_no_rates():
    small = figures(
        {"active": Share(3, 5), "tier_counts": {}}, active_before=Share(2, 10), in_products={"chat": Share(3, 5)}
    )
    told = rows(adoption_table.table(small))
    assert told["Active in the range"] == [3, 5, None, 2, 10, 0.2]
    assert told["Claude Chat"] == [3, 5, None, None, None, None]
    assert not {"Average week", "Stickiness", "Regular"} & told.keys()


def test_with_a_product_chosen_the_table_tells_of_no_other():
    assert "Claude Chat" not in rows(adoption_table.table(figures(product=PRODUCT["code"])))
