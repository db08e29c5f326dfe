"""Giving and taking roles. Admins of the settings are there first; the last admin of all cannot be removed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core import audit
from core.admin import acts
from core.admin.access import AdminViewer
from core.errors import RoleRefused
from core.people.email import canonical
from core.settings import Settings
from core.store import admins, roles
from core.store.admins import ListedAdmin
from core.store.database import Database
from core.store.roles import Grant, Role
from core.store.tables import EMPLOYEE
from core.viewers import addresses


@dataclass(frozen=True)
class Holder:
    """Somebody who has a role now. `since` and `by` are None for an admin of the settings.

    `counts` is False where the role gives nothing: who has it does not work here today, or signs in with another
    address than that of the settings.
    """

    email: str
    name: str
    role: Role
    since: dt.datetime | None
    by: str | None
    counts: bool


def holders(_admin: AdminViewer, database: Database, settings: Settings) -> list[Holder]:
    """Everybody with a role, admins of the settings first."""
    with database.read("core.admin") as connection:
        return _holders(connection, settings)


def past_grants(_admin: AdminViewer, database: Database) -> list[Grant]:
    """Roles that were taken again, the newest grant first."""
    with database.read("core.admin") as connection:
        return [grant for grant in roles.grants(connection) if grant.revoked_at is not None]


def grant(admin: AdminViewer, database: Database, email: str, role: Role) -> bool:
    """Give somebody of the directory a role; False when they have it already.

    Raises:
        RoleRefused: nobody who is employed has that address.
    """
    now = dt.datetime.now(dt.UTC)
    with acts.act(admin, database) as connection:
        employee_id, ends = _employee(connection, email)
        if ends is not None and ends < now.date():
            raise RoleRefused("This person is archived, so a role would give nothing. Nothing was changed.")
        given = roles.grant(connection, employee_id, role, admin.name, now)
        if given:
            said = {"role": role.value}
            audit.record(connection, admin.name, "role.granted", audit.person(employee_id), said)
    return given


def revoke(admin: AdminViewer, database: Database, settings: Settings, email: str, role: Role) -> bool:
    """Take a role that was given here; False when the person has not got it.

    Raises:
        RoleRefused: it is the last admin, or nobody has that address.
    """
    with acts.act(admin, database) as connection:
        employee_id, _ = _employee(connection, email)
        now = dt.datetime.now(dt.UTC)
        with admins.kept(connection, addresses(settings.admins), now.date(), RoleRefused):
            taken = roles.revoke(connection, employee_id, role, admin.name, now)
        if taken:
            said = {"role": role.value}
            audit.record(connection, admin.name, "role.revoked", audit.person(employee_id), said)
    return taken


def _employee(connection: Connection, email: str) -> tuple[int, dt.date | None]:
    try:
        wanted = canonical(email)
    except ValueError as error:
        raise RoleRefused(f"{error} Nothing was changed.") from error
    found = select(EMPLOYEE.c.id, EMPLOYEE.c.end_date).where(EMPLOYEE.c.email == wanted)
    row = connection.execute(found).first()
    if row is None:
        raise RoleRefused(
            f"Nobody in the directory has the address {wanted}. Import the person first; admins from outside are named "
            "in UPTAKE_ADMINS. Nothing was changed."
        )
    return int(row.id), row.end_date


def _holders(connection: Connection, settings: Settings) -> list[Holder]:
    today = dt.datetime.now(dt.UTC).date()
    found = [
        Holder(one.email, one.name, Role.ADMIN, None, None, one.reachable and _employed(one, today))
        for one in admins.listed(connection, addresses(settings.admins))
    ]
    for held in roles.grants(connection):
        if held.revoked_at is None and held.role in set(Role):
            counts = _employed(held, today)
            found.append(Holder(held.email, held.name, Role(held.role), held.granted_at, held.granted_by, counts))
    return found


def _employed(one: ListedAdmin | Grant, today: dt.date) -> bool:
    return (one.start_date is None or one.start_date <= today) and (one.end_date is None or one.end_date >= today)
