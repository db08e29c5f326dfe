"""Habit tiers: how regularly people use Claude, by days and weeks and never by volume."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from core.reports.activity import Activity
from core.reports.periods import Period, last_weeks


class Tier(IntEnum):
    """From no use to use on most days; `NEW` is who became active inside the window."""

    NONE = 0
    LIGHT = 1
    REGULAR = 2
    POWER = 3
    NEW = 4

    @property
    def label(self) -> str:
        """The word that readers see."""
        return ("No use", "Light", "Regular", "Power", "New")[self]


@dataclass(frozen=True)
class TierRules:
    """The cut-offs, with a version that is printed beside every result."""

    version: int = 1
    weeks: int = 4
    regular_weeks: int = 3
    power_weeks: int = 4
    power_days: int = 12

    def in_words(self) -> str:
        """The definition, as it is printed beside the numbers."""
        return (
            f"Over the last {self.weeks} complete weeks (Monday to Sunday): light, any active day; regular, active in "
            f"{self.regular_weeks} or more of the {self.weeks} weeks; power, active in all of them and on "
            f"{self.power_days} or more days; new, first active day inside these weeks. Days and weeks count, never "
            f"volume. Definition version {self.version}."
        )


RULES = TierRules()

DEFINITIONS_VERSION = 1
"""Of all definitions together, these cut-offs included; raised when a figure of the same data would change."""


def window(through: Period, rules: TierRules = RULES) -> Period:
    """The weeks that decide, as of the end of a period."""
    return last_weeks(through.last, rules.weeks)


def tiers(activity: Activity, weeks: Period, rules: TierRules = RULES) -> np.ndarray:
    """Each person's tier. `activity` must reach back as far as data is stored, so that "new" means new."""
    active_weeks = sum(activity.anyone(week).astype(int) for week in weeks.complete_weeks())
    days = activity.days_active(weeks)
    result = np.where(days > 0, Tier.LIGHT, Tier.NONE)
    result = np.where(active_weeks >= rules.regular_weeks, Tier.REGULAR, result)
    power = (active_weeks >= rules.power_weeks) & (days >= rules.power_days)
    result = np.where(power, Tier.POWER, result)
    if not activity.known[: (weeks.first - activity.period.first).days].any():
        return result  # nothing is stored from before the weeks, so nobody can be told to be new
    first_seen = (days > 0) & ~activity.ever_before(weeks.first)
    return np.where(first_seen, Tier.NEW, result)
