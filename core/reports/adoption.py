"""How a team takes up Claude: who of the headcount is active, how regularly, in which products, and what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.bits import bits_of, how_many
from core.catalogue import PRODUCTS, Product
from core.reports import activity as activities
from core.reports import context
from core.reports.activity import Activity, Share
from core.reports.context import Context, Staff
from core.reports.course import Course, Lines
from core.reports.funnel import funnel
from core.reports.gaps import Gaps, gaps
from core.reports.periods import MONTH_DAYS, Grain, Period, bucket_days, buckets, shown_grain
from core.reports.singled_out import singled_out, told_of
from core.reports.tiers import Tier, tiers, window
from core.visibility import Members, Scope, Team


@dataclass(frozen=True, eq=False)
class Adoption:
    """The figures of the Adoption page for one team, product and period.

    Attributes:
        active, active_before: distinct active people of the period, and of the one before (None: one of the two is not
            covered by data).
        away: people who are left out of that headcount, as they marked every working day and used nothing.
        weekly, weekly_before: active people in the 7 days that end with the period, and a period earlier.
        stickiness, stickiness_before: mean working-day DAU divided by MAU, 0 to 1, without marked unused days, of the
            month that ends with the period or with the one before; None without a full window.
        monthly, monthly_before: MAU, the distinct people of those 28 days; None without all of them.
        weeks: per complete ISO week (by its Monday) that data covers, the distinct active people of the headcount.
        asked, grain: how long a point of `course` and `by_product` was to be, and is; see `shown_grain`.
        course: the active people per day, week or month of the period.
        by_product: for the whole ones of these, the distinct active people of each product; NaN where not measured.
        in_products: of the products measured on any day of the period, the people active in it.
        gaps: what is taken up least.
        tier_counts, tier_weeks: people per habit tier (empty: not covered by data), and the weeks that decided.
        tier_counts_before: the same for the end of the period before; empty like `active_before` is None.
        funnel: label and people, each step inside the one before; ends before habits where these are not known.
        newcomers: of those whom the funnel has as active lately, who began since the weeks of habits did.
        transitions: people who were retained, new, reactivated, lapsed, still inactive; None like `active_before`.
        missing_days: days of the period without data.
    """

    team: Team
    period: Period
    product: Product
    active: Share
    away: int
    active_before: Share | None
    weekly: Share | None
    weekly_before: Share | None
    stickiness: float | None
    stickiness_before: float | None
    monthly: int | None
    monthly_before: int | None
    weeks: dict[dt.date, Share]
    asked: Grain
    grain: Grain
    course: Course
    by_product: Lines
    in_products: dict[str, Share]
    gaps: Gaps
    tier_counts: dict[Tier, int]
    tier_counts_before: dict[Tier, int]
    tier_weeks: Period
    funnel: tuple[tuple[str, int], ...]
    newcomers: int
    transitions: dict[str, int] | None
    missing_days: int


def adoption(
    scope: Scope, team: Team, product: Product, period: Period, first_day: dt.date, *, grain: Grain = Grain.WEEK
) -> Adoption:
    """Compute the figures; `first_day` is the oldest day stored, where "ever" begins."""
    members = scope.members(team)
    start = min(first_day, period.first)
    stored = scope.stored_days(start, period.last)
    before = period.before()
    employed, employed_before = members.employed(period.last), members.employed(before.last)
    month, month_before = Period.ending(period.last, MONTH_DAYS), Period.ending(before.last, MONTH_DAYS)
    recent = Period(min(period.first, month.first), period.last)
    wanted = dict.fromkeys(PRODUCTS, recent) | {product: Period(start, period.last)}
    read = activities.load_each(scope, team, wanted, stored, told_of(period))
    history, each = read[product], {item.key: read[item] for item in PRODUCTS}
    tier_weeks = window(period)
    marked = context.load(scope, team)
    habit = tiers(history, tier_weeks, context=marked)
    compared = history.covers(before) and history.covers(period)
    shown = shown_grain(grain, period)

    points = _points(history, period, shown)
    weeks = [week for week in period.complete_weeks() if history.covers(week)]
    last, last_before = Period.ending(period.last, 7), Period.ending(before.last, 7)
    inside, earlier = [point.inside for point in points], [point.earlier for point in points if point.earlier]
    spans = list(dict.fromkeys([*weeks, *inside, *earlier, period, before, last, last_before]))
    staff = Staff.of(members, marked, spans)
    share = dict(zip(spans, staff.shares(history), strict=True))
    at_last = staff.among([period])
    in_products = {key: at_last.shares(item)[0] for key, item in each.items() if _measured_in(item, period)}
    course = _course(points, share)
    active = history.anyone(period)
    counted = context.counted(employed, active, marked, period)
    steps, newcomers = funnel(history, list(each.values()), members, period, habit)
    lowest = gaps(team, members, counted, active, in_products)
    _note_looks(scope, members, lowest, period)
    return Adoption(
        team=team,
        period=period,
        product=product,
        active=share[period],
        away=int(employed.sum() - counted.sum()),
        active_before=share[before] if compared else None,
        weekly=share[last] if history.covers(last) else None,
        weekly_before=share[last_before] if history.covers(last_before) else None,
        stickiness=_stickiness(history, employed, marked, month),
        stickiness_before=_stickiness(history, employed_before, marked, month_before),
        monthly=history.count(month, employed) if history.covers(month) else None,
        monthly_before=history.count(month_before, employed_before) if history.covers(month_before) else None,
        weeks={week.first: share[week] for week in weeks},
        asked=grain,
        grain=shown,
        course=course,
        by_product=_by_product(each, staff.among(course.whole_spans(shown))),
        in_products=in_products,
        gaps=lowest,
        tier_counts=_in_each_tier(habit[employed]) if history.covers(tier_weeks) else {},
        tier_counts_before=_tiers_before(history, marked, employed_before, before) if compared else {},
        tier_weeks=tier_weeks,
        funnel=steps,
        newcomers=newcomers,
        transitions=_transitions(history, employed, before, period) if compared else None,
        missing_days=int((~history.known[-len(period) :]).sum()),
    )


def _note_looks(scope: Scope, members: Members, lowest: Gaps, period: Period) -> None:
    """Write down at whom it is a look that the lowest teams stand beside the whole."""
    leads = [int(np.flatnonzero(members.ids == one.team_id)[0]) for one in lowest.teams]
    chains = [slice(at, at + int(members.reports[at]) + 1) for at in leads]
    if chains and (single := singled_out(members, scope.viewer.employee_id, [slice(None), *chains], period)):
        scope.recorder.looks_at_people(single)


def _tiers_before(history: Activity, marked: Context, employed: np.ndarray, before: Period) -> dict[Tier, int]:
    weeks = window(before)
    return _in_each_tier(tiers(history, weeks, context=marked)[employed]) if history.covers(weeks) else {}


def _in_each_tier(habit: np.ndarray) -> dict[Tier, int]:
    return dict(zip(Tier, np.bincount(habit, minlength=len(Tier)).tolist(), strict=True))


@dataclass(frozen=True)
class _Point:
    """A day, week or month of the course: where it starts, what of it is inside, and the same days before, if any."""

    start: dt.date
    inside: Period
    is_whole: bool
    is_known: bool
    earlier: Period | None


def _points(history: Activity, period: Period, grain: Grain) -> list[_Point]:
    shift = period.first - period.before().first
    points = []
    for start in buckets(period, grain):
        days = bucket_days(start, grain)
        inside = days.within(period) or days
        whole = days == inside and history.covers(inside)
        earlier = Period(days.first - shift, days.last - shift) if whole and grain is not Grain.MONTH else None
        known = whole or _measured_in(history, inside)
        points.append(
            _Point(start, inside, whole, known, earlier if earlier is not None and history.covers(earlier) else None)
        )
    return points


def _course(points: Sequence[_Point], share: Mapping[Period, Share]) -> Course:
    return Course(
        [point.start for point in points],
        np.array([share[point.inside].count if point.is_known else np.nan for point in points]),
        np.array([share[point.inside].of for point in points]),
        np.array([point.is_whole for point in points]),
        np.array([share[point.earlier].count if point.earlier else np.nan for point in points], dtype=float),
    )


def _measured_in(history: Activity, period: Period) -> bool:
    """Whether any day of a period says anything."""
    first = (period.first - history.period.first).days
    return bool(history.known[first : first + len(period)].any())


def _stickiness(history: Activity, employed: np.ndarray, marked: Context, month: Period) -> float | None:
    """Active working days of the month's active people, out of all working days that they did not mark unused."""
    if not history.covers(month):
        return None
    monthly, here = history.anyone(month) & employed, bits_of(employed)
    working = [Period(day, day) for day in month if context.is_working(day)]
    used = int(how_many(history.union(working) & here).sum())
    of = len(working) * int(monthly.sum()) - int(marked.unused(history, month)[monthly].sum())
    return used / of if of else None


def _by_product(each: dict[str, Activity], staff: Staff) -> Lines:
    lines = {}
    for key, item in each.items():
        lines[key] = np.where(item.covered(staff.spans), how_many(item.union(staff.spans) & staff.employed), np.nan)
    return Lines([span.first for span in staff.spans], lines)


def _transitions(history: Activity, employed: np.ndarray, before: Period, period: Period) -> dict[str, int]:
    then, now = history.anyone(before) & employed, history.anyone(period) & employed
    earlier = history.ever_before(before.first)
    return {
        "Retained": int(np.count_nonzero(then & now)),
        "New": int(np.count_nonzero(now & ~then & ~earlier)),
        "Reactivated": int(np.count_nonzero(now & ~then & earlier)),
        "Lapsed": int(np.count_nonzero(then & ~now)),
        "Still inactive": int(np.count_nonzero(employed & ~then & ~now)),
    }
