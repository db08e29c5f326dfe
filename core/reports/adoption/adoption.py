"""How a team takes up Claude: who of the headcount is active, how regularly, in which products, and what changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.bits import how_many
from core.catalogue import PRODUCTS, Product
from core.reports.adoption.funnel import Funnel, funnel
from core.reports.adoption.headline import Headline, headline, spans
from core.reports.adoption.transitions import Transitions, transitions
from core.reports.measures import activity as activities
from core.reports.measures import context, time_series
from core.reports.measures.activity import Activity, Share
from core.reports.measures.context import Staff
from core.reports.measures.gaps import Gaps, gaps
from core.reports.measures.tiers import tiers, window
from core.reports.measures.time_series import ActiveSeries, SeriesByKey
from core.reports.periods import MONTH_DAYS, Grain, Period, shown_grain
from core.reports.teams.singled_out import singled_out, told_of
from core.visibility import Members, Scope, Team


@dataclass(frozen=True, eq=False)
class Adoption:
    """The figures of the Adoption page for one team, product and period.

    Attributes:
        asked, grain: how long a point of `course` and `by_product` was to be, and is; see `shown_grain`.
        now, before: the headline figures of the period, and of the one before.
        away: people who are left out of the headcount, as they marked every working day and used nothing.
        weeks: per complete ISO week (by its Monday) that data covers, the distinct active people of the headcount.
        course: the active people per day, week or month of the period.
        by_product: for the whole ones of these, the distinct active people of each product; NaN where not measured.
        in_products: of the products measured on any day of the period, the people active in it.
        gaps: what is taken up least.
        funnel: the way to a habit.
        transitions: who took it up and who paused; None like `active_before`.
        missing_days: days of the period without data.
    """

    team: Team
    period: Period
    product: Product
    asked: Grain
    grain: Grain
    now: Headline
    before: Headline
    away: int
    weeks: dict[dt.date, Share]
    course: ActiveSeries
    by_product: SeriesByKey
    in_products: dict[str, Share]
    gaps: Gaps
    funnel: Funnel
    transitions: Transitions | None
    missing_days: int

    @property
    def active_before(self) -> Share | None:
        """The active people of the period before; None where data does not cover one of the two periods."""
        return self.before.active if self.now.is_covered and self.before.is_covered else None


def adoption(
    scope: Scope, team: Team, product: Product, period: Period, first_day: dt.date, *, grain: Grain = Grain.WEEK
) -> Adoption:
    """Compute the figures; `first_day` is the oldest day stored, where "ever" begins."""
    members, marked, before = scope.members(team), context.load(scope, team), period.before()
    history, each = _read(scope, team, product, period, first_day)
    shown = shown_grain(grain, period)

    points = time_series.points(history, period, shown)
    weeks = [week for week in period.complete_weeks() if history.covers(week)]
    drawn = [span for point in points for span in point.spans]
    staff = Staff.of(members, marked, list(dict.fromkeys([*weeks, *drawn, *spans(period), *spans(before)])))
    share = dict(zip(staff.spans, staff.shares(history), strict=True))
    course, at_last = time_series.active_series(points, share), staff.among([period])
    in_products = {key: at_last.shares(item)[0] for key, item in each.items() if item.is_known_in(period)}

    habit, habit_before = (tiers(history, window(one), context=marked) for one in (period, before))
    employed, employed_before = members.employed(period.last), members.employed(before.last)
    now = headline(history, marked, employed, period, habit=habit, share=share)
    earlier = headline(history, marked, employed_before, before, habit=habit_before, share=share)

    active = history.anyone(period)
    headcount = context.headcount(employed, active, marked, period)
    lowest = gaps(team, members, headcount, active, in_products)
    _note_looks(scope, members, lowest, period)
    return Adoption(
        team=team,
        period=period,
        product=product,
        asked=grain,
        grain=shown,
        now=now,
        before=earlier,
        away=int(employed.sum() - headcount.sum()),
        weeks={week.first: share[week] for week in weeks},
        course=course,
        by_product=_by_product(each, staff.among(course.whole_spans(shown))),
        in_products=in_products,
        gaps=lowest,
        funnel=funnel(history, list(each.values()), members, period, habit),
        transitions=transitions(history, employed, before, period) if now.is_covered and earlier.is_covered else None,
        missing_days=int((~history.known[-len(period) :]).sum()),
    )


def _read(
    scope: Scope, team: Team, product: Product, period: Period, first_day: dt.date
) -> tuple[Activity, dict[str, Activity]]:
    """Activity in the chosen product as far back as is stored, and in every product lately, by its key."""
    ever = Period(min(first_day, period.first), period.last)
    recent = Period(min(period.first, Period.ending(period.last, MONTH_DAYS).first), period.last)
    wanted = dict.fromkeys(PRODUCTS, recent) | {product: ever}
    stored = scope.stored_days(ever.first, ever.last)
    read = activities.load_each(scope, team, wanted, stored, told_of(period))
    return read[product], {item.key: read[item] for item in PRODUCTS}


def _note_looks(scope: Scope, members: Members, lowest: Gaps, period: Period) -> None:
    """Write down at whom it is a look that the lowest teams stand beside the whole."""
    leads = [int(np.flatnonzero(members.ids == one.team_id)[0]) for one in lowest.teams]
    chains = [slice(at, at + int(members.reports[at]) + 1) for at in leads]
    if chains and (single := singled_out(members, scope.viewer.employee_id, [slice(None), *chains], period)):
        scope.recorder.log_people(single)


def _by_product(each: dict[str, Activity], staff: Staff) -> SeriesByKey:
    lines = {}
    for key, item in each.items():
        lines[key] = np.where(item.covered(staff.spans), how_many(item.union(staff.spans) & staff.employed), np.nan)
    return SeriesByKey([span.first for span in staff.spans], lines)
