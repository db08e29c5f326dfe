"""The organisation as Claude counts it: seats, active users, skills and connectors by name. Nobody is in any figure.

Distinct users of a day never add up over days, so a skill or connector shows those of its busiest day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.catalogue import ANY, SUMMARIES
from core.catalogue.summaries import MONTH
from core.reports import activity as activities
from core.reports.activity import Share
from core.reports.adoption import MONTH_DAYS
from core.reports.periods import Period
from core.visibility import OrganisationTotals, Scope

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
            too few people used on every day has no numbers, and stands last.
        few: names of which days are left out, as too few people used them on it.
        partly: whether some of the numbers were measured on a part of the days only.
        stored, missing: days of the period that were read and are told of, and that were not read.
        data_through: the newest day stored, in or after the period; None before the first.
    """

    measures: tuple[str, ...]
    rows: pd.DataFrame
    few: frozenset[str]
    partly: bool
    stored: int
    missing: int
    data_through: dt.date | None

    @property
    def told(self) -> pd.DataFrame:
        """The rows that have numbers."""
        return self.rows[self.rows["days"].notna()]


@dataclass(frozen=True)
class Figures:
    """The figures of the page Organisation; `day` is the newest day of the period that Claude summed up.

    `headcount` is that of the reader's people on `day`. `products` has a row per product, a column per window.
    `few_products` says whether some of its numbers are null because they would tell of too few people. `withheld` is on
    how many days too few people outside the reader's were active for anything to be told.
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


def organisation(scope: Scope, period: Period) -> Figures:
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
        frame, few, partly = _by_name(rows, measures)
        told, missing = len(read - found.withheld), len(period) - len(read)
        return Tools(measures, frame, few, partly, told, missing, fresh.get(endpoint))

    return Figures(
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


def _by_name(rows: Sequence[Any], measures: tuple[str, ...]) -> tuple[pd.DataFrame, frozenset[str], bool]:
    """One row per name, those with the largest numbers first; of which names days are not told; and whether some days
    lack numbers that others have.
    """
    columns = [*measures, "users", "busiest", "days"]
    if not rows:
        return pd.DataFrame(columns=columns), frozenset(), False
    labels = _labels(rows)
    frame = pd.DataFrame([row._asdict() for row in rows])
    frame["label"] = [labels[row.name] for row in rows]
    frame[[*measures, "users"]] = frame[[*measures, "users"]].astype("Int64")
    names, told = sorted(set(frame["label"])), frame["told"].astype(bool)
    few = frozenset(frame.loc[~told, "label"])
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
    return table.loc[order.index, columns], few, partly


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
    if totals.notna().any():
        share = Share(int(totals.iloc[0]), int(totals.sum()))
        return f"{totals.index[0]} was used most: {share} {noun}"
    return f"{totals.index[0]} reached the most people on one day; {noun} were not measured"
