"""A line of a brief: one sentence, and where its numbers are."""

from __future__ import annotations

from dataclasses import dataclass

from core.reports.periods import Period


@dataclass(frozen=True)
class BriefLine:
    """A sentence with its numbers, and the name of the definition by which they are counted.

    Attributes:
        area: key of the product, or `ACROSS`, whose statistics show the numbers; empty for the calendar of active days.
        stat: key of the statistic, where it is one.
        span: the days that hold the numbers, where they are others than the brief's.
        fact: how a question about it begins; empty where there is nothing to ask.
    """

    text: str
    definition: str
    area: str = ""
    stat: str = ""
    span: Period | None = None
    fact: str = ""

    @property
    def counted_as(self) -> str:
        """The definition's name where the sentence does not begin with it."""
        return "" if self.text.startswith(self.definition) else self.definition
