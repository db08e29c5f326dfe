"""How every part of the application writes numbers."""

from __future__ import annotations

DASH = "–"
"""What stands for a number that is not known."""

THIN = "\u202f"
"""The space between thousands, and before a sign such as that of per cent: narrow, and no line breaks at it."""


def number(value: float | None, decimals: int = 0) -> str:
    """A number with thin separators; a dash for what was not measured."""
    return DASH if value is None else f"{value:,.{decimals}f}".replace(",", THIN)


def counted(count: int, noun: str) -> str:
    """ "1 day", "28 days": a number and what there is so often."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"
