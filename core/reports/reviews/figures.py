"""The figures of each person of a review, for many people at once, by the arithmetic of the pages."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.catalogue import ANY, MEASURE_COLUMN, MEASURES, PRODUCTS, Ratio, Stat
from core.reports.measures import context
from core.reports.measures.activity import Activity, measured
from core.reports.measures.tiers import Tier, tiers, window
from core.reports.people.standing import Standing
from core.reports.periods import Grain, Period
from core.reports.reviews import period_statistics
from core.reports.reviews.readings import Readings
from core.visibility import Members, Team


@dataclass(frozen=True)
class PersonFigures:
    """One person's figures over the period, as the page Person shows them.

    Who has no Claude account has none: no use is not a zero where there could be none.

    Attributes:
        days_active, days_active_before: active days of the period and of the one before.
        totals, before: statistic key → total of the period and of the one before; None for what was not measured.
            `before` is None when data does not cover both periods, or the person was not employed from the start of the
            one to the end of the other; and so is a statistic that not all of their days measured alike.
        habit: how the person stands when the period ends, in the words of the table of people, leave left aside.
        cases: key of a ratio → what it was divided by.
        products: keys of the products used, in catalogue order.
        starts: first days of the weeks (or days, months) with data, in order.
        course: one row for each of these, one column a statistic; NaN for what was not measured.
        whole: of each figure of the course, whether every day of its week lies in the period and measured it.
        active: per day of the period, whether the person was active; None without data, or outside employment without
            use.
    """

    id: int
    days_active: int | None
    days_active_before: int | None
    habit: str
    totals: Mapping[str, float | None]
    before: Mapping[str, float | None] | None
    cases: Mapping[str, int]
    products: tuple[str, ...]
    starts: tuple[dt.date, ...]
    course: np.ndarray
    whole: np.ndarray
    active: tuple[bool | None, ...]


def figures(
    readings: Readings, teams: Sequence[Team], period: Period, stats: Sequence[Stat | Ratio], grain: Grain
) -> Iterator[PersonFigures]:
    """The figures of everybody in some teams, in their order; all of them are in memory at once."""
    start = min(readings.first_day or period.first, period.first)
    history = _history(readings, teams, Period(start, period.last))
    earlier = compared_with(readings, period)
    members = [readings.scope.members(team) for team in teams]
    counted = period_statistics.count(readings, teams, stats, period=period, earlier=earlier, grain=grain)
    habits = _habits(readings, teams, history, period)
    active = _active(history, period, members)
    active_days = history.days_active(period)
    active_before = None if earlier is None else history.days_active(earlier)
    account = np.concatenate([each.has_account for each in members])
    compared = account & np.concatenate([each.throughout(period.before().first, period.last) for each in members])
    for place, number in enumerate(np.concatenate([each.ids for each in members]).tolist()):
        yield PersonFigures(
            id=number,
            days_active=int(active_days[place]) if account[place] and counted.starts else None,
            days_active_before=int(active_before[place]) if active_before is not None and compared[place] else None,
            habit=habits[place],
            totals=_known(counted.totals[place], stats),
            before=_known(counted.before[place], stats) if counted.before is not None and compared[place] else None,
            cases={stat.key: _cases(counted.sums[place], stat) for stat in stats if isinstance(stat, Ratio)},
            products=_products(counted.sums[place]),
            starts=counted.starts,
            course=counted.course[place],
            whole=counted.whole[place],
            active=active[place] if account[place] else (None,) * len(period),
        )


def compared_with(readings: Readings, period: Period) -> Period | None:
    """The period before, where every day of both is stored and says something of use."""
    before = period.before()
    stored = readings.stored(Period(before.first, period.last))
    told = all(day in stored and measured(ANY, stored[day]) for days in (before, period) for day in days)
    return before if told else None


def _history(readings: Readings, teams: Sequence[Team], period: Period) -> Activity:
    """Who was active on which day of a period, [days, people], with the people of all teams side by side."""
    each = [readings.activity(team, period) for team in teams]
    return Activity(period, np.concatenate([one.mask for one in each], axis=1), each[0].known)


def _habits(readings: Readings, teams: Sequence[Team], history: Activity, period: Period) -> list[str]:
    """How each person stands when the period ends, in the words of the table of people, leave left aside."""
    marks = context.joined([context.load(readings.scope, team) for team in teams])
    habit = tiers(history, window(period), context=marks)
    ever = history.ever()
    words: list[str] = []
    for members in map(readings.scope.members, teams):
        present, gone = members.employed(period.last), members.gone(period.last)
        for own in range(len(members.ids)):
            place = len(words)
            stands = Standing(
                employed=bool(present[own]),
                archived=bool(gone[own]),
                first_day=members.first_day(own),
                has_account=bool(members.has_account[own]),
                ever_active=bool(ever[place]),
                tier=Tier(int(habit[place])),
                away=None,
            )
            words.append(stands.in_words(period.last))
    return words


def _known(row: np.ndarray, stats: Sequence[Stat | Ratio]) -> dict[str, float | None]:
    return {stat.key: None if math.isnan(value) else value for stat, value in zip(stats, row.tolist(), strict=True)}


def _cases(sums: np.ndarray, ratio: Ratio) -> int:
    return int(np.nansum([sums[MEASURE_COLUMN[key]] for key in ratio.denominator]))


def _products(sums: np.ndarray) -> tuple[str, ...]:
    used = {measure.product for measure, amount in zip(MEASURES, sums, strict=True) if amount > 0}
    return tuple(product.key for product in PRODUCTS if product.key in used)


def _active(history: Activity, period: Period, members: Sequence[Members]) -> list[tuple[bool | None, ...]]:
    """For each person, the states of the days of the period: None without data, or outside employment without use."""
    there = np.array([np.concatenate([each.employed(day) for each in members]) for day in period])
    rows = slice((period.first - history.period.first).days, (period.last - history.period.first).days + 1)
    known = history.known[rows].tolist()
    return [
        tuple(
            active if stored and (active or employed) else None
            for active, stored, employed in zip(states, known, days, strict=True)
        )
        for states, days in zip(history.mask[rows].T.tolist(), there.T.tolist(), strict=True)
    ]
