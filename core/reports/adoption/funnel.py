"""The way to a habit, a step at a time: from the directory over an account and some use to regular use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.reports.measures.activity import Activity, in_several
from core.reports.measures.tiers import Tier, window
from core.reports.periods import MONTH_DAYS, Period
from core.visibility import Members

Steps = tuple[tuple[str, int], ...]

_TO_A_HABIT = 5
"""Steps up to a habit; the one behind it is none that anybody has to take."""


@dataclass(frozen=True)
class Funnel:
    """The way to a habit.

    Attributes:
        steps: label and people of each, counted among the people of the one before; ends before habits where these are
            not known.
        newcomers: of those who were active lately, who began since the weeks of habits did. They had not the time for a
            habit, so have stopped nowhere.
    """

    steps: Steps
    newcomers: int = 0

    @property
    def headcount(self) -> int:
        """The people of the directory, with whom it begins."""
        return self.steps[0][1]

    @property
    def to_a_habit(self) -> Steps:
        """The steps up to a habit, or up to recent use where habits are not known."""
        return self.steps[:_TO_A_HABIT]

    @property
    def tells_habits(self) -> bool:
        """Whether habits are known."""
        return len(self.steps) >= _TO_A_HABIT


def funnel(
    history: Activity, products: Sequence[Activity], members: Members, period: Period, habit: np.ndarray
) -> Funnel:
    """Count the steps of a team; `habit` is each one's tier."""
    roster = members.employed(period.last)
    account = roster & members.has_account
    ever = account & history.ever()
    inside = Period(max(Period.ending(period.last, MONTH_DAYS).first, history.period.first), period.last)
    recent = ever & history.anyone(inside)
    habitual = recent & ((habit == Tier.REGULAR) | (habit == Tier.POWER))
    several = habitual & in_several(products, inside)
    labels = (
        "In the directory",
        "Has a Claude account",
        "Ever active",
        "Active in 1 day" if len(inside) == 1 else f"Active in {len(inside)} days",
        "Regular or power",
        "Uses two or more products",
    )
    counts = (roster, account, ever, recent, habitual, several)
    steps = tuple((label, int(np.count_nonzero(mask))) for label, mask in zip(labels, counts, strict=True))
    if (habit == Tier.UNKNOWN).any():
        return Funnel(steps[: _TO_A_HABIT - 1])
    begin = window(period).first
    looked_back = history.known[: (begin - history.period.first).days].any()
    return Funnel(steps, int(np.count_nonzero(recent & ~history.ever_before(begin))) if looked_back else 0)
