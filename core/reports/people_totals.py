"""The totals of some people of a team over a period, a statistic at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from core.catalogue import MASK_BITS, MEASURE, STAT, measures_of
from core.reports.adding import added
from core.reports.periods import Period
from core.reports.roster import Roster
from core.visibility import Scope, Team


def load(scope: Scope, team: Team, people: Roster, keys: Sequence[str]) -> dict[str, np.ndarray]:
    """Totals of the people of a roster, in their order, by the keys of statistics.

    NaN for what was measured on no day, and for who has no Claude account. A day without a row is a zero of all that
    the day measured for anybody.

    Arrays and not frames: for a page of people those would take longer than all the rest of it.
    """
    stats, period = [STAT[key] for key in keys], people.period
    measures = list(dict.fromkeys(key for stat in stats for key in measures_of(stat)))
    place = {int(number): row for row, number in enumerate(people.members.ids[people.places].tolist())}
    sums, rows = np.zeros((len(place), len(measures))), np.zeros(len(place), dtype=np.int64)
    for number, *amounts, days in scope.people_sums(list(place), measures, period.first, period.last, team):
        sums[place[number]], rows[place[number]] = amounts, days
    told = _days_of_each(scope.stored_days(period.first, period.last), measures)
    # Whoever has fewer rows than there are days that measured something used nothing of it on one of the others.
    doubtful = (sums == 0) & (rows[:, np.newaxis] >= [len(days) for days in told])
    sums[doubtful & [not days for days in told]] = np.nan
    doubtful &= [bool(days) for days in told]
    some = [number for number, row in place.items() if doubtful[row].any()]
    for number, column in _unmeasured(scope, some, measures, told, period) if some else ():
        sums[place[number], column] = np.nan
    sums[~people.account] = np.nan
    parts = {stat.key: sums[:, [measures.index(key) for key in measures_of(stat)]] for stat in stats}
    return {key: added(part, axis=1) for key, part in parts.items()}


def _days_of_each(stored: Mapping[dt.date, frozenset[str]], measures: Sequence[str]) -> list[frozenset[dt.date]]:
    """Per measure, the days on which it was measured for anybody."""
    return [frozenset(day for day, unmeasured in stored.items() if key not in unmeasured) for key in measures]


def _unmeasured(
    scope: Scope, people: Sequence[int], measures: Sequence[str], told: Sequence[frozenset[dt.date]], period: Period
) -> Iterator[tuple[int, int]]:
    """Of whom which measure, by its place, was measured on no day, though on all of its days they have rows."""
    slots = [divmod(MEASURE[key].slot, MASK_BITS) for key in measures]
    silent: dict[tuple[int, int], set[dt.date]] = defaultdict(set)
    measured: set[tuple[int, int]] = set()
    for number, day, *counters_and_masks in scope.people_days(people, measures, period.first, period.last):
        counters, masks = counters_and_masks[: len(measures)], counters_and_masks[len(measures) :]
        for column, (word, bit) in enumerate(slots):
            if masks[word] >> bit & 1 and not counters[column]:
                silent[number, column].add(day)
            else:
                measured.add((number, column))
    return (cell for cell, days in silent.items() if cell not in measured and days >= told[cell[1]])
