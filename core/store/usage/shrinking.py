"""Whether a new version of a day lost so much that it is likelier a fault of the API than a revision."""

from __future__ import annotations

import datetime as dt

import numpy as np

from core.catalogue import MASK_BITS, MASK_WORDS, MEASURES, PRODUCTS
from core.errors import DayHeld

GUARDED_FROM = 20
"""Of days with fewer stored rows the shares are not guarded: in a small team a few absences are a large share."""

ROWS_KEPT, SUM_KEPT = 0.8, 0.5
"""A version with less than these shares of the stored rows, or of their people, or of all counters' sum, is held."""

CONSIDERABLE = 20
"""A product that counted so much in sum does not come to nothing by a revision."""

_COLUMNS = {
    product.label: [column for column, measure in enumerate(MEASURES) if measure.product == product.key]
    for product in PRODUCTS
}
_WORD, _BIT = (np.array(part) for part in zip(*(divmod(m.slot, MASK_BITS) for m in MEASURES), strict=True))


class Sums:
    """The rows of one version of a day, added up: how many they are, each counter's sum, and what no row measured."""

    def __init__(self) -> None:
        self.rows = 0
        self.counters = np.zeros(len(MEASURES), dtype=np.int64)
        self._masks = np.full(MASK_WORDS, -1, dtype=np.int64)

    def add(self, counters: np.ndarray, masks: np.ndarray) -> None:
        """Take up further rows."""
        self.rows += len(counters)
        self.counters += counters.sum(axis=0)
        self._masks &= np.bitwise_and.reduce(masks, axis=0)

    @property
    def unmeasured(self) -> np.ndarray:
        """For each counter, whether no row measured it in full."""
        found: np.ndarray = self._masks[_WORD] >> _BIT & 1 == 1
        return found


def guard(day: dt.date, old: Sums, new: Sums, vanished: int) -> None:
    """Let a version pass that revises the stored one; `vanished` of its people are in the new one no more.

    Raises:
        DayHeld: it lost people, usage, a product's use or a measure, more than a revision takes.
    """
    if old.rows and (lost := _lost(old, new, old.rows - vanished)):
        message = f"The API now has {lost.format(day=day)} What is stored stays until an admin accepts the new numbers "
        raise DayHeld(message + "on the Connection page.")


def _lost(old: Sums, new: Sums, kept: int) -> str:
    amount = new.counters.sum() / max(old.counters.sum(), 1)
    many = old.rows >= GUARDED_FROM
    if new.rows == 0 or (many and (new.rows / old.rows < ROWS_KEPT or amount < SUM_KEPT)):
        return f"{new.rows} people on {{day}} instead of {old.rows}, with {amount:.0%} of the usage."
    if many and kept / old.rows < ROWS_KEPT:
        # As many as before, but others: so answers a key of another organization.
        return f"other people on {{day}}: only {kept} of the {old.rows} whom it had before."
    ended = [
        label
        for label, columns in _COLUMNS.items()
        if old.counters[columns].sum() >= CONSIDERABLE and not new.counters[columns].any()
    ]
    if ended:
        return f"no use of {' or '.join(ended)} on {{day}}, where it had some before."
    gone = (old.counters > 0) & (new.counters == 0) & new.unmeasured & ~old.unmeasured
    names = [measure.paths[0] for measure, is_gone in zip(MEASURES, gone, strict=True) if is_gone]
    return f"no measurement of {' or '.join(names)} for anybody on {{day}}, where it had some before." if names else ""
