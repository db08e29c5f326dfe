"""Briefs of somebody whose every day is invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from core.catalogue import MEASURES
from core.reports.briefs.brief import Brief, brief
from core.reports.measures.activity import Activity
from core.reports.measures.brief_rules import RULES, BriefRules
from core.reports.measures.daily import Daily
from core.reports.measures.tiers import Tier
from core.reports.people.person import PersonUsage
from core.reports.periods import DAY, Period
from core.visibility import ContextMark, MarkKind, Team

BEGINS = dt.date(2026, 6, 1)  # a Monday
PERIOD = Period(dt.date(2026, 8, 24), dt.date(2026, 9, 20))  # four weeks from a Monday on
BEFORE = PERIOD.before()
MADE = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
KEYS = [measure.key for measure in MEASURES]
Days = Mapping[dt.date, Mapping[str, float]]


def told(
    counts: Days,
    *,
    begins: dt.date = BEGINS,
    missing: tuple[dt.date, ...] = (),
    unmeasured: Mapping[str, Period] | None = None,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    marks: tuple[ContextMark, ...] = (),
    rules: BriefRules = RULES,
) -> Brief:
    """The brief of somebody who did this; every other day has data and no use."""
    stored = [day for day in Period(begins, PERIOD.last) if day not in missing]
    history = Daily(stored, KEYS, np.zeros((len(stored), len(KEYS))))
    for key, period in (unmeasured or {}).items():
        history.amounts[[day in period for day in stored], KEYS.index(key)] = np.nan
    for day in set(counts) & set(stored):
        for key, value in counts[day].items():
            history.amounts[stored.index(day), KEYS.index(key)] = value
    span = Period(begins, PERIOD.last)
    used = {day for day, amounts in zip(stored, history.amounts, strict=True) if (amounts > 0).any()}
    activity = Activity(span, np.array([[day in used] for day in span]), np.array([day not in missing for day in span]))
    covered = activity.covers(BEFORE)
    usage = PersonUsage(
        name="Wilma Example",
        email="wilma@example.com",
        title=None,
        department=None,
        team=Team(1, 0, 1),
        first_day=first_day,
        last_day=last_day,
        has_account=True,
        period=PERIOD,
        before=BEFORE if covered else None,
        history=history,
        activity=activity,
        tier=Tier.NONE,
        tier_weeks=PERIOD,
        products=(),
        marks=marks,
    )
    return brief(usage, history, rules)


def leave(first: dt.date, last: dt.date) -> ContextMark:
    return ContextMark(1, 1, MarkKind.LEAVE, first, last, None, MADE)


def lines(found: Brief, title: str) -> list[str]:
    return [line.text for section in found.sections if section.title == title for line in section.lines]


def on(first: dt.date, count: int, **values: float) -> dict[dt.date, dict[str, float]]:
    return {first + DAY * place: dict(values) for place in range(count)}


def edits(accepted: float, rejected: float) -> dict[str, float]:
    return {"edits_accepted": accepted, "edits_rejected": rejected}


def busy() -> Brief:
    return told(
        on(BEFORE.first, 3, cowork_sessions=1, excel_sessions=1, word_sessions=1)
        | {BEFORE.first + DAY * 4: {"chat_messages": 1}, PERIOD.first: {"chat_messages": 50, "design_sessions": 1}}
    )
