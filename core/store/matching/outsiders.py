"""Who uses Claude and is not of a team: the rest of every total of the organisation, which nobody's own use explains.

Only `core.visibility` calls these functions, to decide which totals a viewer may see beside the own team's figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from core.bits import how_many, mask_of
from core.store.engine.column_types import to_epoch
from core.store.hierarchy.organisation import Organisation, Team
from core.store.usage.bitmaps import KEPT, ActiveDays, Span, stored


@dataclass(frozen=True)
class ActiveParts:
    """Who was active in a window: people of the team and of the rest of the directory, and accounts of nobody.

    An account is nobody's on days that are attributed to no person: it matches none, or its person had left.
    """

    team: int
    others: int
    nobodys: int


class OutsideActivity:
    """Who was active on the stored days of a span, in each of some products, read at once.

    Accounts of nobody are counted where `with_nobodys` asks for them; else there are none in any part.
    """

    def __init__(
        self,
        connection: Connection,
        database: str,
        directory: Organisation,
        wanted: tuple[Collection[int], Span],
        *,
        with_nobodys: bool,
    ) -> None:
        products, days = wanted
        found = KEPT.read(connection, database, directory, dict.fromkeys(products, days))
        self._people: Mapping[int, ActiveDays] = {product: kept.within(*days) for product, kept in found.items()}
        self._nobodys = {
            product: _nobodys(connection, directory, product, kept.days) if with_nobodys else {}
            for product, kept in self._people.items()
        }

    def by_day(self, product: int, team: Team) -> dict[dt.date, ActiveParts]:
        """The parts of each stored day."""
        kept, nobodys = self._people[product], self._nobodys[product]
        counts = zip(kept.days, _people(kept), _people(kept.of(team)), strict=True)
        return {
            day: ActiveParts(of_team, everybody - of_team, len(nobodys.get(day, _NONE)))
            for day, everybody, of_team in counts
        }

    def is_whole(self, days: Span) -> bool:
        """Whether every day of a window is stored."""
        first, last = days
        return all(len(kept.within(first, last).days) == (last - first).days + 1 for kept in self._people.values())

    def within(self, products: Collection[int], days: Span, team: Team) -> ActiveParts:
        """The parts of a window: whoever was active in any of the products on a stored day of it."""
        chosen = [self._people[product].within(*days) for product in products]
        active = np.bitwise_or.reduce(np.concatenate([kept.rows for kept in chosen]), axis=0)
        everybody = ActiveDays((days[1],), active[np.newaxis])
        (all_of_them,), (of_team,) = _people(everybody), _people(everybody.of(team))
        accounts = [self._nobodys[p].get(day) for p, kept in zip(products, chosen, strict=True) for day in kept.days]
        distinct = np.unique(np.concatenate([found for found in accounts if found is not None] or [_NONE]))
        return ActiveParts(of_team, all_of_them - of_team, len(distinct))


def _people(active: ActiveDays) -> list[int]:
    """How many were active on each day."""
    counts: list[int] = how_many(active.rows).tolist()
    return counts


_NONE = np.array([], dtype=np.int64)


def _nobodys(
    connection: Connection, directory: Organisation, product: int, days: Collection[dt.date]
) -> dict[dt.date, np.ndarray]:
    """Day → ids of active accounts that are not attributed to anybody on it."""
    found, count = {}, int(directory.account_ids.max(initial=0)) + 1
    for day, bits in stored(connection, product, list(days)):
        active = mask_of(bits, max(len(bits) * 8, count))
        epoch = to_epoch(day)
        on_time = (directory.account_since <= epoch) & (directory.account_until >= epoch)
        active[directory.account_ids[on_time]] = False
        found[day] = np.flatnonzero(active)
    return found
