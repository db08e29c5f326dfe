"""The roster of a team with everybody in it: no use, no Claude account, new and archived are told apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from core.catalogue import ANY, Product, Stat, stats_of
from core.catalogue.selections import PEOPLE_COLUMNS
from core.reports.measures.activity import Activity
from core.reports.measures.tiers import Tier
from core.reports.people import people_totals
from core.reports.people import roster as rosters
from core.reports.people.roster import TeamRoster
from core.reports.periods import Period
from core.visibility import Scope, Team


def headlines(product: Product) -> tuple[str, ...]:
    """Keys of the statistics whose totals the table shows: those of a product, or some of every one."""
    if product is ANY:
        return PEOPLE_COLUMNS
    return tuple(stat.key for stat in stats_of(product.key) if stat.headline and isinstance(stat, Stat))


class Order(StrEnum):
    """What the reader may sort by; names come first, so that nobody is handed a ranking."""

    NAME = "Name"
    TIER = "Habit"
    DAYS = "Active days"
    LAST = "Last active"
    TEAM = "Reporting line"


class Show(StrEnum):
    """Which part of the roster to show.

    `NO_HABIT` is whose habit is no use, with or without an account: the bar of that name on Adoption. `NO_USE` is who
    has an account and used nothing in the whole range, which may be longer or shorter than the weeks of habits.
    """

    EVERYBODY = "Everybody"
    ACTIVE = "Active"
    POWER = "Power habit"
    REGULAR = "Regular habit"
    LIGHT = "Light use"
    NEW = "New to Claude"
    NO_HABIT = "Habit: no use"
    AWAY = "On leave or away"
    NO_USE = "No use in this period"
    NO_ACCOUNT = "No Claude account"
    ARCHIVED = "Archived"


@dataclass(frozen=True, eq=False)
class PeoplePage:
    """One page of the roster: a row a person in `rows`, by employee id; `found` people match, on `pages` pages.

    `archived` of those found work here no more when the period ends.
    """

    rows: pd.DataFrame
    found: int
    pages: int
    archived: int


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

    All of it is of the product. Who has no Claude account has no numbers.
    """
    roster = rosters.load(scope, team, product, period, first_day)
    chosen = np.flatnonzero(_matches(roster, search) & _shown(roster, show))
    pages = -(-len(chosen) // size)
    page = min(max(page, 1), max(pages, 1))
    visible = _page(chosen, _sort_key(roster, order)[chosen], (page - 1) * size, page * size)
    table = _table(scope, team, roster, visible, headlines(product))
    return PeoplePage(table, len(chosen), pages, int(np.count_nonzero(roster.archived[chosen])))


def _page(chosen: np.ndarray, keys: np.ndarray, start: int, stop: int) -> list[int]:
    """Those who stand from `start` to `stop` in the order of their keys, no two of which are equal."""
    if stop < len(chosen):
        first = np.argpartition(keys, stop)[:stop]
        chosen, keys = chosen[first], keys[first]
    found: list[int] = chosen[np.argsort(keys)][start:stop].tolist()
    return found


def _matches(roster: TeamRoster, search: str) -> np.ndarray:
    """Mask: whose texts hold every word, the longest asked for first, as it leaves the fewest."""
    words = sorted(search.casefold().split(), key=len, reverse=True)
    if not words:
        return np.ones(len(roster.places), dtype=bool)
    found, texts = list(range(len(roster.places))), roster.members.folded()
    for word in words:
        found = [at for at in found if word in texts[at]]
    matches = np.zeros(len(roster.places), dtype=bool)
    matches[found] = True
    return matches


def _shown(roster: TeamRoster, show: Show) -> np.ndarray:
    masks: dict[Show, Callable[[], np.ndarray]] = {
        Show.EVERYBODY: lambda: np.ones(len(roster.places), dtype=bool),
        Show.ACTIVE: lambda: roster.employed & (roster.days > 0),
        Show.POWER: lambda: roster.employed & (roster.habit == Tier.POWER),
        Show.REGULAR: lambda: roster.employed & (roster.habit == Tier.REGULAR),
        Show.LIGHT: lambda: roster.employed & (roster.habit == Tier.LIGHT),
        Show.NEW: lambda: roster.employed & (roster.habit == Tier.NEW),
        Show.NO_HABIT: lambda: roster.employed & (roster.habit == Tier.NONE),
        Show.AWAY: lambda: roster.employed & _away(roster),
        Show.NO_USE: lambda: roster.employed & roster.account & (roster.days == 0) & roster.has_data,
        Show.NO_ACCOUNT: lambda: roster.employed & ~roster.account,
        Show.ARCHIVED: lambda: roster.archived,
    }
    return masks[show]()


def _away(roster: TeamRoster) -> np.ndarray:
    """Who has too little time left to tell a habit, or is away on the last day."""
    away = roster.habit == Tier.AWAY
    away[list(roster.away)] = True
    return np.asarray(away)


_TIER_PLACES = {
    Tier.POWER: 0,
    Tier.REGULAR: 1,
    Tier.NEW: 2,
    Tier.LIGHT: 3,
    Tier.AWAY: 4,
    Tier.NONE: 5,
    Tier.UNKNOWN: 6,
}


def _sort_key(roster: TeamRoster, order: Order) -> np.ndarray:
    """Per person, a number by which to sort; whoever is equal otherwise stands in the order of names."""
    first: dict[Order, Callable[[], np.ndarray]] = {
        Order.NAME: lambda: np.zeros(len(roster.places), dtype=np.int64),
        Order.TIER: lambda: np.where(
            roster.employed, np.array([_TIER_PLACES[tier] for tier in Tier])[roster.habit], len(Tier)
        ),
        Order.DAYS: lambda: np.where(roster.could_use, -roster.days, 1),
        Order.LAST: lambda: -roster.history.newest().astype(np.int64),
    }
    if order is Order.TEAM:
        return np.arange(len(roster.places))
    names = roster.members.by_name
    return np.asarray(first[order]() * (int(names.max(initial=0)) + 1) + names)


def _table(scope: Scope, team: Team, roster: TeamRoster, visible: Sequence[int], keys: Sequence[str]) -> pd.DataFrame:
    """The shown people. Made in one step, as each column that is added to a frame takes as long as all of them."""
    members, shown = roster.members, roster.of(visible)
    places = shown.places.tolist()
    counted = shown.could_use & roster.has_data
    weeks = zip(_weekly_days(shown.history, roster.period), counted, strict=True)
    columns: dict[str, object] = {
        "name": [members.names[place] for place in places],
        "days": pd.arrays.IntegerArray(shown.days.astype(np.int64), ~counted),
        "status": [shown.status(index) for index in range(len(places))],
        "weeks": [counts if is_counted else None for counts, is_counted in weeks],
        "last_active": shown.history.last_active(),
        **people_totals.load(scope, team, shown, keys),
        "title": [members.titles[place] for place in places],
        "department": [members.departments[place] for place in places],
        "email": [members.emails[place] for place in places],
    }
    return pd.DataFrame(columns, index=members.ids[shown.places])


def _weekly_days(shown: Activity, period: Period) -> list[list[int]]:
    """Active days per complete week, for each visible person."""
    weeks = [shown.days_active(week).tolist() for week in period.complete_weeks()]
    return [[week[position] for week in weeks] for position in range(shown.size)]
