"""What user-days were before they were revised, so that a number of some past moment can be told again.

The present rows are the newest version. Each revision keeps only what it made different, so an earlier version is the
present one with the later revisions taken back, the newest first.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from itertools import chain
from operator import or_
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, Subquery, and_, func, select

from core.catalogue import MASK_BITS, MASK_WORDS, MEASURE, MEASURES
from core.store.engine import bulk
from core.store.engine.column_types import to_epoch
from core.store.hierarchy.organisation import Team
from core.store.tables.revisions import USER_DAY_WAS
from core.store.tables.usage import ACCOUNT_LINK, DAY_REVISION, EMPLOYEE, MASK_COLUMNS, USER_DAY
from core.store.usage import measured
from core.store.usage.reads import attributed

_VALUES = (*(measure.key for measure in MEASURES), *MASK_COLUMNS)
_PLACE = {name: place for place, name in enumerate(_VALUES)}


def keep(
    connection: Connection,
    day: dt.date,
    revision: int,
    *,
    changed: tuple[np.ndarray, np.ndarray],
    vanished: np.ndarray,
    appeared: np.ndarray,
) -> None:
    """Keep what a revision of a day replaces.

    `changed` rows before and after it, and rows that have `vanished`, are account id, counters, masks; `appeared` are
    the ids of accounts that had no row.
    """
    rows = chain(_changed(*changed), _vanished(vanished), ((account, None) for account in appeared.tolist()))
    bulk.insert(
        connection,
        USER_DAY_WAS,
        ("day", "revision", "account_id", "was"),
        ((to_epoch(day), revision, account, was) for account, was in rows),
    )


def _changed(before: np.ndarray, after: np.ndarray) -> Iterator[tuple[int, str]]:
    for old, new in zip(before, after, strict=True):
        yield int(old[0]), _json(old[1:], old[1:] != new[1:])


def _vanished(rows: np.ndarray) -> Iterator[tuple[int, str]]:
    for old in rows:
        yield int(old[0]), _json(old[1:], old[1:] != 0)


def _json(values: np.ndarray, chosen: np.ndarray) -> str:
    return json.dumps({_VALUES[place]: int(values[place]) for place in np.flatnonzero(chosen)})


def stored_days(
    connection: Connection, first: dt.date, last: dt.date, moment: dt.datetime
) -> dict[dt.date, frozenset[str]]:
    """The days that were stored at a moment, each with the measures that were not measured for anybody then."""
    statement = select(DAY_REVISION.c.day, DAY_REVISION.c.unmeasured, DAY_REVISION.c.rows).join(
        newest := _newest(first, last, moment),
        and_(DAY_REVISION.c.day == newest.c.day, DAY_REVISION.c.revision == newest.c.revision),
    )
    return measured.by_nobody(tuple(row) for row in connection.execute(statement.order_by(DAY_REVISION.c.day)))


def user_days(
    connection: Connection, team: Team, first: dt.date, last: dt.date, moment: dt.datetime
) -> list[tuple[Any, ...]]:
    """Rows (employee id, day, all counters, masks) of a chain as they were stored at a moment, one an account and day.

    People and accounts are today's: a later match or move shows here as it does in the present figures.
    """
    found = {(row[0], row[1]): tuple(row) for row in connection.execute(_present(team, first, last, moment))}
    for place, employee, day, account, was in connection.execute(_taken_back(team, first, last, moment)):
        if was is None:
            found.pop((account, day), None)
            continue
        _, _, *row = found.get((account, day), (account, day, place, employee, *[0] * len(_VALUES)))
        values = row[2:]
        for name, value in json.loads(was).items():
            values[_PLACE[name]] = value
        found[account, day] = (account, day, place, employee, *values)
    silent = {day: _mask_words(keys) for day, keys in stored_days(connection, first, last, moment).items()}
    rows = sorted(found.values(), key=lambda row: (row[2], row[1], row[0]))
    return [
        (employee, day, *values[: len(MEASURES)], *map(or_, values[len(MEASURES) :], silent[day]))
        for _, day, _, employee, *values in rows
    ]


def _mask_words(keys: Collection[str]) -> list[int]:
    """The mask of measures that nobody's row measured: a version kept before one was added knows no bit of it."""
    words = [0] * MASK_WORDS
    for key in keys:
        words[MEASURE[key].slot // MASK_BITS] |= 1 << MEASURE[key].slot % MASK_BITS
    return words


def _newest(first: dt.date, last: dt.date, moment: dt.datetime) -> Subquery:
    """Each day's newest revision at a moment; days not stored by then are absent."""
    return (
        select(DAY_REVISION.c.day, func.max(DAY_REVISION.c.revision).label("revision"))
        .where(DAY_REVISION.c.day.between(first, last), DAY_REVISION.c.at <= moment)
        .group_by(DAY_REVISION.c.day)
        .subquery()
    )


def _present(team: Team, first: dt.date, last: dt.date, moment: dt.datetime) -> Select[Any]:
    newest = _newest(first, last, moment)
    values = [func.coalesce(USER_DAY.c[name], 0) for name in _VALUES]
    return (
        select(USER_DAY.c.account_id, USER_DAY.c.day, EMPLOYEE.c.left_pos, EMPLOYEE.c.id, *values)
        .select_from(EMPLOYEE.join(ACCOUNT_LINK, ACCOUNT_LINK.c.employee_id == EMPLOYEE.c.id))
        .join(USER_DAY, attributed(USER_DAY))
        .join(newest, newest.c.day == USER_DAY.c.day)
        .where(EMPLOYEE.c.left_pos >= team.left, EMPLOYEE.c.left_pos < team.right)
        .where(USER_DAY.c.day.between(first, last))
    )


def _taken_back(team: Team, first: dt.date, last: dt.date, moment: dt.datetime) -> Select[Any]:
    """What later revisions replaced, the newest first."""
    newest = _newest(first, last, moment)
    columns = (EMPLOYEE.c.left_pos, EMPLOYEE.c.id, USER_DAY_WAS.c.day, USER_DAY_WAS.c.account_id, USER_DAY_WAS.c.was)
    return (
        select(*columns)
        .select_from(EMPLOYEE.join(ACCOUNT_LINK, ACCOUNT_LINK.c.employee_id == EMPLOYEE.c.id))
        .join(USER_DAY_WAS, attributed(USER_DAY_WAS))
        .join(newest, and_(newest.c.day == USER_DAY_WAS.c.day, newest.c.revision < USER_DAY_WAS.c.revision))
        .where(EMPLOYEE.c.left_pos >= team.left, EMPLOYEE.c.left_pos < team.right)
        .where(USER_DAY_WAS.c.day.between(first, last))
        .order_by(USER_DAY_WAS.c.revision.desc())
    )
