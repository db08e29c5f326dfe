"""The tables, declared in SQLModel. Usage columns derive from the catalogue.

A SQLModel table class does not validate what it is given, so whatever comes from outside is checked before it gets here
(`core.api.records`, `core.people.roster`), and bulk rows go through `core.store.engine.bulk`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from pydantic import create_model
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table, Text
from sqlmodel import Field, SQLModel

from core.catalogue import MASK_WORDS, MEASURES
from core.store.engine.column_types import Day, Instant

MASK_COLUMNS = tuple(f"unmeasured_{word + 1}" for word in range(MASK_WORDS))
BIG = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits; SQLite's strict tables know the type by the name INTEGER only."""

EVERYONE = 0
"""The team id of the whole organisation: everybody in the directory, with or without a manager."""


def _key(column_type: Any) -> Any:
    return Field(sa_column=Column(column_type, primary_key=True, autoincrement=False))


class Account(SQLModel, table=True):
    """A Claude user as the API names them; the key is Claude's user id, which survives a change of e-mail."""

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    user_id: str = Field(sa_column=Column(Text, unique=True, nullable=False))
    email: str | None = Field(default=None, sa_column=Column(Text))
    first_seen: dt.date = Field(sa_column=Column(Day, nullable=False))


class Employee(SQLModel, table=True):
    """A person of the directory; `left_pos` and `right_pos` number today's reporting tree in pre-order.

    The chain of a person is everybody whose `left_pos` lies in `[left_pos, right_pos)`.
    """

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(sa_column=Column(Text, unique=True, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    employee_id: str | None = Field(default=None, sa_column=Column(Text))
    title: str | None = Field(default=None, sa_column=Column(Text))
    department: str | None = Field(default=None, sa_column=Column(Text))
    location: str | None = Field(default=None, sa_column=Column(Text))
    start_date: dt.date | None = Field(default=None, sa_column=Column(Day))
    end_date: dt.date | None = Field(default=None, sa_column=Column(Day))
    manager_id: int | None = Field(default=None, sa_column=Column(Integer, index=True))
    left_pos: int = Field(default=0, sa_column=Column(Integer, nullable=False, index=True))
    right_pos: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    depth: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))


class ReportingLine(SQLModel, table=True):
    """Who reported to whom, from `from_day` (None: ever since) to `to_day` inclusive (None: today's line)."""

    __tablename__ = "reporting_line"
    id: int | None = Field(default=None, primary_key=True)
    employee_id: int = Field(sa_column=Column(ForeignKey("employee.id"), nullable=False, index=True))
    manager_id: int = Field(sa_column=Column(ForeignKey("employee.id"), nullable=False))
    from_day: dt.date | None = Field(default=None, sa_column=Column(Day))
    to_day: dt.date | None = Field(default=None, sa_column=Column(Day))


class AccountLink(SQLModel, table=True):
    """The employee whose usage an account is, from `since` to `until`, both included (None: without end).

    No row: unmatched. `matching.attribution` derives the rows from addresses, decisions and employees' last days.
    """

    __tablename__ = "account_link"
    account_id: int = Field(sa_column=Column(ForeignKey("account.id"), primary_key=True, autoincrement=False))
    employee_id: int = Field(sa_column=Column(ForeignKey("employee.id"), nullable=False, index=True))
    since: dt.date | None = Field(default=None, sa_column=Column(Day))
    until: dt.date | None = Field(default=None, sa_column=Column(Day))


def _usage_table(
    name: str, table: str, keys: dict[str, Any], column_type: Any, more: dict[str, Any], **options: Any
) -> type[SQLModel]:
    """A table with one nullable column per measure of the catalogue, behind the given key columns."""
    counters = {m.key: (int | None, Field(default=None, sa_column=Column(column_type))) for m in MEASURES}
    columns = keys | counters | more
    arguments: tuple[Any, ...] = ({"sqlite_strict": True, **options},)
    if table == "user_day":
        arguments = (Index("ix_user_day_account_day", "account_id", "day"), *arguments)
    base = type("_Base", (SQLModel,), {"__tablename__": table, "__table_args__": arguments, "__module__": __name__})
    return create_model(name, __base__=base, __module__=__name__, __cls_kwargs__={"table": True}, **columns)


UserDay = _usage_table(
    "UserDay",
    "user_day",
    {"day": (dt.date, _key(Day)), "account_id": (int, _key(Integer))},
    Integer,
    {name: (int, Field(default=0, sa_column=Column(BIG, nullable=False))) for name in MASK_COLUMNS},
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (day)",
)
"""One Claude account's counters of one UTC day.

An empty counter means zero. What was *not measured* has its slot's bit set in the mask columns (`catalogue.MASK_BITS`
slots a word); a set bit beside a number means that only a part was measured.
"""

