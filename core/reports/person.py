"""One person's usage: trends, the calendar of active days and the change against the period before."""

from __future__ import annotations

import datetime as dt
from collections.abc import ItemsView, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.catalogue import ANY, MASK_BITS, MEASURE, MEASURES, PRODUCTS, Ratio, Stat
from core.reports import activity as activities
from core.reports.activity import Activity
from core.reports.periods import Period
from core.reports.tiers import Tier, tiers, window
from core.reports.trends import total
from core.visibility import Scope, Team

_KEYS = tuple(measure.key for measure in MEASURES)


@dataclass(frozen=True)
class PersonUsage:
    """What the pages My usage and Person show.

    Attributes:
        measures: per stored day of the period and the one before it, every measure; NaN where it was not measured.
        activity: any-product activity since the oldest stored day.
        before: the period to compare with, None when data does not cover it.
        products: keys of the products used in the period, in catalogue order.
    """

    name: str
    email: str
    title: str | None
    department: str | None
    team: Team
    period: Period
    before: Period | None
    measures: pd.DataFrame
    activity: Activity
    tier: Tier
    tier_weeks: Period
    products: tuple[str, ...]

    def during(self, period: Period) -> pd.DataFrame:
        """The measures of a part of the days."""
        return self.measures.loc[str(period.first) : str(period.last)]

    def total(self, stat: Stat | Ratio) -> float | None:
        """A statistic over the period; None when it was not measured."""
        return total(self.during(self.period), stat)

    @property
    def days_active(self) -> int:
        """Active days in the period."""
        return int(self.activity.days_active(self.period)[0])

    @property
    def days_active_before(self) -> int | None:
        """Active days in the period before."""
        return None if self.before is None else int(self.activity.days_active(self.before)[0])


def person_usage(scope: Scope, employee_id: int, period: Period, first_day: dt.date) -> PersonUsage:
    """Everything the pages show of one person of the scope.

    Raises:
        NotPermitted: the person is outside the scope, or nobody.
    """
    team = scope.person(employee_id)
    members = scope.members(team)
    before = period.before()
    start = min(first_day, period.first)
    history = activities.load(scope, team, ANY, Period(start, period.last))
    covered = history.covers(before)
    measures = daily(scope, team, Period(before.first if covered else period.first, period.last))
    weeks = window(period)
    habit = tiers(history, weeks)[0] if weeks.first >= start else Tier.NONE
    used = measures.loc[str(period.first) : str(period.last)].sum()
    active = {MEASURE[key].product for key in _KEYS if used[key] > 0}
    return PersonUsage(
        name=members.names[0],
        email=members.emails[0],
        title=members.titles[0],
        department=members.departments[0],
        team=team,
        period=period,
        before=before if covered else None,
        measures=measures,
        activity=history,
        tier=Tier(habit),
        tier_weeks=weeks,
        products=tuple(product.key for product in PRODUCTS if product.key in active),
    )


def daily(scope: Scope, person: Team, period: Period) -> pd.DataFrame:
    """Every measure per stored day; 0 on days without a row, NaN where it was not measured."""
    stored = scope.stored_days(period.first, period.last)
    frame = pd.DataFrame(0.0, index=pd.DatetimeIndex(list(stored)), columns=list(_KEYS))
    for day, missing in stored.items():
        if missing:
            frame.loc[pd.Timestamp(day), sorted(missing & set(_KEYS))] = np.nan
    rows = scope.user_days(person, _KEYS, period.first, period.last)
    for day, values in gathered(rows):
        if pd.Timestamp(day) in frame.index:
            frame.loc[pd.Timestamp(day)] = values
    return frame


def gathered(rows: Iterable[Sequence[Any]]) -> ItemsView[dt.date, np.ndarray]:
    """Stored rows of one person → (day, one value per measure), several accounts of a day added up, None unmeasured."""
    days: dict[dt.date, np.ndarray] = {}
    for row in rows:
        values = counters(np.array([row[2:]], dtype=np.int64))[0]
        old = days.get(row[1])
        both = values if old is None else np.where(np.isnan(old), values, old + np.nan_to_num(values))
        days[row[1]] = both
    return days.items()


def counters(rows: np.ndarray) -> np.ndarray:
    """Stored counters followed by mask words → numbers, NaN where nothing was measured.

    A counter above zero beside a set mask bit was measured in part and keeps its value.
    """
    values = rows[:, : len(_KEYS)].astype(float)
    masks = rows[:, len(_KEYS) :]
    for column, measure in enumerate(MEASURES):
        unmeasured = (masks[:, measure.slot // MASK_BITS] >> (measure.slot % MASK_BITS)) & 1 == 1
        values[unmeasured & (values[:, column] == 0), column] = np.nan
    return values
