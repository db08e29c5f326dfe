"""Who signs in: the provider's (issuer, subject), bound once to an employee.

An address is only how two are brought together the first time. From then on the subject is the person: another address
at the provider changes nothing, and another subject with the same address is somebody else until an admin says so. An
account that is bound and is no employee's holds its address: an admin's from outside the directory, or that of somebody
whom an undone import had added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, insert, select, update

from core.store.engine import versions
from core.store.tables.identities import SIGN_IN_IDENTITY
from core.store.tables.usage import EMPLOYEE

BOUND, WAITING, RELEASED = "bound", "waiting", "released"


@dataclass(frozen=True)
class KnownIdentity:
    """An identity as it is stored; see `core.store.tables.identities.SignInIdentity`."""

    issuer: str
    subject: str
    email: str
    employee_id: int | None
    first_seen_at: dt.datetime
    bound_at: dt.datetime | None
    released_at: dt.datetime | None
    ended_at: dt.datetime | None


_COLUMNS = [SIGN_IN_IDENTITY.c[name] for name in KnownIdentity.__dataclass_fields__]

# Every run of every page asks this, and to build a statement takes longer than to run it.
_KNOWN = select(*_COLUMNS).where(
    SIGN_IN_IDENTITY.c.issuer == bindparam("issuer"), SIGN_IN_IDENTITY.c.subject == bindparam("subject")
)
# One that was never let in is held back at the release of another, and waits as before.
_WAITS = SIGN_IN_IDENTITY.c.released_at.is_(None) | SIGN_IN_IDENTITY.c.ended_at.is_(None)
STATE = case((SIGN_IN_IDENTITY.c.bound_at.is_not(None), BOUND), (_WAITS, WAITING), else_=RELEASED)
"""The state of an identity in `listed` and `count`; `core.admin.identities.SignInState` says what each means."""

_NAMED = SIGN_IN_IDENTITY.outerjoin(EMPLOYEE, EMPLOYEE.c.id == SIGN_IN_IDENTITY.c.employee_id)


def find(connection: Connection, issuer: str, subject: str) -> KnownIdentity | None:
    """The identity, None before its first sign-in."""
    row = connection.execute(_KNOWN, {"issuer": issuer, "subject": subject}).first()
    return None if row is None else KnownIdentity(*row)


def listed(
    connection: Connection, wanted: Sequence[ColumnElement[bool]] = (), offset: int = 0, limit: int | None = None
) -> Sequence[Any]:
    """Rows that meet the conditions, by address and time.

    Each has an identity's columns, its state, and the employee's name and, as `address`, present address.
    """
    theirs = EMPLOYEE.c.name, EMPLOYEE.c.email.label("address")
    statement = select(*_COLUMNS, STATE.label("state"), *theirs).select_from(_NAMED).where(*wanted)
    ordered = statement.order_by(
        *(SIGN_IN_IDENTITY.c[name] for name in ("email", "first_seen_at", "issuer", "subject"))
    )
    return connection.execute(ordered.offset(offset).limit(limit)).all()


def count(connection: Connection, wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many identities meet the conditions."""
    return connection.execute(select(func.count()).select_from(_NAMED).where(*wanted)).scalar_one()


def bound_address(connection: Connection, employee_id: int) -> str | None:
    """The verified address with which an employee's account was bound, None before their first sign-in."""
    bound = (SIGN_IN_IDENTITY.c.employee_id == employee_id) & SIGN_IN_IDENTITY.c.bound_at.is_not(None)
    return connection.execute(select(SIGN_IN_IDENTITY.c.email).where(bound)).scalar()


def bound_to(email: str, employee_id: int | None) -> ColumnElement[bool]:
    """Whether an identity is bound to the employee, or to the address without an employee."""
    owned = SIGN_IN_IDENTITY.c.email == email
    if employee_id is not None:
        owned = (owned & SIGN_IN_IDENTITY.c.employee_id.is_(None)) | (SIGN_IN_IDENTITY.c.employee_id == employee_id)
    return SIGN_IN_IDENTITY.c.bound_at.is_not(None) & owned


def bound_employees(connection: Connection) -> frozenset[int]:
    """The ids of everybody of the directory whose account is bound."""
    number = SIGN_IN_IDENTITY.c.employee_id
    statement = select(number).where(number.is_not(None), SIGN_IN_IDENTITY.c.bound_at.is_not(None))
    return frozenset(connection.execute(statement).scalars())


