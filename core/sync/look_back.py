"""Finding out where the API's past ends: how old its oldest day is stands nowhere and moves on with time.

The days of a run are read newest first. A refused day with a served one before it is a hole; refused days with nothing
before them are the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from core.api.endpoints import EARLIEST_DAY
from core.store.connection.look_back import Floor
from core.sync.window import SETTLED

DAY = dt.timedelta(days=1)
ENOUGH = 3
"""After so many refused days in a row everything older is taken to be refused too."""

HOLE = "The API does not serve this day, but older ones. Each run asks for it again."

ASKED_AGAIN = dt.timedelta(days=7)


def first_day(newest: dt.date, backfill_days: int, floor: Floor | None) -> dt.date:
    """The oldest day that can be read: that of the API, of the setting, or the earliest that an endpoint serves."""
    wanted = max(EARLIEST_DAY, newest - dt.timedelta(days=backfill_days - 1))
    return wanted if floor is None else max(wanted, floor.earliest)


def probe(newest: dt.date, backfill_days: int, floor: Floor | None, now: dt.datetime) -> list[dt.date]:
    """The day before the floor, when it is time to see whether it is served after all: each week, or another setting.

    Nothing when the floor lies before what is wanted anyway.
    """
    if floor is None or floor.earliest <= first_day(newest, backfill_days, None):
        return []
    # A look that lies in the future was dated by a clock that ran ahead, so it puts nothing off.
    recent = dt.timedelta(0) <= now - floor.asked_at < ASKED_AGAIN
    return [] if recent and backfill_days <= floor.backfill_days else [floor.earliest - DAY]


class Search:
    """Listens to a run that reads its days newest first, and knows in the end which of them lie before the past."""

    def __init__(self, newest: dt.date, stored: Iterable[dt.date] = ()) -> None:
        self._newest = newest
        self._served = max(stored, default=None)
        self._oldest_served: dt.date | None = None
        self.refused: list[dt.date] = []
        """The days refused for their age since the last one that was served."""
        self.holes: list[dt.date] = []
        """Refused days between served ones."""

    def serve(self, day: dt.date) -> None:
        """The API served a day: those refused before it, which are newer, were holes."""
        self.holes += self.refused
        self.refused = []
        self._oldest_served = day if self._oldest_served is None else min(self._oldest_served, day)

    def refuse(self, day: dt.date, latest: dt.date | None) -> bool:
        """The API refused a day, naming a newest one or not; whether that was for its age."""
        too_new = (latest is not None and latest < day) or day >= self._newest
        if too_new or not (self._oldest_served or (self._served is not None and self._served > day)):
            return False
        self.refused.append(day)
        return True

    @property
    def is_over(self) -> bool:
        """Whether older days need not be asked for."""
        return len(self.refused) >= ENOUGH

    def end(self, floor: Floor | None) -> dt.date | None:
        """Where the past begins, as far as this run has shown: the floor before, a later one, or None for none.

        What stays in `refused` lies before it; other refused days are `holes`, which every run asks for again.
        """
        if floor is not None and self._oldest_served is not None and self._oldest_served < floor.earliest:
            floor = None
        known = [day for day in self.refused if floor is not None and day < floor.earliest]
        fresh = self.refused[: len(self.refused) - len(known)]
        if fresh and not self.is_over and self._newest - fresh[0] < SETTLED:
            self.holes += fresh
            self.refused, fresh = known, []
        if fresh:
            return fresh[0] + DAY
        return None if floor is None else floor.earliest
