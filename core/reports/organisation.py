"""The organisation as Claude counts it: seats, active users, skills and connectors by name. Nobody is in any figure.

Distinct users of a day never add up over days, so a skill or connector shows those of its busiest day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from core.catalogue import ANY, SUMMARIES
from core.catalogue.summaries import MONTH
from core.reports.measures import activity as activities
from core.reports.measures.activity import Share
from core.reports.periods import MONTH_DAYS, Period
from core.visibility import OrganisationTotals, Scope
from core.wording import counted, number

WINDOWS = {"daily": (1, 1), "weekly": (7, 7), "monthly": (MONTH, MONTH_DAYS)}
"""Days that Claude, and Uptake, look back for daily, weekly and monthly active people."""

PRIVATE_SKILLS = "Private skills"
_OPAQUE = re.compile(r"[a-z]+_[0-9A-Za-z]{10,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TAIL = 6


@dataclass(frozen=True)
class Active:
    """Active people of one window: as Claude counts the organisation, and as Uptake counts the reader's people.

    `is_few`: Claude's count is left out, as it would tell of too few people outside the reader's.
    """

    claude: int | None
    is_few: bool
    claude_days: int
    ours: Share | None
    ours_days: int


@dataclass(frozen=True)
class Tools:
    """Skills or connectors of a period.

    Attributes:
        measures: the keys of what is counted.
        rows: index: label. One column per measure (null: not measured on any day), then `users`, the distinct users of
            the busiest day (null where unknown), `busiest`, that day, and `days`, on how many days it was used. What
            cannot be told on any day has no numbers, and stands last.
        few: names of which days are left out, as too few people used them on it, or nobody knows how many.
        only_few: those that have no numbers since too few people used them on every day of the period that was read.
        partly: whether some of the numbers were measured on a part of the days only.
        stored, withheld, missing: days of the period that were read and are told of, that were read and are not, and
            that were not read.
        data_through: the newest day stored, in or after the period; None before the first.
    """

    measures: tuple[str, ...]
    rows: pd.DataFrame
    few: frozenset[str]
    only_few: frozenset[str]
    partly: bool
    stored: int
    withheld: int
    missing: int
    data_through: dt.date | None

    @property
    def rests_on(self) -> str:
        """On how many days of the period the numbers rest: "66 of 90 days"; nothing where it is on all of them."""
        days = self.stored + self.withheld + self.missing
        return f"{number(self.stored)} of {counted(days, 'day')}" if self.stored < days else ""

    @property
    def days_told(self) -> str:
        """Of which days a figure is, with the reason: "the 66 of 90 days that can be told"."""
        reasons = [*(["were read"] if self.missing else []), *(["can be told"] if self.withheld else [])]
        if self.stored == 1:
            reasons = [reason.replace("were", "was") for reason in reasons]
        return f"the {self.rests_on} that {' and '.join(reasons)}" if reasons else ""

    @property
    def told(self) -> pd.DataFrame:
        """The rows that have numbers."""
        return self.rows[self.rows["days"].notna()]


@dataclass(frozen=True)
class OrganisationFigures:
    """The figures of the page Organisation; `day` is the newest day of the period that Claude summed up.

    `headcount` is that of the reader's people on `day`. `products` has a row per product, a column per window.
    `few_products` says whether some of its numbers are null because they would tell of too few people. `withheld` is on
    how many days too few people outside the reader's were active for anything to be told; with `of_nobody` these are
    accounts that are nobody's, as the reader leads everybody.
    """

    period: Period
    day: dt.date | None
    seats: int | None
    pending_invites: int | None
    headcount: int
    active: dict[str, Active]
    products: pd.DataFrame
    few_products: bool
    summaries_through: dt.date | None
    skills: Tools
    connectors: Tools
    withheld: int
    of_nobody: bool


def organisation(scope: Scope, period: Period) -> OrganisationFigures:
    """Compute the figures of a period.

    Raises:
        NotPermitted: the reader may not see the organisation's totals.
    """
    found = scope.organisation_totals(period.first, period.last)
    newest: Mapping[str, Any] = found.days[-1] if found.days else {}
    day = newest.get("day")
    employed = scope.members(scope.whole).employed(day or period.last)
    fresh = {name: state.data_through for name, state in found.fresh.items()}

    def tools(endpoint: str, rows: Sequence[Any], measures: tuple[str, ...]) -> Tools:
        read = found.stored.get(endpoint, frozenset())
        withheld, missing = len(read & found.withheld), len(period) - len(read)
        named = _by_name(rows, measures, is_told=not withheld)
        return Tools(measures, *named, len(read) - withheld, withheld, missing, fresh.get(endpoint))

    return OrganisationFigures(
        period=period,
        day=day,
        seats=newest.get("seats"),
        pending_invites=newest.get("pending_invites"),
        headcount=int(employed.sum()),
        active=_active(scope, found, employed),
        products=_products(newest),
        few_products=any(f"{each.key}_{window}_active" in found.few for each in SUMMARIES for window in WINDOWS),
        summaries_through=fresh.get("summaries"),
        skills=tools("skills", found.skills, ("invocations",)),
        connectors=tools("connectors", found.connectors, ("reads", "writes", "unclassified")),
        withheld=len(found.withheld),
        of_nobody=found.of_nobody,
    )


def _active(scope: Scope, found: OrganisationTotals, employed: np.ndarray) -> dict[str, Active]:
    if not found.days:
        return {}
    newest = found.days[-1]
    day: dt.date = newest["day"]
    history = activities.load(scope, scope.whole, ANY, Period.ending(day, MONTH_DAYS))
    windows = {}
    for window, (claude_days, ours_days) in WINDOWS.items():
        span, column = Period.ending(day, ours_days), f"{window}_active"
        ours = Share(int((history.anyone(span) & employed).sum()), int(employed.sum()))
        shown = ours if history.covers(span) else None
        windows[window] = Active(newest[column], column in found.few, claude_days, shown, ours_days)
    return windows


def _products(newest: Mapping[str, Any]) -> pd.DataFrame:
    """Active users per product on the newest day; products of which nothing is told are left out."""
    counts = {each.label: [newest.get(f"{each.key}_{window}_active") for window in WINDOWS] for each in SUMMARIES}
    told = {label: values for label, values in counts.items() if any(value is not None for value in values)}
    columns = {window: [values[at] for values in told.values()] for at, window in enumerate(WINDOWS)}
    return pd.DataFrame(
        {window: pd.array(column, dtype="Int64") for window, column in columns.items()}, index=list(told)
    )


class _ByName(NamedTuple):
    """What `Tools` says of names, in its order."""

    rows: pd.DataFrame
    few: frozenset[str]
    only_few: frozenset[str]
    partly: bool


def _by_name(rows: Sequence[Any], measures: tuple[str, ...], *, is_told: bool) -> _ByName:
    """One row per name, those with the largest numbers first. `is_told`: no day is withheld that was read."""
    columns = [*measures, "users", "busiest", "days"]
    if not rows:
        return _ByName(pd.DataFrame(columns=columns), frozenset(), frozenset(), partly=False)
    labels = _labels(rows)
    frame = pd.DataFrame([row._asdict() for row in rows])
    frame["label"] = [labels[row.name] for row in rows]
    frame[[*measures, "users"]] = frame[[*measures, "users"]].astype("Int64")
    names, told = sorted(set(frame["label"])), frame["told"].astype(bool)
    few = frozenset(frame.loc[~told, "label"])
    only_few = few.difference(frame.loc[told | ~frame["counted"].astype(bool), "label"])
    # Each of several private skills may be used by few, and all of them by many.
    only_few = only_few - {PRIVATE_SKILLS} if is_told else frozenset()
    frame = frame[told].copy()
    # Of several private skills under one label, users of one and of another may be the same people.
    frame.loc[frame["label"] == PRIVATE_SKILLS, "users"] = pd.NA
    groups = frame.groupby("label", sort=True)
    table = groups[list(measures)].sum(min_count=1).reindex(names)
    busiest = frame.dropna(subset="users").sort_values(["users", "day"], ascending=[False, False])
    busiest = busiest.drop_duplicates("label").set_index("label")
    table["users"] = busiest["users"].reindex(table.index)
    table["busiest"] = busiest["day"].reindex(table.index)
    table["days"] = groups["day"].nunique().astype("Int64").reindex(table.index)
    known = frame[list(measures)].notna()
    partly = bool((known.any() & ~known.all()).any())
    weight = table[list(measures)].sum(axis=1).astype("float64")
    order = pd.DataFrame({"few": table["days"].isna(), "weight": -weight, "users": -table["users"].astype("float64")})
    order = order.fillna({"users": 0}).sort_values(["few", "weight", "users"], kind="stable")
    return _ByName(table.loc[order.index, columns], few, only_few, partly)


def _labels(rows: Sequence[Any]) -> dict[str | None, str]:
    """What to call each name: the newest display name, else the name itself, an opaque id by its end only.

    Names that would be called alike are told apart by the end of their id.
    """
    display = {row.name: row.display_name for row in rows if row.name is not None and row.display_name}
    found: dict[str | None, str] = {None: PRIVATE_SKILLS}
    for name in sorted({row.name for row in rows if row.name is not None}):
        found[name] = display.get(name) or (f"Unnamed …{name[-_TAIL:]}" if _OPAQUE.fullmatch(name) else name)
    labels = list(found.values())
    return {
        name: f"{label} (…{name[-_TAIL:]})" if name is not None and labels.count(label) > 1 else label
        for name, label in found.items()
    }


def tools_title(tools: Tools, noun: str) -> str:
    """What the chart of skills or connectors shows, in a sentence; there has to be a row with numbers."""
    totals = tools.told[list(tools.measures)].sum(axis=1, min_count=1)
    on_days = f" on {tools.days_told}" if tools.days_told else ""
    if totals.notna().any():
        share = Share(int(totals.iloc[0]), int(totals.sum()))
        return f"{totals.index[0]} was used most: {share} {noun}{on_days}"
    return f"{totals.index[0]} reached the most people on one day; {noun} were not measured{on_days}"
