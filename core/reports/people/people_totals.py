"""The totals of some people of a team over a period, a statistic at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from core.catalogue import MASK_BITS, MEASURE, STAT, measures_of
from core.reports.measures.arithmetic import null_aware_sum
from core.reports.people.roster import TeamRoster
from core.visibility import PastTeam, Scope, Team


def load(scope: Scope, team: Team, people: TeamRoster, keys: Sequence[str]) -> dict[str, np.ndarray]:
    """Totals of the people of a roster, in their order, by the keys of statistics.

    NaN for what was measured on no day, for who has no Claude account, and for who was employed on no day. A day
    without a row is a zero of all that the day measured for anybody; of a team as it was, a day on which somebody was
    in it.

    Arrays and not frames: for a page of people those would take longer than all the rest of it.
    """
    stats, period = [STAT[key] for key in keys], people.period
    measures = list(dict.fromkeys(key for stat in stats for key in measures_of(stat)))
    place = {int(number): row for row, number in enumerate(people.members.ids[people.places].tolist())}
    sums, rows = np.zeros((len(place), len(measures))), np.zeros(len(place), dtype=np.int64)
    for number, *amounts, days in scope.people_sums(list(place), measures, period.first, period.last, team):
        sums[place[number]], rows[place[number]] = amounts, days
    stored = scope.stored_days(period.first, period.last)
    told = np.array([[key not in missing for key in measures] for missing in stored.values()], dtype=bool)
    told, here = told.reshape(len(stored), len(measures)), _here(team, people, list(stored))
    # Whoever has fewer rows than there are days that measured something used nothing of it on one of the others.
    days_told = here.T.astype(int) @ told
    doubtful = (sums == 0) & (rows[:, np.newaxis] >= days_told)
    some = [number for number, row in place.items() if (doubtful[row] & (days_told[row] > 0)).any()]
    for number, silent in _silent(scope, some, measures, list(stored)).items():
        needed = told & here[:, place[number], np.newaxis]
        doubtful[place[number]] &= ~(needed & ~silent).any(axis=0)
    sums[doubtful | ~people.could_use[:, np.newaxis]] = np.nan
    parts = {stat.key: sums[:, [measures.index(key) for key in measures_of(stat)]] for stat in stats}
    return {key: null_aware_sum(part, axis=1) for key, part in parts.items()}


def _here(team: Team, people: TeamRoster, days: Sequence[dt.date]) -> np.ndarray:
    """Mask [days, people]: who was in the team on which day."""
    if isinstance(team, PastTeam) and days:
        return np.array([team.on(day)[people.places] for day in days])
    return np.ones((len(days), len(people.places)), dtype=bool)


def _silent(
    scope: Scope, people: Sequence[int], measures: Sequence[str], days: Sequence[dt.date]
) -> dict[int, np.ndarray]:
    """Employee id → mask [days, measures]: days with a row of theirs, none of which measured it."""
    if not people:
        return {}
    shape = (len(days), len(measures))
    has_row = {number: np.zeros(shape, dtype=bool) for number in people}
    measured = {number: np.zeros(shape, dtype=bool) for number in people}
    at, slots = {day: row for row, day in enumerate(days)}, [divmod(MEASURE[key].slot, MASK_BITS) for key in measures]
    for number, day, *counters_and_masks in scope.people_days(people, measures, days[0], days[-1]):
        if day in at:
            counters, masks = counters_and_masks[: len(measures)], counters_and_masks[len(measures) :]
            has_row[number][at[day]] = True
            measured[number][at[day]] |= [
                bool(counter) or not masks[word] >> bit & 1
                for counter, (word, bit) in zip(counters, slots, strict=True)
            ]
    return {number: has_row[number] & ~measured[number] for number in people}
