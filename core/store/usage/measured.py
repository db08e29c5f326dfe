"""Which measures a stored day says something about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

_NONE = frozenset[str]()


def by_nobody(days: Iterable[tuple[dt.date, str, int]]) -> dict[dt.date, frozenset[str]]:
    """Per stored day, the measures that were not measured for anybody, of rows (day, their keys, rows), ascending.

    A day without rows does not say what it measured: nobody used anything that was measured around it. So it has
    measured what the nearest days with rows before and after it both measured.
    """
    found = [(day, frozenset(keys.split(",")) if keys else _NONE, rows > 0) for day, keys, rows in days]
    before = _nearest([(said, there) for _, said, there in found])
    after = _nearest([(said, there) for _, said, there in reversed(found)])[::-1]
    return {
        day: said if there else earlier | later
        for (day, said, there), earlier, later in zip(found, before, after, strict=True)
    }


def _nearest(days: Sequence[tuple[frozenset[str], bool]]) -> list[frozenset[str]]:
    """For each day, what the last day with rows up to it, itself included, said; nothing where there is none."""
    last, found = _NONE, []
    for said, there in days:
        last = said if there else last
        found.append(last)
    return found
