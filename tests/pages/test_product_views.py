"""The trend of a statistic has a line of the period before where the definition allows a comparison, else a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import numpy as np
import pytest

from core.catalogue import STAT, Ratio, measures_of
from core.reports.measures.daily import Daily
from core.reports.periods import Grain, Period
from core.ui.widgets import choices, product_views, stat_views
from core.ui.widgets.chart_files import ChartSubject
from core.ui.widgets.product_views import PeriodMeasures, ProductFigures

PERIOD = Period(dt.date(2026, 11, 2), dt.date(2026, 11, 15))
SKILLS, MESSAGES, RATE = STAT["skill_usage"], STAT["chat_messages"], STAT["edit_acceptance_rate"]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch):
    """What a trend gives to be drawn: the figure, its table and its note."""
    charts: list[dict[str, Any]] = []
    monkeypatch.setattr(choices, "buttons", lambda _label, _key, labels, *_, **__: next(iter(labels)))
    monkeypatch.setattr(
        stat_views,
        "chart",
        lambda title, figure, table, **more: charts.append({"figure": figure, "table": table} | more),
    )

    def draw(stat, now: Daily, before: Daily | None) -> dict[str, Any]:
        told = ProductFigures(
            ChartSubject(cast("Any", None), cast("Any", None), PERIOD), PeriodMeasures(PERIOD, now, before, Grain.WEEK)
        )
        product_views._trend(stat.product, [stat], told, ())
        return charts.pop()

    return draw


def counted(stat, period: Period, amount: float, *, missing: int = 0) -> Daily:
    """So much of each counter of a statistic every day; the first of them is not measured on so many first days."""
    keys = measures_of(stat)
    amounts = np.full((len(period), len(keys)), float(amount))
    amounts[:missing, 0] = np.nan
    return Daily(list(period), keys, amounts)


def line_of(chart: dict[str, Any]) -> list[str]:
    return [trace.name for trace in chart["figure"].data if trace.name == "Period before"]


def test_a_comparison_that_holds_is_drawn_and_said(drawn):
    chart = drawn(MESSAGES, counted(MESSAGES, PERIOD, 3), counted(MESSAGES, PERIOD.before(), 2))
    assert line_of(chart)
    assert chart["table"]()["Period before"].tolist() == [14, 14]
    assert f"Grey line: the same days of {PERIOD.before()}." in chart["note"]
    assert "No comparison" not in chart["note"]


@pytest.mark.parametrize(("missing_now", "missing_before"), [(0, 5), (5, 0), (0, 14)])
def test_a_counter_told_on_some_of_the_days_only_has_no_line_and_a_reason(drawn, missing_now, missing_before):
    now = counted(SKILLS, PERIOD, 3, missing=missing_now)
    chart = drawn(SKILLS, now, counted(SKILLS, PERIOD.before(), 2, missing=missing_before))
    assert not line_of(chart)
    assert chart["table"]()["Period before"].isna().all()
    assert "Grey line" not in chart["note"]
    assert chart["note"].endswith(f"No comparison: not measured on every day of this range and of {PERIOD.before()}.")


def test_a_period_before_that_data_does_not_cover_is_given_as_the_reason(drawn):
    chart = drawn(MESSAGES, counted(MESSAGES, PERIOD, 3), None)
    assert not line_of(chart)
    assert f"No comparison: data does not cover every day of this range and of {PERIOD.before()}." in chart["note"]


def test_a_rate_of_a_handful_of_cases_is_compared_with_nothing(drawn):
    rate = cast("Ratio", RATE)
    few, many = counted(rate, PERIOD, 0.1), counted(rate, PERIOD.before(), 9)
    assert f"No comparison: fewer than {rate.thin_below} decided." in drawn(rate, few, many)["note"]
    assert not line_of(drawn(rate, few, many))
    nothing = counted(rate, PERIOD.before(), 0)
    assert "No comparison: there is nothing of it to compare with" in drawn(rate, many, nothing)["note"]


def test_the_table_and_the_note_say_what_a_point_is(drawn):
    chart = drawn(MESSAGES, counted(MESSAGES, PERIOD, 3), None)
    assert chart["table"]().index.name == "Week"
    assert "Drawn by week." in chart["note"]
