"""A snapshot of the directory as arrays: who is below whom, whose account is whose.

It holds no usage and nothing that depends on a viewer, so one process may keep it for as long as the directory's
version stays the same. Employees are kept in pre-order of today's reporting tree: a chain is a slice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, select

from core.store.engine import versions
from core.store.engine.column_types import to_epoch
from core.store.hierarchy.members import ALWAYS, NEVER, Members
from core.store.tables.usage import ACCOUNT_LINK, EMPLOYEE, EVERYONE

ROLLED_UP_FROM = 4
"""Chains of at least this many people have their sums stored per day; smaller ones are read person by person."""


@dataclass(frozen=True)
class Team:
    """One manager's chain (the manager included) as a slice of the pre-order, or everybody."""

    team_id: int
    left: int
    right: int

    @property
    def size(self) -> int:
        """How many people of the directory it holds, archived ones included."""
        return self.right - self.left

    @property
    def rolled_up(self) -> bool:
        """Whether its daily sums are stored."""
        return self.team_id == EVERYONE or self.size >= ROLLED_UP_FROM


@dataclass(frozen=True)
class Organisation:
    """The directory at one version. Arrays over employees are indexed by pre-order position.

    Attributes:
        ids, right, starts, ends: employee id, end of the chain's slice, first and last day (epoch days) by position.
        account_ids, account_position, account_since, account_until: matched accounts, ascending by id: account id, the
            position of the employee, and the first and last epoch day that are attributed.
    """

    version: int
    ids: np.ndarray
    right: np.ndarray
    depth: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    names: tuple[str, ...]
    emails: tuple[str, ...]
    titles: tuple[str | None, ...]
    departments: tuple[str | None, ...]
    account_ids: np.ndarray
    account_position: np.ndarray
    account_since: np.ndarray
    account_until: np.ndarray

    @cached_property
    def position(self) -> dict[int, int]:
        """Employee id → pre-order position."""
        return {number: index for index, number in enumerate(self.ids.tolist())}

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Per position, what a search looks in: name, e-mail, title and department without regard to capitals."""
        texts = zip(self.names, self.emails, self.titles, self.departments, strict=True)
        return tuple(" ".join(filter(None, each)).casefold() for each in texts)

    @cached_property
    def by_name(self) -> np.ndarray:
        """Per position, the place in the order of names, without regard to capitals; equal names by position."""
        names = [name.casefold() for name in self.names]
        places = np.empty(len(names), dtype=np.int64)
        places[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        return places

    @cached_property
    def has_account(self) -> np.ndarray:
        """Mask: whom an account is matched to."""
        found = np.zeros(len(self.ids), dtype=bool)
        found[self.account_position] = True
        return found

    @cached_property
    def by_id(self) -> np.ndarray:
        """Positions in the order of employee ids, for `positions_of`."""
        return np.argsort(self.ids)

    def positions_of(self, ids: np.ndarray) -> np.ndarray:
        """Per employee id, the position; -1 for who is nobody here."""
        if not len(self.ids):
            return np.full(len(ids), -1)
        found = self.by_id[np.minimum(np.searchsorted(self.ids, ids, sorter=self.by_id), len(self.ids) - 1)]
        return np.where(self.ids[found] == ids, found, -1)

    @cached_property
    def _reports(self) -> np.ndarray:
        """Per position, how many people are below."""
        return np.asarray(self.right - np.arange(len(self.ids)) - 1)

    def users(self, left: int, right: int) -> int:
        """How many people of a slice have an account and no last day."""
        return int(self._users_before[right] - self._users_before[left])

    @cached_property
    def _users_before(self) -> np.ndarray:
        """How many people with an account and no last day stand before each position, and before the end."""
        return np.concatenate(([0], np.cumsum(self.has_account & (self.ends == NEVER))))

    @cached_property
    def by_email(self) -> dict[str, int]:
        """Canonical e-mail → employee id."""
        return dict(zip(self.emails, self.ids.tolist(), strict=True))

    @property
    def everyone(self) -> Team:
        """The whole directory as a team."""
        return Team(EVERYONE, 0, len(self.ids))

    def team(self, employee_id: int) -> Team:
        """The chain of one employee; KeyError for an id that is not in the directory."""
        position = self.position[employee_id]
        return Team(employee_id, position, int(self.right[position]))

    def rolled_up_teams(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Team id, left and right of every chain whose sums are stored, `EVERYONE` first."""
        left = np.flatnonzero(self.right - np.arange(len(self.ids)) >= ROLLED_UP_FROM)
        ids = np.concatenate(([EVERYONE], self.ids[left]))
        return ids, np.concatenate(([0], left)), np.concatenate(([len(self.ids)], self.right[left]))

    def accounts_of(self, team: Team) -> np.ndarray:
        """Indices into the account arrays of the accounts that belong to the team's people."""
        return np.flatnonzero((self.account_position >= team.left) & (self.account_position < team.right))

    def members(self, team: Team) -> Members:
        """The people of a team, in pre-order."""
        part = slice(team.left, team.right)
        return Members(
            ids=self.ids[part],
            names=self.names[part],
            emails=self.emails[part],
            titles=self.titles[part],
            departments=self.departments[part],
            starts=self.starts[part],
            ends=self.ends[part],
            depth=self.depth[part],
            reports=self._reports[part],
            has_account=self.has_account[part],
            folded=lambda: self.folded[part],
            by_name=self.by_name[part],
        )

    def managers_of(self, position: int) -> list[int]:
        """Positions of the managers above a position, the nearest first."""
        return [int(index) for index in np.flatnonzero(self.right[:position] > position)[::-1]]


