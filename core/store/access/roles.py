"""Roles that were given in the app or on the command line. Those of the settings are not stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, insert, select, update

from core.store.engine import versions
from core.store.tables.identities import ROLE_GRANT
from core.store.tables.usage import EMPLOYEE


class Role(StrEnum):
    """What somebody may do beside looking at their own chain.

    ADMIN: everything. CONNECTION: the key and the sync. PEOPLE: the directory and whose account is whose. Neither of
    the last two sees more of anybody's usage than without it.
    """

    ADMIN = "admin"
    CONNECTION = "connection"
    PEOPLE = "people"


# Every page asks this, and to build a statement takes longer than to run it.
_HELD = select(ROLE_GRANT.c.role).where(
    ROLE_GRANT.c.employee_id == bindparam("employee"), ROLE_GRANT.c.revoked_at.is_(None)
)


@dataclass(frozen=True)
class Grant:
    """A role that an employee has or had: since when and by whom, and when and by whom it was taken."""

    employee_id: int
    email: str
    name: str
    start_date: dt.date | None
    end_date: dt.date | None
    role: str
    granted_by: str
    granted_at: dt.datetime
    revoked_by: str | None
    revoked_at: dt.datetime | None


def of_employee(connection: Connection, employee_id: int) -> frozenset[Role]:
    """The roles that an employee was given; a word that this version does not know gives nothing."""
    words = set(connection.execute(_HELD, {"employee": employee_id}).scalars())
    return frozenset(role for role in Role if role in words)


def holders(connection: Connection) -> frozenset[int]:
    """The ids of everybody who has a role."""
    held = select(ROLE_GRANT.c.employee_id).where(ROLE_GRANT.c.revoked_at.is_(None))
    return frozenset(connection.execute(held).scalars())


def grants(connection: Connection) -> list[Grant]:
    """Every grant, those in force first, the newest first."""
    people = (EMPLOYEE.c.email, EMPLOYEE.c.name, EMPLOYEE.c.start_date, EMPLOYEE.c.end_date)
    of_grant = [ROLE_GRANT.c[name] for name in ("role", "granted_by", "granted_at", "revoked_by", "revoked_at")]
    statement = (
        select(ROLE_GRANT.c.employee_id, *people, *of_grant)
        .join(EMPLOYEE, EMPLOYEE.c.id == ROLE_GRANT.c.employee_id)
        .order_by(ROLE_GRANT.c.revoked_at.is_not(None), ROLE_GRANT.c.id.desc())
    )
    return [Grant(*row) for row in connection.execute(statement)]


def grant(connection: Connection, employee_id: int, role: Role, by: str, now: dt.datetime) -> bool:
    """Give a role; False when the employee has it already."""
    versions.bump(connection, versions.ACCESS)
    if role in of_employee(connection, employee_id):
        return False
    values = {"employee_id": employee_id, "role": role.value, "granted_by": by, "granted_at": now}
    connection.execute(insert(ROLE_GRANT).values(**values))
    return True


def revoke_all(connection: Connection, by: str, now: dt.datetime) -> list[Grant]:
    """Take every role; those that were taken."""
    versions.bump(connection, versions.ACCESS)
    held = [grant for grant in grants(connection) if grant.revoked_at is None]
    connection.execute(
        update(ROLE_GRANT).where(ROLE_GRANT.c.revoked_at.is_(None)).values(revoked_by=by, revoked_at=now)
    )
    return held


def revoke(connection: Connection, employee_id: int, role: Role, by: str, now: dt.datetime) -> bool:
    """Take a role; False when the employee has not got it."""
    versions.bump(connection, versions.ACCESS)
    held = (ROLE_GRANT.c.employee_id == employee_id) & (ROLE_GRANT.c.role == role.value)
    taken = update(ROLE_GRANT).where(held & ROLE_GRANT.c.revoked_at.is_(None))
    return connection.execute(taken.values(revoked_by=by, revoked_at=now)).rowcount > 0
