"""The queries of the access log. Only `core.audit` adds entries; the gate and `core.admin` read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, bindparam, func, insert, select, text

from core.store.tables.access_log import ACCESS_LOG, ACCESS_LOG_PERSON
from core.store.tables.usage import EMPLOYEE

_LOCK = 7251894
"""Number of the advisory lock under which entries are added on PostgreSQL."""

_INDEX = text(
    "INSERT INTO access_log_person (employee_id, sequence) SELECT unnest(CAST(:people AS integer[])), :sequence"
)
"""Many rows in one statement: a file may hold everybody."""

Rows = Sequence[Row[Any]]


# Every page asks this, and to build a statement takes longer than to run it.
_HEAD = (
    select(ACCESS_LOG.c.sequence, ACCESS_LOG.c.own, ACCESS_LOG.c.seal).order_by(ACCESS_LOG.c.sequence.desc()).limit(1)
)


def lock(connection: Connection) -> None:
    """Let nobody else add entries until this transaction ends. SQLite's writers are alone from their start."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def head(connection: Connection) -> Row[int, bytes, bytes] | None:
    """Number, hash and seal of the newest entry, None before the first."""
    return connection.execute(_HEAD).first()


def add(connection: Connection, row: dict[str, Any], people: Sequence[int]) -> None:
    """Add one entry, and its place in the index of the people whom it concerns."""
    connection.execute(insert(ACCESS_LOG), row)
    if people and connection.dialect.name == "postgresql":
        connection.execute(_INDEX, {"people": list(people), "sequence": row["sequence"]})
    elif people:
        index = [{"employee_id": number, "sequence": row["sequence"]} for number in people]
        connection.execute(insert(ACCESS_LOG_PERSON), index)


def employee_id(connection: Connection, email: str) -> int | None:
    """The employee with an address, now."""
    return connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == email)).scalar()


def people_since(connection: Connection, actor: str, place: str, since: dt.datetime) -> list[tuple[dt.datetime, str]]:
    """When, and at which people (as ranges), an actor looked at a place since a moment, the earliest first."""
    statement = select(ACCESS_LOG.c.at, ACCESS_LOG.c.people).where(
        ACCESS_LOG.c.actor == actor,
        ACCESS_LOG.c.at >= since,
        ACCESS_LOG.c.kind == "look",
        ACCESS_LOG.c.place == place,
    )
    rows = connection.execute(statement.order_by(ACCESS_LOG.c.sequence))
    return [(row.at, row.people) for row in rows]


def said_since(connection: Connection, like: dict[str, Any], since: dt.datetime) -> dt.datetime | None:
    """When an entry since a moment said the same in the given columns, the latest such; None when none did."""
    same = [ACCESS_LOG.c[name].is_not_distinct_from(value) for name, value in like.items() if name != "actor"]
    statement = select(ACCESS_LOG.c.at).where(ACCESS_LOG.c.actor == like["actor"], ACCESS_LOG.c.at >= since, *same)
    found: dt.datetime | None = connection.execute(statement.order_by(ACCESS_LOG.c.sequence.desc()).limit(1)).scalar()
    return found


def count_since(connection: Connection, actor: str, kind: str, since: dt.datetime) -> int:
    """How many entries of a kind an actor has since a moment."""
    statement = select(func.count()).where(
        ACCESS_LOG.c.actor == actor, ACCESS_LOG.c.at >= since, ACCESS_LOG.c.kind == kind
    )
    return connection.execute(statement).scalar_one()


def in_order(connection: Connection, batch: int) -> Iterator[Row[Any]]:
    """Every entry with all columns, ascending, read in batches."""
    after = -(2**62)
    while True:
        statement = select(ACCESS_LOG).where(ACCESS_LOG.c.sequence > after).order_by(ACCESS_LOG.c.sequence)
        rows = connection.execute(statement.limit(batch)).all()
        yield from rows
        if len(rows) < batch:
            return
        after = rows[-1].sequence


def index_of(connection: Connection, sequences: Sequence[int]) -> set[tuple[int, int]]:
    """The pairs (sequence, employee id) that the index holds between the first and last of the sequences."""
    statement = select(ACCESS_LOG_PERSON.c.sequence, ACCESS_LOG_PERSON.c.employee_id).where(
        ACCESS_LOG_PERSON.c.sequence.between(sequences[0], sequences[-1])
    )
    return {(sequence, number) for sequence, number in connection.execute(statement)}


def indexed_after(connection: Connection, sequence: int) -> bool:
    """Whether the index names an entry with a higher number, or one before the first."""
    outside = (ACCESS_LOG_PERSON.c.sequence > sequence) | (ACCESS_LOG_PERSON.c.sequence < 1)
    return connection.execute(select(ACCESS_LOG_PERSON.c.sequence).where(outside).limit(1)).first() is not None


def concerning(employee: int) -> ColumnElement[bool]:
    """The condition that an entry concerns a person."""
    return ACCESS_LOG.c.sequence.in_(
        select(ACCESS_LOG_PERSON.c.sequence).where(ACCESS_LOG_PERSON.c.employee_id == employee)
    )


def with_names(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Entries that meet the conditions, newest first, each with the present names of actor and subject."""
    who, whom = EMPLOYEE.alias("who"), EMPLOYEE.alias("whom")
    return (
        select(ACCESS_LOG, who.c.name.label("actor_name"), whom.c.name.label("subject_name"))
        .outerjoin(who, who.c.id == ACCESS_LOG.c.actor_id)
        .outerjoin(whom, whom.c.id == ACCESS_LOG.c.subject_id)
        .where(*conditions)
        .order_by(ACCESS_LOG.c.sequence.desc())
    )


def who_looked(connection: Connection, employee: int, since: dt.datetime, limit: int, offset: int) -> tuple[Rows, int]:
    """A page of the looks and exports by others that gave a person's figures since a moment; and how many there are."""
    listed, counted = _who_looked()
    asked = {"employee": employee, "since": since}
    rows = connection.execute(listed, {**asked, "limit": limit, "offset": offset}).all()
    return rows, connection.execute(counted, asked).scalar_one()


@lru_cache(maxsize=1)
def _who_looked() -> tuple[Select[Any], Select[Any]]:
    employee = bindparam("employee", type_=Integer)
    conditions = [
        ACCESS_LOG.c.sequence.in_(
            select(ACCESS_LOG_PERSON.c.sequence).where(ACCESS_LOG_PERSON.c.employee_id == employee)
        ),
        ACCESS_LOG.c.kind.in_(("look", "export")),
        ACCESS_LOG.c.actor_id.is_distinct_from(employee),
        ACCESS_LOG.c.at >= bindparam("since"),
    ]
    page_of = with_names(conditions).limit(bindparam("limit", type_=Integer))
    counted = select(func.count()).select_from(ACCESS_LOG).where(*conditions)
    return page_of.offset(bindparam("offset", type_=Integer)), counted


def page(connection: Connection, conditions: Sequence[ColumnElement[bool]], limit: int, offset: int) -> Rows:
    """A page of the entries that meet the conditions."""
    return connection.execute(with_names(conditions).limit(limit).offset(offset)).all()


def names(connection: Connection, employees: Collection[int]) -> dict[int, str]:
    """Employee id → present name."""
    chosen = select(EMPLOYEE.c.id, EMPLOYEE.c.name).where(EMPLOYEE.c.id.in_(employees))
    return {row.id: row.name for row in connection.execute(chosen)}


def count(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many entries meet the conditions."""
    statement = select(func.count()).select_from(ACCESS_LOG).where(*conditions)
    return connection.execute(statement).scalar_one()
