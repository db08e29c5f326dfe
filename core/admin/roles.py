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
from core.people.employment import works
from core.settings import Settings
from core.store.access import admins, identities, roles
from core.store.access.admins import AddressStatus, ListedAdmin
from core.store.access.roles import Grant, Role
from core.store.engine.database import Database
from core.store.tables.usage import EMPLOYEE
from core.viewers import addresses


@dataclass(frozen=True)
class Holder:
    """Somebody who has a role now. `since` and `by` are None for an admin of the settings.

    `counts` is False where nobody is known to come in by it: who has it does not work here today, or signs in with
    another address than that of the settings; or nobody has that address and nobody signed in with it. `bound`: an
    account is theirs; without one, whoever has counts from the sign-in that is bound next.
    """

    email: str
    name: str
    role: Role
    since: dt.datetime | None
    by: str | None
    counts: bool
    bound: bool
    in_force: str
    """`yes`, or in words why not or not yet."""

    @property
    def comes_in(self) -> bool:
        """Whether an account has the role today, rather than the next one that is bound."""
        return self.counts and self.bound


_NOT_EMPLOYED = "no: not employed today"
_ELSEWHERE = "no: signs in with another address"
_UNUSED = "not yet: nobody in the directory has this address, and nobody has signed in with it"
_UNBOUND = "not yet: no account is bound; the next new one to sign in with this address will be"


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
    found = [_of_settings(one, today) for one in admins.listed(connection, addresses(settings.admins))]
    bound = identities.bound_employees(connection)
    for held in roles.grants(connection):
        if held.revoked_at is None and held.role in set(Role):
            since, by, signs_in = held.granted_at, held.granted_by, held.employee_id in bound
            counts = works(held.start_date, held.end_date, today)
            said = _in_force(employed=counts, bound=signs_in)
            found.append(Holder(held.email, held.name, Role(held.role), since, by, counts, signs_in, said))
    return found


def _of_settings(one: ListedAdmin, today: dt.date) -> Holder:
    employed = works(one.start_date, one.end_date, today)
    bound = one.reach is AddressStatus.BOUND
    others = {AddressStatus.ELSEWHERE: _ELSEWHERE, AddressStatus.UNUSED: _UNUSED}
    said = others.get(one.reach) or _in_force(employed=employed, bound=bound)
    return Holder(one.email, one.name, Role.ADMIN, None, None, one.reachable and employed, bound, said)


def _in_force(*, employed: bool, bound: bool) -> str:
    if not employed:
        return _NOT_EMPLOYED
    return "yes" if bound else _UNBOUND
