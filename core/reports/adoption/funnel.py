"""The way to a habit, a step at a time: from the directory over an account and some use to regular use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.reports.measures.activity import Activity, in_several
from core.reports.measures.tiers import Tier, window
from core.reports.periods import MONTH_DAYS, Period
from core.visibility import Members

Steps = tuple[tuple[str, int], ...]


def funnel(
    history: Activity, products: Sequence[Activity], members: Members, period: Period, habit: np.ndarray
) -> tuple[Steps, int]:
    """Label and people of each step, each counted among the people of the one before; and how many of them are new.

    Who was first active since the weeks of habits began had not the time for one, so has stopped nowhere. `habit` is
    each one's tier; where it is not known, the steps end before it.
    """
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
        return steps[:4], 0
    begin = window(period).first
    looked_back = history.known[: (begin - history.period.first).days].any()
    return steps, int(np.count_nonzero(recent & ~history.ever_before(begin))) if looked_back else 0
