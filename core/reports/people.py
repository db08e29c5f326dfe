"""The roster of a team with everybody in it: no use, no Claude account, new and archived are told apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from core.catalogue import STAT, Product, measures_of
from core.reports import activity as activities
from core.reports import context
from core.reports.activity import Activity
from core.reports.periods import Period
from core.reports.standing import Standing
from core.reports.tiers import Tier, tiers, window
from core.visibility import MarkKind, Members, Scope, Team

HEADLINES = (
    "conversations",
    "chat_messages",
    "code_sessions",
    "edits_accepted",
    "excel_sessions",
    "powerpoint_sessions",
)
"""The totals that the table shows; everything else is on the person's own page."""


class Order(StrEnum):
    """What the reader may sort by; names come first, so that nobody is handed a ranking."""

    NAME = "Name"
    TIER = "Habit"
    DAYS = "Active days"
    LAST = "Last active"
    TEAM = "Reporting line"


class Show(StrEnum):
    """Which part of the roster to show."""

    EVERYBODY = "Everybody"
    ACTIVE = "Active"
    POWER = "Power habit"
    REGULAR = "Regular habit"
    LIGHT = "Light use"
    NEW = "New to Claude"
    AWAY = "On leave or away"
    NO_USE = "No use in this period"
    NO_ACCOUNT = "No Claude account"
    ARCHIVED = "Archived"


@dataclass(frozen=True, eq=False)
class PeoplePage:
    """One page of the roster: a row a person in `rows`; `found` people match, on `pages` pages."""

    rows: pd.DataFrame
    found: int
    pages: int


@dataclass(frozen=True)
class _Roster:
    members: Members
    habit: np.ndarray
    days: np.ndarray
    ever: np.ndarray
    employed: np.ndarray
    archived: np.ndarray
    away: dict[int, MarkKind]
    history: Activity


