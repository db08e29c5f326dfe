"""Habit tiers: how regularly people use Claude, by days and weeks and never by volume."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from core.reports.measures.activity import Activity
from core.reports.measures.context import Context, working_days
from core.reports.periods import Period, last_weeks


class Tier(IntEnum):
    """From no use to use on most days.

    `NEW` is who became active inside the window, `AWAY` of whom too little of it is left to tell a habit, `UNKNOWN`
    everybody while data does not cover the window.
    """

    NONE = 0
    LIGHT = 1
    REGULAR = 2
    POWER = 3
    NEW = 4
    AWAY = 5
    UNKNOWN = 6

    @property
    def label(self) -> str:
        """The word that readers see."""
        return ("No use", "Light", "Regular", "Power", "New", "Away", "Too little data")[self]


ORDER = (Tier.POWER, Tier.REGULAR, Tier.LIGHT, Tier.NEW, Tier.AWAY, Tier.NONE)
"""As charts and tables show them: from the steadiest use to none."""


@dataclass(frozen=True)
class TierRules:
    """The cut-offs, with a version that is printed beside every result."""

    version: int = 3
    weeks: int = 4
    regular_weeks: int = 3
    power_weeks: int = 4
    power_days: int = 12
    fewest_days: int = 10

    def in_words(self) -> str:
        """The definition, as it is printed beside the numbers."""
        return (
            f"Over the last {self.weeks} complete weeks (Monday to Sunday): light, any active day; regular, active in "
            f"{self.regular_weeks} or more of the {self.weeks} weeks; power, active in all of them and on "
            f"{self.power_days} or more days; new, first active day inside these weeks. Days and weeks count, never "
            "volume. Working days that somebody marked as leave or the like, and did not use Claude on, are left out: "
            "a week that holds nothing else is dropped, and the same share of the weeks and days that remain is asked "
            "for. "
            f"With fewer than {self.fewest_days} working days left a person is away, and in no share of habits. "
            f"Not told until all of these days have data. Version {self.version} of these cut-offs."
        )


RULES = TierRules()

DEFINITIONS_VERSION = 9
"""Of all definitions together, these cut-offs included; raised when a figure of a file that carries it would change for
the same data: of a review, a brief or a chart."""


def window(through: Period, rules: TierRules = RULES) -> Period:
    """The weeks that decide, as of the end of a period."""
    return last_weeks(through.last, rules.weeks)


def tiers(activity: Activity, weeks: Period, rules: TierRules = RULES, context: Context | None = None) -> np.ndarray:
    """Each person's tier. `activity` must reach back as far as data is stored, so that "new" means new."""
    if not activity.covers(weeks):
        return np.full(activity.size, Tier.UNKNOWN)
    each = weeks.complete_weeks()
    used = [activity.anyone(week) for week in each]
    days = activity.days_active(weeks)
    active_weeks = np.sum(used, axis=0, dtype=np.int8)
    left: np.ndarray = np.array(len(each))
    working: np.ndarray = np.array(all_working := working_days(weeks))
    if context:
        left = left - np.sum([context.away(week) & ~on for week, on in zip(each, used, strict=True)], axis=0)
        working = working - context.unused(activity, weeks)
    # Rounded up to whole weeks and days: three of four weeks are two of the remaining two, 12 of 20 days 9 of 15.
    regular = active_weeks >= -(-rules.regular_weeks * left // len(each))
    power = active_weeks >= -(-rules.power_weeks * left // len(each))
    power &= days >= -(-rules.power_days * working // all_working)
    is_active = days > 0
    result = is_active.astype(np.int8)  # none or light
    result[regular & is_active] = Tier.REGULAR
    result[power & is_active] = Tier.POWER
    result[np.broadcast_to(working < rules.fewest_days, result.shape)] = Tier.AWAY
    if activity.known[: (weeks.first - activity.period.first).days].any():
        result[is_active & ~activity.ever_before(weeks.first)] = Tier.NEW
    return result  # with nothing stored from before the weeks nobody can be told to be new