TeamDay = _usage_table("TeamDay", "team_day", {"team_id": (int, _key(Integer)), "day": (dt.date, _key(Day))}, BIG, {})
"""Sums over today's chain of one manager (`team_id`: the manager's employee id, or `EVERYONE`) for one UTC day.

Rows lie in the order of days, the key is an index beside them: else each stored day would touch all of the table."""


class ActiveBits(SQLModel, table=True):
    """Who was active in a product on a day: bit *n* (little-endian) stands for the account with id *n*."""

    __tablename__ = "active_bits"
    __table_args__ = {"postgresql_partition_by": "HASH (product)"}
    product: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    day: dt.date = Field(sa_column=Column(Day, primary_key=True))
    bits: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SyncDay(SQLModel, table=True):
    """What is known about one day's data. `revision` counts its stored versions; 0 means that none is stored yet."""

    __tablename__ = "sync_day"
    day: dt.date = Field(sa_column=Column(Day, primary_key=True))
    revision: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    rows: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    page_digests: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    unmeasured: str = Field(default="", sa_column=Column(Text, nullable=False))
    """Keys of the measures that nobody's row measured that day, separated by commas."""
    stored_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    changed_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    checked_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    problem: str | None = Field(default=None, sa_column=Column(Text))
    held_digests: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    """The pages of a version that lost too much to be taken without an admin's word; empty when none is held."""
    accepted_digests: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    """The pages of a held version that an admin accepted."""


class DayRevision(SQLModel, table=True):
    """The ledger: what each stored version of a day changed, in people and rows."""

    __tablename__ = "day_revision"
    day: dt.date = Field(sa_column=Column(Day, primary_key=True))
    revision: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    rows: int
    appeared: int
    vanished: int
    changed: int
    differences: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    """JSON: by how much the day's sum of each measure changed; measures without a change are left out."""
    unmeasured: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    """Keys of the measures that this version did not measure for anybody, separated by commas."""


class SyncRun(SQLModel, table=True):
    """One run of the sync: when, why, how it ended, in a sentence."""

    __tablename__ = "sync_run"
    id: int | None = Field(default=None, primary_key=True)
    trigger: str = Field(sa_column=Column(Text, nullable=False))
    started_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    finished_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    outcome: str = Field(sa_column=Column(Text, nullable=False))
    message: str = Field(default="", sa_column=Column(Text, nullable=False))
    requests: int = 0
    days_planned: int = 0
    days_checked: int = 0
    days_changed: int = 0


class SyncRequest(SQLModel, table=True):
    """Somebody asked for a sync now; the daemon takes requests between its hourly runs."""

    __tablename__ = "sync_request"
    id: int | None = Field(default=None, primary_key=True)
    asked_by: str = Field(sa_column=Column(Text, nullable=False))
    asked_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    taken_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))


class Connection(SQLModel, table=True):
    """The one connection to Claude: the key, encrypted, and what the API last said about it."""

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    sealed_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    key_hint: str = Field(sa_column=Column(Text, nullable=False))
    set_by: str = Field(sa_column=Column(Text, nullable=False))
    set_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    state: str = Field(sa_column=Column(Text, nullable=False))
    message: str = Field(default="", sa_column=Column(Text, nullable=False))
    checked_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    organization: str | None = Field(default=None, sa_column=Column(Text))


class Lease(SQLModel, table=True):
    """Who may write usage: the holder's `token` grows with each take-over and is checked inside every commit."""

    name: str = Field(sa_column=Column(Text, primary_key=True))
    holder: str = Field(sa_column=Column(Text, nullable=False))
    token: int = Field(sa_column=Column(BIG, nullable=False))
    expires_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    requests_last_minute: int = Field(default=0, sa_column=Column(Integer, nullable=False))


class UnknownFieldRow(SQLModel, table=True):
    """A field of the API's responses that the catalogue does not count yet, with the day it was first seen."""

    __tablename__ = "unknown_field"
    path: str = Field(sa_column=Column(Text, primary_key=True))
    first_seen: dt.date = Field(sa_column=Column(Day, nullable=False))


class Version(SQLModel, table=True):
    """Counters that grow with each change of what they are named after; see `core.store.engine.versions`."""

    name: str = Field(sa_column=Column(Text, primary_key=True))
    number: int = Field(sa_column=Column(BIG, nullable=False))


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


# Queries are written in SQLAlchemy Core against these: they return plain rows, several times quicker than objects.
ACCOUNT = _table(Account)
EMPLOYEE = _table(Employee)
REPORTING_LINE = _table(ReportingLine)
ACCOUNT_LINK = _table(AccountLink)
ACTIVE_BITS = _table(ActiveBits)
SYNC_DAY = _table(SyncDay)
DAY_REVISION = _table(DayRevision)
SYNC_RUN = _table(SyncRun)
SYNC_REQUEST = _table(SyncRequest)
CONNECTION = _table(Connection)
LEASE = _table(Lease)
UNKNOWN_FIELD = _table(UnknownFieldRow)
VERSION = _table(Version)
USER_DAY = _table(UserDay)
TEAM_DAY = _table(TeamDay)