def people(
    scope: Scope,
    team: Team,
    product: Product,
    period: Period,
    first_day: dt.date,
    *,
    search: str = "",
    show: Show = Show.EVERYBODY,
    order: Order = Order.NAME,
    page: int = 1,
    size: int = 30,
) -> PeoplePage:
    """One page of a team's people. Only the people of that page are summed.

    Habit, active days and the last one are those of the product; the totals are of every product.
    """
    roster = _roster(scope, team, product, period, first_day)
    chosen = np.flatnonzero(_matches(roster, search) & _shown(roster, show))
    ordered = chosen[np.argsort(_sort_key(roster, order)[chosen], kind="stable")].tolist()
    pages = -(-len(ordered) // size)
    page = min(max(page, 1), max(pages, 1))
    visible = ordered[(page - 1) * size : page * size]
    frame = pd.DataFrame([_row(roster, index, period) for index in visible])
    if visible:
        shown = roster.history.of(visible)
        frame["last_active"] = shown.last_active()
        for key, totals in _totals(scope, roster.members, visible, period).items():
            frame[key] = totals
        frame["weeks"] = _weekly_days(shown, period)
    return PeoplePage(frame, len(chosen), pages)


def _roster(scope: Scope, team: Team, product: Product, period: Period, first_day: dt.date) -> _Roster:
    members = scope.members(team)
    history = activities.load(scope, team, product, Period(min(first_day, period.first), period.last))
    marks = context.load(scope, team)
    return _Roster(
        members=members,
        habit=tiers(history, window(period), context=marks),
        days=history.days_active(period),
        ever=history.ever(),
        employed=members.employed(period.last),
        archived=members.gone(period.last),
        away=marks.on(period.last),
        history=history,
    )


def _matches(roster: _Roster, search: str) -> np.ndarray:
    matches = np.ones(len(roster.members.ids), dtype=bool)
    for word in search.casefold().split():
        matches &= np.fromiter((word in text for text in roster.members.folded), dtype=bool, count=len(matches))
    return matches


def _shown(roster: _Roster, show: Show) -> np.ndarray:
    employed, account = roster.employed, roster.members.has_account
    away = roster.habit == Tier.AWAY
    away[list(roster.away)] = True
    masks: dict[Show, np.ndarray] = {
        Show.EVERYBODY: np.ones(len(employed), dtype=bool),
        Show.ACTIVE: employed & (roster.days > 0),
        Show.POWER: employed & (roster.habit == Tier.POWER),
        Show.REGULAR: employed & (roster.habit == Tier.REGULAR),
        Show.LIGHT: employed & (roster.habit == Tier.LIGHT),
        Show.NEW: employed & (roster.habit == Tier.NEW),
        Show.AWAY: employed & away,
        Show.NO_USE: employed & account & (roster.days == 0),
        Show.NO_ACCOUNT: employed & ~account,
        Show.ARCHIVED: roster.archived,
    }
    return masks[show]


_TIER_PLACES = {
    Tier.POWER: 0,
    Tier.REGULAR: 1,
    Tier.NEW: 2,
    Tier.LIGHT: 3,
    Tier.AWAY: 4,
    Tier.NONE: 5,
    Tier.UNKNOWN: 6,
}


def _sort_key(roster: _Roster, order: Order) -> np.ndarray:
    """Per person, a number by which to sort; whoever is equal otherwise stands in the order of names."""
    first: dict[Order, Callable[[], np.ndarray]] = {
        Order.NAME: lambda: np.zeros(len(roster.ever), dtype=np.int64),
        Order.TIER: lambda: np.where(
            roster.employed, np.array([_TIER_PLACES[tier] for tier in Tier])[roster.habit], len(Tier)
        ),
        Order.DAYS: lambda: -roster.days,
        Order.LAST: lambda: -roster.history.newest().astype(np.int64),
    }
    if order is Order.TEAM:
        return np.arange(len(roster.ever))
    names = roster.members.by_name
    return np.asarray(first[order]() * (int(names.max(initial=0)) + 1) + names)


def _row(roster: _Roster, index: int, period: Period) -> dict[str, object]:
    members = roster.members
    return {
        "id": int(members.ids[index]),
        "name": members.names[index],
        "email": members.emails[index],
        "title": members.titles[index],
        "department": members.departments[index],
        "status": _status(roster, index, period),
        "days": int(roster.days[index]),
    }


def _status(roster: _Roster, index: int, period: Period) -> str:
    members = roster.members
    found = Standing(
        employed=bool(roster.employed[index]),
        archived=bool(roster.archived[index]),
        first_day=members.first_day(index),
        has_account=bool(members.has_account[index]),
        ever_active=bool(roster.ever[index]),
        tier=Tier(roster.habit[index]),
        away=roster.away.get(index),
    )
    return found.in_words(period.last)


def _totals(scope: Scope, members: Members, visible: Sequence[int], period: Period) -> dict[str, np.ndarray]:
    """The headline totals of the visible people; NaN for what no day measured, and for who has no Claude account.

    Arrays and not frames: for a page of people those would take longer than all the rest of it.
    """
    stats = [STAT[key] for key in HEADLINES]
    measures = list(dict.fromkeys(key for stat in stats for key in measures_of(stat)))
    place = {int(members.ids[index]): row for row, index in enumerate(visible)}
    sums = np.zeros((len(visible), len(measures)))
    for number, *amounts in scope.people_sums(list(place), measures, period.first, period.last):
        sums[place[number]] = amounts
    unmeasured = frozenset.intersection(*scope.stored_days(period.first, period.last).values() or [frozenset(measures)])
    sums[(sums == 0) & [key in unmeasured for key in measures]] = np.nan
    sums[~members.has_account[list(visible)]] = np.nan
    parts = {stat.key: sums[:, [measures.index(key) for key in measures_of(stat)]] for stat in stats}
    return {key: np.where(np.isnan(part).all(axis=1), np.nan, np.nansum(part, axis=1)) for key, part in parts.items()}


def _weekly_days(shown: Activity, period: Period) -> list[list[int]]:
    """Active days per complete week, for each visible person."""
    weeks = [shown.days_active(week).tolist() for week in period.complete_weeks()]
    return [[week[position] for week in weeks] for position in range(shown.size)]
