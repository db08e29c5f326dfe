"""Who is an admin: whom the settings name and whom a role was given; and that somebody stays one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.errors import UptakeError
from core.store import roles, versions
from core.store.identity_tables import SIGN_IN_IDENTITY
from core.store.roles import Role
from core.store.tables import EMPLOYEE


@dataclass(frozen=True)
class ListedAdmin:
    """An address of the settings, and whom it makes an admin: `name` is the address for who is not in the directory.

    Whoever signed in with the address is the admin, whatever the directory says by now; before, the one who has it
    there. `reachable` is False when that one signs in with another address, so that it makes nobody an admin.
    """

    email: str
    name: str
    start_date: dt.date | None
    end_date: dt.date | None
    reachable: bool


def listed(connection: Connection, addresses: Collection[str]) -> list[ListedAdmin]:
    """Whom the addresses of the settings, in canonical form, make an admin, by address."""
    theirs = select(EMPLOYEE.c.id).where(EMPLOYEE.c.email.in_(addresses))
    concerned = SIGN_IN_IDENTITY.c.email.in_(addresses) | SIGN_IN_IDENTITY.c.employee_id.in_(theirs)
    columns = (SIGN_IN_IDENTITY.c.email, SIGN_IN_IDENTITY.c.employee_id)
    statement = select(*columns).where(SIGN_IN_IDENTITY.c.bound_at.is_not(None), concerned)
    bound = defaultdict(set)
    for email, number in connection.execute(statement):
        bound[email].add(number)
    signed_in = set().union(*bound.values())
    wanted = {number for email in addresses for number in bound[email]}
    dates = (EMPLOYEE.c.start_date, EMPLOYEE.c.end_date)
    people = select(EMPLOYEE.c.id, EMPLOYEE.c.email, EMPLOYEE.c.name, *dates).where(
        EMPLOYEE.c.email.in_(addresses) | EMPLOYEE.c.id.in_(wanted - {None})
    )
    rows = {row.id: row for row in connection.execute(people)}
    owners = {row.email: row for row in rows.values()}
    found = []
    for email in sorted(addresses):
        bearers = [rows[number] for number in bound[email] if number in rows]
        owner = owners.get(email)
        if bearers:
            one = max(bearers, key=lambda row: row.end_date or dt.date.max)
            found.append(ListedAdmin(email, one.name, one.start_date, one.end_date, reachable=True))
        elif owner is not None:
            reachable = owner.id not in signed_in
            found.append(ListedAdmin(email, owner.name, owner.start_date, owner.end_date, reachable=reachable))
        else:
            found.append(ListedAdmin(email, email, None, None, reachable=True))
    return found


@contextmanager
def kept(
    connection: Connection, addresses: Collection[str], today: dt.date, error: type[UptakeError]
) -> Iterator[None]:
    """What happens inside the block must not take away the last admin, nor the last one without a last day.

    Raises:
        UptakeError: it does, as the error of the given kind; let the transaction fail.
    """
    versions.lock(connection, versions.ACCESS)  # two admins who remove each other come one after the other
    before = _standing(connection, addresses, today)
    yield
    if _standing(connection, addresses, today) < before:
        which = "The last admin without a last day" if before == _STAYS else "The last admin"
        raise error(f"{which} cannot be removed. Make somebody else an admin first. Nothing was changed.")


_NONE, _LEAVES, _STAYS = range(3)


def _standing(connection: Connection, addresses: Collection[str], today: dt.date) -> int:
    """Whether there is an admin today, and one who has no last day."""
    spans = [(one.start_date, one.end_date) for one in listed(connection, addresses) if one.reachable]
    given = [one for one in roles.grants(connection) if one.revoked_at is None and one.role == Role.ADMIN]
    spans += [(one.start_date, one.end_date) for one in given]
    ends = [end for start, end in spans if start is None or start <= today]
    if None in ends:
        return _STAYS
    return _LEAVES if any(end >= today for end in ends if end is not None) else _NONE