def bind(
    connection: Connection, issuer: str, subject: str, email: str, employee_id: int | None, *, now: dt.datetime
) -> bool:
    """Bind an identity to an employee, or to the address of an admin outside the directory, if both are free.

    `email` is the employee's address in the directory. False when the employee or address is another identity's, or
    this one was released; then it is remembered and waits.
    """
    versions.lock(connection, versions.ACCESS)
    known = find(connection, issuer, subject)
    if is_free(connection, issuer, subject, email, employee_id):
        _write(connection, known, issuer, subject, email, employee_id=employee_id, bound_at=now)
        return True
    if known is None:
        _write(connection, known, issuer, subject, email, employee_id=None, bound_at=None, first_seen_at=now)
    return False


def is_free(connection: Connection, issuer: str, subject: str, email: str, employee_id: int | None) -> bool:
    """Whether an identity could be bound to the employee or address now."""
    known = find(connection, issuer, subject)
    released = known is not None and known.released_at is not None
    return not released and not _holders(connection, issuer, subject, email, employee_id)


def waits_as(connection: Connection, issuer: str, subject: str, email: str) -> None:
    """Note the address with which an identity that is not bound came last: by that one it would be accepted."""
    statement = update(SIGN_IN_IDENTITY).where(_is(issuer, subject), SIGN_IN_IDENTITY.c.bound_at.is_(None))
    connection.execute(statement.values(email=email))


def accept(connection: Connection, issuer: str, subject: str, employee_id: int | None, now: dt.datetime) -> None:
    """Bind an identity that waits, and release whichever ones the employee or address belonged to."""
    versions.bump(connection, versions.ACCESS)
    known = find(connection, issuer, subject)
    if known is None:
        return
    for holder in _holders(connection, issuer, subject, known.email, employee_id):
        release(connection, holder.issuer, holder.subject, now)
    _write(connection, known, issuer, subject, known.email, employee_id=employee_id, bound_at=now, released_at=None)


def release(connection: Connection, issuer: str, subject: str, now: dt.datetime) -> None:
    """Undo a binding: the identity comes in no more, and the next new one with the employee's address is bound."""
    versions.bump(connection, versions.ACCESS)
    connection.execute(
        update(SIGN_IN_IDENTITY)
        .where(_is(issuer, subject))
        .values(employee_id=None, bound_at=None, released_at=now, ended_at=now)
    )


def hold_back(connection: Connection, accounts: Iterable[tuple[str, str]], now: dt.datetime) -> None:
    """Let identities (issuer, subject) that wait come in only when an admin accepts them, though the place be free.

    Their sessions are not ended, as they had none: by that they can be told from those that were released.
    """
    for issuer, subject in accounts:
        statement = update(SIGN_IN_IDENTITY).where(_is(issuer, subject), SIGN_IN_IDENTITY.c.bound_at.is_(None))
        connection.execute(statement.values(released_at=now))


def outlive(connection: Connection, first: int, last: int) -> None:
    """Keep the identities of employees who are about to be deleted, by their ids from `first` to `last`.

    What ended stays so, and the address stays theirs: when it comes into the directory again, so do they.
    """
    versions.bump(connection, versions.ACCESS)
    theirs = SIGN_IN_IDENTITY.c.employee_id.between(first, last)
    connection.execute(update(SIGN_IN_IDENTITY).where(theirs).values(employee_id=None))


def end_everywhere(connection: Connection, issuer: str, subject: str, now: dt.datetime) -> None:
    """End every session that an identity has now."""
    versions.bump(connection, versions.ACCESS)
    connection.execute(update(SIGN_IN_IDENTITY).where(_is(issuer, subject)).values(ended_at=now))


def _is(issuer: str, subject: str) -> ColumnElement[bool]:
    return (SIGN_IN_IDENTITY.c.issuer == issuer) & (SIGN_IN_IDENTITY.c.subject == subject)


def _holders(
    connection: Connection, issuer: str, subject: str, email: str, employee_id: int | None
) -> list[KnownIdentity]:
    """The other identities to which the employee, or the address without an employee, is bound."""
    statement = select(*_COLUMNS).where(bound_to(email, employee_id), ~_is(issuer, subject))
    return [KnownIdentity(*row) for row in connection.execute(statement)]


def _write(
    connection: Connection, known: KnownIdentity | None, issuer: str, subject: str, email: str, **values: object
) -> None:
    if known is not None:
        connection.execute(update(SIGN_IN_IDENTITY).where(_is(issuer, subject)).values(email=email, **values))
        return
    values.setdefault("first_seen_at", values.get("bound_at"))
    connection.execute(insert(SIGN_IN_IDENTITY).values(issuer=issuer, subject=subject, email=email, **values))
