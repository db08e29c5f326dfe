"""Who took it up, came back or paused: a period's people against those of the period before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.reports.measures.activity import Activity
from core.reports.periods import Period


@dataclass(frozen=True)
class Transitions:
    """People of the headcount by their use in a period and in the one before; everybody is in just one of the counts.

    Attributes:
        retained: active in both.
        new: active now, and never before on a stored day.
        reactivated: active now and some time ago, but not in the period before.
        lapsed: active in the period before and not now.
        inactive: active in neither.
    """

    retained: int
    new: int
    reactivated: int
    lapsed: int
    inactive: int

    @property
    def by_label(self) -> dict[str, int]:
        """The counts under the words that readers see, in their order."""
        return {
            "Retained": self.retained,
            "New": self.new,
            "Reactivated": self.reactivated,
            "Lapsed": self.lapsed,
            "Still inactive": self.inactive,
        }


def transitions(history: Activity, employed: np.ndarray, before: Period, period: Period) -> Transitions:
    """Count them; `employed` is the headcount as a mask over the people, `history` reaches back as far as is stored."""
    then, now = history.anyone(before) & employed, history.anyone(period) & employed
    earlier = history.ever_before(before.first)
    return Transitions(
        retained=int(np.count_nonzero(then & now)),
        new=int(np.count_nonzero(now & ~then & ~earlier)),
        reactivated=int(np.count_nonzero(now & ~then & earlier)),
        lapsed=int(np.count_nonzero(then & ~now)),
        inactive=int(np.count_nonzero(employed & ~then & ~now)),
    )
