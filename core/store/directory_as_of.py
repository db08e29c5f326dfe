"""The organisation as it was on a day: the reporting lines of that day, numbered as today's are."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
from sqlalchemy import Connection, or_, select

from core.people.hierarchy import number
from core.store import organisation
from core.store.organisation import Organisation
from core.store.tables import REPORTING_LINE


def as_of(connection: Connection, day: dt.date) -> Organisation:
    """The directory with the reporting lines that held on a day; everything else is as it is now.

    It holds the same people, in pre-order of that day's tree: whoever had no line then is a top. Names, titles, dates
    and matches are today's. Stored team sums are those of today's chains, so the sums of a team of that day have to be
    added up from its people.
    """
    return rearranged(organisation.load(connection), managers_on(connection, day))


def managers_on(connection: Connection, day: dt.date) -> dict[int, int]:
    """Employee id → the manager's id, for everybody who reported to somebody on the day."""
    line = REPORTING_LINE
    begun = or_(line.c.from_day.is_(None), line.c.from_day <= day)
    lasting = or_(line.c.to_day.is_(None), line.c.to_day >= day)
    rows = connection.execute(select(line.c.employee_id, line.c.manager_id).where(begun, lasting).order_by(line.c.id))
    return {row[0]: row[1] for row in rows}


def rearranged(today: Organisation, managers: dict[int, int]) -> Organisation:
    """The same people with other reporting lines; lines in a circle are ignored, as everywhere."""
    ids = today.ids.tolist()
    keys = {e: f"{name.casefold()}\0{email}" for e, name, email in zip(ids, today.names, today.emails, strict=True)}
    tree = number({employee: managers.get(employee) for employee in ids}, order=keys)
    place = np.array([tree.left[employee] for employee in ids], dtype=np.int64)
    order = np.argsort(place)
    olds = order.tolist()
    return dataclasses.replace(
        today,
        ids=today.ids[order],
        right=np.array([tree.right[ids[old]] for old in olds], dtype=np.int64),
        depth=np.array([tree.depth[ids[old]] for old in olds], dtype=np.int64),
        starts=today.starts[order],
        ends=today.ends[order],
        names=tuple(today.names[old] for old in olds),
        emails=tuple(today.emails[old] for old in olds),
        titles=tuple(today.titles[old] for old in olds),
        departments=tuple(today.departments[old] for old in olds),
        account_position=place[today.account_position],
    )
