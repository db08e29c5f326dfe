"""One person's usage: trends, the calendar of active days and the change against the period before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.catalogue import ANY, MASK_BITS, MASK_WORDS, MEASURE, MEASURE_KEYS, MEASURES, PRODUCTS, Ratio, Stat
from core.people.employment import works
from core.reports.measures import activity as activities
from core.reports.measures import context
from core.reports.measures.activity import Activity, Share
from core.reports.measures.daily import Daily
from core.reports.measures.tiers import Tier, tiers, window
from core.reports.measures.trends import total
from core.reports.periods import Period
from core.visibility import ContextMark, Rows, Scope, Team


@dataclass(frozen=True, eq=False)
class PersonUsage:
    """What the pages My usage and Person show.

    Attributes:
        first_day, last_day: of employment; None where the directory does not say, or there is no end.
        history: per stored day up to the period's end, every measure.
        activity: any-product activity since the oldest stored day.
        before: the period to compare with, None when data does not cover both.
        products: keys of the products used in the period, in catalogue order.
        marks: what the person says about days, all of them.
    """

    name: str
    email: str
    title: str | None
    department: str | None
    team: Team
    first_day: dt.date | None
    last_day: dt.date | None
    has_account: bool
    period: Period
    before: Period | None
    history: Daily
    activity: Activity
    tier: Tier
    tier_weeks: Period
    products: tuple[str, ...]
    marks: tuple[ContextMark, ...] = ()

    def total(self, stat: Stat | Ratio) -> float | None:
        """A statistic over the period; None when it was not measured."""
        return total(self._now, stat)

    @cached_property
    def _now(self) -> Daily:
        return self.history.during(self.period)

    @cached_property
    def used_on(self) -> dict[dt.date, bool | None]:
        """Day up to the period's end → whether anything was used on it; None of a day without data."""
        days = zip(self.activity.period, self.activity.mask[:, 0].tolist(), self.activity.known.tolist(), strict=True)
        return {day: active if stored else None for day, active, stored in days}

    @property
    def days_active(self) -> int:
        """Active days in the period."""
        return int(self.activity.days_active(self.period)[0])

    @cached_property
    def missing_days(self) -> int:
        """Days of the period without data."""
        return sum(self.used_on[day] is None for day in self.period)

    @property
    def has_data(self) -> bool:
        """Whether any day of the period has data; else no use is not known from no data."""
        return self.missing_days < len(self.period)

    @property
    def ever_active(self) -> bool:
        """Whether any day up to the period's end has use, as far as data goes back."""
        return bool(self.activity.ever()[0])

    @property
    def is_counted(self) -> bool:
        """Whether there is an account whose use could be counted; without one, no use is not a zero."""
        return self.has_account or self.ever_active

    def employed(self, day: dt.date) -> bool:
        """Whether the day lies neither before the first nor after the last day of employment."""
        return works(self.first_day, self.last_day, day)

    def use_on(self, day: dt.date) -> bool | None:
        """Whether anything was used on a day; None of one without data, or outside employment without use."""
        used = self.used_on.get(day)
        return used if used or self.employed(day) else None

    @property
    def archived(self) -> bool:
        """Whether employment ended before the period did."""
        return self.last_day is not None and self.last_day < self.period.last

    @property
    def compared(self) -> Period | None:
        """The period before, where data covers both and the person was employed from its start to the period's end.

        Else one of the two would hold fewer days on which there could be use, and they would not be of the same length.
        """
        if self.before is None:
            return None
        return self.before if self.employed(self.before.first) and self.employed(self.period.last) else None

    def marked_days(self, first: dt.date, last: dt.date) -> int:
        """How many days of a span, weekends included, are marked."""
        spans = [(max(mark.first, first), min(mark.last, last)) for mark in self.marks]
        return sum(max((end - begin).days + 1, 0) for begin, end in spans)

    def working_days(self, period: Period) -> Share | None:
        """On how many of the working days with data the person was active; None where there could be no use.

        Days without use are left out that are marked, or lie before the first or after the last day of employment.
        """
        if not self.is_counted:
            return None
        return context.used_working_days(period, self.used_on.get, self.employed, self.marks)


def person_usage(scope: Scope, employee_id: int, period: Period, first_day: dt.date) -> PersonUsage:
    """Everything the pages show of one person of the scope.

    Raises:
        NotPermitted: the person is outside the scope, or nobody.
    """
    team = scope.person(employee_id)
    members = scope.members(team)
    before = period.before()
    start = min(first_day, period.first)
    activity = activities.load(scope, team, ANY, Period(start, period.last))
    covered = activity.covers(before) and activity.covers(period)
    history = daily(scope, team, Period(start, period.last))
    marks = tuple(scope.marks_of(employee_id))
    weeks = window(period)
    habit = tiers(activity, weeks, context=context.of_person(marks))[0]
    used = (history.during(period).amounts > 0).any(axis=0)
    active = {MEASURE[MEASURE_KEYS[column]].product for column in np.flatnonzero(used)}
    return PersonUsage(
        name=members.names[0],
        email=members.emails[0],
        title=members.titles[0],
        department=members.departments[0],
        team=team,
        first_day=members.first_day(0),
        last_day=members.last_day(0),
        has_account=bool(members.has_account[0]),
        period=period,
        before=before if covered else None,
        history=history,
        activity=activity,
        tier=Tier(habit),
        tier_weeks=weeks,
        products=tuple(product.key for product in PRODUCTS if product.key in active),
        marks=marks,
    )


def daily(scope: Scope, person: Team, period: Period) -> Daily:
    """Every measure per stored day; 0 on days without a row, NaN where it was not measured.

    Several accounts of a day are added up.
    """
    result = Daily.of(scope.stored_days(period.first, period.last), MEASURE_KEYS)
    place = {day: row for row, day in enumerate(result.days)}
    found: Rows = [row for row in scope.user_days(person, MEASURE_KEYS, period.first, period.last) if row[1] in place]
    if found:
        places = np.array([place[row[1]] for row in found])
        amounts = counters(np.array([row[2:] for row in found], dtype=np.int64))
        sums, measured = np.zeros_like(result.amounts), np.zeros(result.amounts.shape, dtype=bool)
        np.add.at(sums, places, np.nan_to_num(amounts))
        np.logical_or.at(measured, places, ~np.isnan(amounts))
        result.amounts[places] = np.where(measured, sums, np.nan)[places]
    return result


def counters(rows: np.ndarray) -> np.ndarray:
    """Stored counters followed by mask words → numbers, NaN where nothing was measured.

    A counter above zero beside a set mask bit was measured in part and keeps its value.
    """
    rows = rows.reshape(-1, len(MEASURE_KEYS) + MASK_WORDS)
    values = rows[:, : len(MEASURE_KEYS)].astype(float)
    word, place = np.divmod(_SLOTS, MASK_BITS)
    unmeasured = rows[:, len(MEASURE_KEYS) + word] >> place & 1 == 1
    values[unmeasured & (values == 0)] = np.nan
    return values


_SLOTS = np.array([measure.slot for measure in MEASURES])
