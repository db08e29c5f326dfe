"""What an entry of the catalogue is: a product, a stored counter, a number that people see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Product:
    """A part of Claude that has its own place on the pages; `bit` numbers its activity bitmap and never changes.

    `short` is the label where there is little room: without what the other names share.
    """

    key: str
    label: str
    short: str
    bit: int

    @property
    def noun(self) -> str:
        """The label inside a sentence: "Claude Code", "the Excel agent"."""
        return f"the {self.label}" if self.label.endswith(" agent") else self.label


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A stored counter: null-aware sum over `paths` of one user's row of one day.

    `slot` is the measure's bit in the stored mask of counters that were not measured. It is never reused or changed.
    """

    key: str
    slot: int
    product: str
    paths: tuple[str, ...]


class Adds(StrEnum):
    """How a statistic adds up over days and people."""

    SUM = "sum"
    DAY_DISTINCT = "sum of daily distinct counts"
    RATIO = "sum divided by sum"


@dataclass(frozen=True, kw_only=True)
class Stat:
    """A number that people see: the sum of one or more measures, over days and people."""

    key: str
    label: str
    product: str
    unit: str
    measures: tuple[str, ...]
    meaning: str
    caveat: str = ""
    adds: Adds = Adds.SUM
    headline: bool = False


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A rate of two sums: numerator divided by denominator over days and people together, never a mean of rates."""

    key: str
    label: str
    product: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    counted: str
    """What is true of each case of the denominator, as a word after their number: "of 20 decided"."""
    meaning: str
    caveat: str = ""
    unit: str = "%"
    adds: Adds = Adds.RATIO
    headline: bool = False
    thin_below: int = 20
    """Under this denominator the rate is shown greyed, with its n: too few decisions to say much."""


CAVEAT_LABEL = "Limits"
"""What stands before a caveat."""


def explained(stat: Stat | Ratio) -> str:
    """What a statistic means, and what it leaves out where it leaves something out."""
    return f"{stat.meaning} {CAVEAT_LABEL}: {stat.caveat}" if stat.caveat else stat.meaning
