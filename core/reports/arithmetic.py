"""Adding up amounts some of which were not measured."""

from __future__ import annotations

import numpy as np


def added(amounts: np.ndarray, axis: int) -> np.ndarray:
    """Sums along an axis; NaN only where nothing along it was measured: null is not zero."""
    return np.where(np.isnan(amounts).all(axis=axis), np.nan, np.nansum(amounts, axis=axis))
