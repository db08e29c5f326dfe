"""What the workbook and the PDF of a review say about their figures in the same words."""

from __future__ import annotations

from core.catalogue import Ratio, Stat

NOT_THERE = "Whoever is not employed on the last day of the period has none: archived, or not started."
CHANGE = (
    "The period before has the same length and lies whole weeks earlier, so that weekdays match. Empty where data does "
    "not cover all days of both, and of somebody who was not employed in all of both. An empty figure was not "
    "measured; zero was measured, and nothing was used."
)


def named(stat: Stat | Ratio) -> str:
    """The name of a statistic's column, with its unit where the label does not say it."""
    said = isinstance(stat, Ratio) or stat.unit.casefold() in stat.label.casefold()
    return stat.label if said else f"{stat.label} ({stat.unit})"
