"""Where all use of a range belongs: five parts that share no active user-day and together are everything stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import astuple, dataclass

import numpy as np
from sqlalchemy import Connection

from core.bits import bits_of, how_many
from core.catalogue import ANY
from core.store.engine.column_types import to_epoch
from core.store.hierarchy.members import ALWAYS, NEVER
from core.store.hierarchy.organisation import Organisation
from core.store.usage import bitmaps

_IN_CHAIN, _WITHOUT_MANAGER, _UNMATCHED, _NOT_EMPLOYEES, _ARCHIVED = range(5)
_PARTS = 5


@dataclass(frozen=True)
class Reconciliation:
    """All active user-days of a range, by where they belong. Each is in exactly one part.

    An active user-day is a Claude user on a day on which any of their counters is above zero.

    Attributes:
        in_chain: of people who have a manager or lead somebody, archived ones up to their last day.
        without_manager: of people who have no manager and lead nobody: in no chain but their own.
        unmatched: of Claude users who are nobody's, or on days outside the dates of their link.
        not_employees: of Claude users of whom an admin said that they are no employees.
        archived_after: on days after the last day of the person whose account it is.
    """

    in_chain: int
    without_manager: int
    unmatched: int
    not_employees: int
    archived_after: int

    @property
    def organisation(self) -> int:
        """All active user-days of the range: the sum of the parts."""
        return sum(astuple(self))


def parts(
    connection: Connection, directory: Organisation, excluded: Collection[int], first: dt.date, last: dt.date
) -> Reconciliation:
    """Divide the use from `first` to `last`, both included; the directory has to be that of the transaction.

    `excluded` are the ids of accounts of which an admin said that they are no employee's.
    """
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    stored = list(bitmaps.stored(connection, ANY.bit, days))
    width = max((len(bits) for _, bits in stored), default=0)
    belongs = _belongs(directory, excluded, 8 * width)
    masks = bits_of(np.array([belongs == part for part in range(_PARTS)]))
    dated = _Dated(directory, belongs)
    counts = np.zeros(_PARTS, dtype=np.int64)
    for day, bits in sorted(stored, key=lambda each: each[0]):
        dated.move(masks, to_epoch(day))
        counts += how_many(masks[:, : len(bits)] & bits)
    return Reconciliation(*counts.tolist())


def _belongs(directory: Organisation, excluded: Collection[int], users: int) -> np.ndarray:
    """Per account id, the part of its days within the dates of its link."""
    result = np.full(users, _UNMATCHED, dtype=np.int8)
    result[[account for account in excluded if account < users]] = _NOT_EMPLOYEES
    alone = (directory.depth == 0) & (directory.right - np.arange(len(directory.ids)) == 1)
    linked = directory.account_ids < users
    parts_of_people = np.where(alone, _WITHOUT_MANAGER, _IN_CHAIN)
    result[directory.account_ids[linked]] = parts_of_people[directory.account_position[linked]]
    return result


class _Dated:
    """The links that do not give every day to their person: those with dates."""

    def __init__(self, directory: Organisation, belongs: np.ndarray) -> None:
        limited = (directory.account_since > ALWAYS) | (directory.account_until < NEVER)
        chosen = limited & (directory.account_ids < len(belongs))
        self._accounts = directory.account_ids[chosen]
        self._since, self._until = directory.account_since[chosen], directory.account_until[chosen]
        self._end = directory.ends[directory.account_position[chosen]]
        self._inside = belongs[self._accounts]
        self._part = self._inside.copy()
        self._day = ALWAYS

    def move(self, masks: np.ndarray, day: int) -> None:
        """Give each account's bit to the part to which its use of a day belongs; days have to ascend.

        Few links begin or end between two days, so only those are looked at, but for the first day.
        """
        before, self._day = self._day, day
        begun = (self._since > before) & (self._since <= day)
        over = [(last >= before) & (last < day) for last in (self._until, self._end)]
        turned = np.any([begun, *over], axis=0) if before > ALWAYS else np.ones(len(self._accounts), dtype=bool)
        links = np.flatnonzero(turned)
        inside = (self._since[links] <= day) & (self._until[links] >= day)
        outside = np.where(self._end[links] < day, _ARCHIVED, _UNMATCHED)
        part, was = np.where(inside, self._inside[links], outside), self._part[links]
        place, bit = self._accounts[links] // 8, (1 << self._accounts[links] % 8).astype(np.uint8)
        for of in (was, part):  # where it stays, the bit turns twice
            np.bitwise_xor.at(masks, (of, place), bit)
        self._part[links] = part
