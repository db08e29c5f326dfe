"""The organisation as Claude counts it: seats, active users, skills and connectors by name. Nobody is in any figure.

Distinct users of a day never add up over days, so a skill or connector shows those of its busiest day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.catalogue import ANY
from core.reports import activity as activities
from core.reports.activity import Share
from core.reports.adoption import MONTH_DAYS
from core.reports.periods import DAY, Period
from core.visibility import Scope

PRODUCTS = {
    "chat": "Claude Chat",
    "claude_code": "Claude Code",
    "cowork": "Cowork",
    "chat_cowork_unified": "Chat and Cowork unified",
    "office_agent": "Office agents",
    "claude_design": "Design",
    "science": "Science",
    "claude_tag": "Claude in Slack",
}
"""Products as `/summaries` tells them apart, under the names of this application."""

WINDOWS = {"daily": (1, 1), "weekly": (7, 7), "monthly": (30, MONTH_DAYS)}
"""Days that Claude, and Uptake, look back for daily, weekly and monthly active people."""

PRIVATE_SKILLS = "Private skills"
_OPAQUE = re.compile(r"[a-z]+_[0-9A-Za-z]{10,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TAIL = 6


@dataclass(frozen=True)
class Active:
    """Active people of one window: as Claude counts the organisation, and as Uptake counts the reader's people."""

    claude: int | None
    claude_days: int
    ours: Share | None
    ours_days: int


@dataclass(frozen=True)
class Tools:
    """Skills or connectors of a period.

    Attributes:
        measures: the keys of what is counted.
        rows: index: label. One column per measure (null: not measured on any day), then `users`, the distinct users of
            the busiest day (null where unknown), `busiest`, that day, and `days`, on how many days it was used.
        partly: whether some of the numbers were measured on a part of the days only.
        stored, missing: days of the period that were read and are told of, and that were not read.
        data_through: the newest day stored, in or after the period; None before the first.
    """

    measures: tuple[str, ...]
    rows: pd.DataFrame
    partly: bool
    stored: int
    missing: int
    data_through: dt.date | None


@dataclass(frozen=True)
class Figures:
    """The figures of the page Organisation; `day` is the newest day of the period that Claude summed up.

    `headcount` is that of the reader's people on `day`. `products` has a row per product, a column per window.
    `withheld` is on how many days too few people outside the reader's were active for anything to be told.
    """

    period: Period
    day: dt.date | None
    seats: int | None
    pending_invites: int | None
    headcount: int
    active: dict[str, Active]
    products: pd.DataFrame
    summaries_through: dt.date | None
    skills: Tools
    connectors: Tools
    withheld: int


def organisation(scope: Scope, period: Period) -> Figures:
    """Compute the figures of a period.

    Raises:
        NotPermitted: the reader has nobody below.
    """
    found = scope.organisation_totals(period.first, period.last)
    newest: Any = next((row for row in reversed(found.days)), None)
    day = newest.day if newest is not None else None
    employed = scope.members(scope.whole).employed(day or period.last)
    fresh = {name: state.data_through for name, state in found.fresh.items()}

    def tools(endpoint: str, rows: Sequence[Any], measures: tuple[str, ...]) -> Tools:
        read = found.stored.get(endpoint, frozenset())
        frame, partly = _by_name(rows, measures)
        told, missing = len(read - found.withheld), len(period) - len(read)
        return Tools(measures, frame, partly, told, missing, fresh.get(endpoint))

    return Figures(
        period=period,
        day=day,
        seats=getattr(newest, "seats", None),
        pending_invites=getattr(newest, "pending_invites", None),
        headcount=int(employed.sum()),
        active=_active(scope, newest, employed),
        products=_products(newest),
        summaries_through=fresh.get("summaries"),
        skills=tools("skills", found.skills, ("invocations",)),
        connectors=tools("connectors", found.connectors, ("reads", "writes", "unclassified")),
        withheld=len(found.withheld),
    )


def _active(scope: Scope, newest: Any, employed: np.ndarray) -> dict[str, Active]:
    if newest is None:
        return {}
    history = activities.load(scope, scope.whole, ANY, Period(newest.day - DAY * (MONTH_DAYS - 1), newest.day))
    found = {}
    for window, (claude_days, ours_days) in WINDOWS.items():
        span = Period(newest.day - DAY * (ours_days - 1), newest.day)
        ours = Share(int((history.anyone(span) & employed).sum()), int(employed.sum()))
        claude = getattr(newest, f"{window}_active")
        found[window] = Active(claude, claude_days, ours if history.covers(span) else None, ours_days)
    return found


def _products(newest: Any) -> pd.DataFrame:
    """Active users per product on the newest day; products that Claude does not tell apart here are left out."""
    counts = {
        label: [getattr(newest, f"{product}_{window}_active", None) for window in WINDOWS]
        for product, label in PRODUCTS.items()
    }
    told = {label: values for label, values in counts.items() if any(value is not None for value in values)}
    return pd.DataFrame.from_dict(told, orient="index", columns=list(WINDOWS)).astype("Int64")


def _by_name(rows: Sequence[Any], measures: tuple[str, ...]) -> tuple[pd.DataFrame, bool]:
    """One row per name, those with the largest numbers first; and whether some days lack numbers that others have."""
    columns = [*measures, "users", "busiest", "days"]
    if not rows:
        return pd.DataFrame(columns=columns), False
    labels = _labels(rows)
    frame = pd.DataFrame([row._asdict() for row in rows])
    frame["label"] = [labels[row.name] for row in rows]
    frame[[*measures, "users"]] = frame[[*measures, "users"]].astype("Int64")
    # Of several private skills under one label, users of one and of another may be the same people.
    frame.loc[frame["label"] == PRIVATE_SKILLS, "users"] = pd.NA
    groups = frame.groupby("label", sort=True)
    table = groups[list(measures)].sum(min_count=1)
    busiest = frame.dropna(subset="users").sort_values(["users", "day"], ascending=[False, False])
    busiest = busiest.drop_duplicates("label").set_index("label")
    table["users"] = busiest["users"].reindex(table.index)
    table["busiest"] = busiest["day"].reindex(table.index)
    table["days"] = groups["day"].nunique()
    known = frame[list(measures)].notna()
    partly = bool((known.any() & ~known.all()).any())
    weight = table[list(measures)].sum(axis=1).astype("float64")
    order = pd.DataFrame({"weight": weight, "users": table["users"].astype("float64").fillna(0)})
    return table.loc[order.sort_values(["weight", "users"], ascending=False, kind="stable").index, columns], partly


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
    """What the chart of skills or connectors shows, in a sentence; there has to be a row."""
    totals = tools.rows[list(tools.measures)].sum(axis=1, min_count=1)
    if totals.notna().any():
        share = Share(int(totals.iloc[0]), int(totals.sum()))
        return f"{tools.rows.index[0]} was used most: {share} {noun}"
    return f"{tools.rows.index[0]} reached the most people on one day; {noun} were not measured"
