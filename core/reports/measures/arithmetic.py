"""The arithmetic of every statistic: sums in which null is not zero, and rates as a sum divided by a sum.

A statistic is worked out of sums of its measures. Where these come from, days, people or teams, is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from core.catalogue import Ratio, Stat


def null_aware_sum(amounts: np.ndarray, axis: int) -> np.ndarray:
    """Sums along an axis; NaN only where nothing along it was measured."""
    return np.where(np.isnan(amounts).all(axis=axis), np.nan, np.nansum(amounts, axis=axis))


def known_sum(amounts: Iterable[float | None]) -> float | None:
    """The sum of what was measured; None where nothing was."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def values(stat: Stat | Ratio, summed: Callable[[tuple[str, ...]], np.ndarray]) -> np.ndarray:
    """One statistic for each place of an array; `summed` adds up measures, with NaN where none was measured.

    A rate is NaN where there was nothing to divide by.
    """
    if isinstance(stat, Stat):
        return summed(stat.measures)
    top, bottom = summed(stat.numerator), summed(stat.denominator)
    rates: np.ndarray = np.divide(top, bottom, out=np.full_like(bottom, np.nan), where=bottom > 0)
    return rates


def value(stat: Stat | Ratio, summed: Callable[[tuple[str, ...]], float | None]) -> float | None:
    """One statistic as one number, as `values` tells it, with None for NaN: of one number numpy takes longer."""
    if isinstance(stat, Stat):
        return summed(stat.measures)
    top, bottom = summed(stat.numerator), summed(stat.denominator)
    return top / bottom if top is not None and bottom else None