_CHUNK = 10_000
"""Rows that exist as Python objects at once: bounds the memory of reading a large directory."""

_TEXTS = ("name", "email", "title", "department")


def lock(connection: Connection) -> None:
    """Let nobody else change people, lines or usage until the transaction ends; reading goes on.

    A day that is stored meanwhile would be summed over the teams as they were. SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE employee, user_day IN SHARE ROW EXCLUSIVE MODE")


def load(connection: Connection, *, texts: bool = True) -> Organisation:
    """Read the directory as it is in the connection's transaction.

    Without `texts` its names, e-mails, titles and departments are empty: who only counts needs no names in memory.
    """
    people = select(*(EMPLOYEE.c[name] for name in ("id", "right_pos", "depth", "start_date", "end_date")))
    links = select(*(ACCOUNT_LINK.c[name] for name in ("account_id", "employee_id", "since", "until")))
    ids, right, depth, starts, ends = numbers(
        connection, people.order_by(EMPLOYEE.c.left_pos), (0, 0, 0, ALWAYS, NEVER)
    )
    absent = (0, 0, ALWAYS, NEVER)
    accounts, owners, since, until = numbers(connection, links.order_by(ACCOUNT_LINK.c.account_id), absent)
    order = np.argsort(ids).astype(np.int32)
    names, emails, titles, departments = _texts(connection) if texts else ((), (), (), ())
    return Organisation(
        version=versions.read(connection, versions.DIRECTORY),
        ids=ids,
        right=right,
        depth=depth,
        starts=starts,
        ends=ends,
        names=names,
        emails=emails,
        titles=titles,
        departments=departments,
        account_ids=accounts,
        account_position=order[np.searchsorted(ids, owners, sorter=order)],
        account_since=since,
        account_until=until,
    )


def numbers(connection: Connection, statement: Select[Any], absent: tuple[int, ...]) -> list[np.ndarray]:
    """The columns of a statement as whole numbers, days as epoch days; `absent` stands for each column's NULL."""
    parts = [np.empty((0, len(absent)), dtype=np.int32)]
    for rows in connection.execute(statement.execution_options(yield_per=_CHUNK)).partitions():
        columns = [
            [_number(value, default) for value in column]
            for column, default in zip(zip(*rows, strict=True), absent, strict=True)
        ]
        parts.append(np.array(columns, dtype=np.int32).T)
    return [np.ascontiguousarray(column) for column in np.concatenate(parts).T]


def _number(value: int | dt.date | None, absent: int) -> int:
    if value is None:
        return absent
    return to_epoch(value) if isinstance(value, dt.date) else value


def _texts(connection: Connection) -> list[tuple[Any, ...]]:
    """Names, e-mails, titles and departments, equal texts kept once: directories repeat titles and departments."""
    columns: list[list[Any]] = [[] for _ in _TEXTS]
    seen: dict[Any, Any] = {}
    statement = select(*(EMPLOYEE.c[name] for name in _TEXTS)).order_by(EMPLOYEE.c.left_pos)
    for row in connection.execute(statement.execution_options(yield_per=_CHUNK)):
        for column, value in zip(columns, row, strict=True):
            column.append(seen.setdefault(value, value))
    return [tuple(column) for column in columns]
