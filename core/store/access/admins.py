"""Who is an admin: whom the settings name and whom a role was given; and that somebody stays one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import Connection, select

from core.errors import UptakeError
from core.people.employment import works
from core.store.access import roles
from core.store.access.roles import Role
from core.store.engine import versions
from core.store.tables.identities import SIGN_IN_IDENTITY
from core.store.tables.usage import EMPLOYEE

_NAMED = 3
"""How many addresses of the settings a refusal explains at most."""


class AddressStatus(Enum):
    """Whether somebody comes in by an address of the settings.

    BOUND: an account signed in with it. AWAITED: none did, and it is somebody's in the directory, whose account is
    bound when it comes. ELSEWHERE: that one signs in with another address, so that it makes nobody an admin. UNUSED:
    nobody has it in the directory and nobody signed in with it; it may be a slip of the pen.
    """

    BOUND = auto()
    AWAITED = auto()
    ELSEWHERE = auto()
    UNUSED = auto()


@dataclass(frozen=True)
class ListedAdmin:
    """An address of the settings, and whom it makes an admin: `name` is the address for who is not in the directory.

    Whoever signed in with the address is the admin, whatever the directory says by now; before, the one who has it
    there.
    """

    email: str
    name: str
    start_date: dt.date | None
    end_date: dt.date | None
    reach: AddressStatus

    @property
    def reachable(self) -> bool:
        """Whether it is known who comes in by the address; the dates say whether today."""
        return self.reach in {AddressStatus.BOUND, AddressStatus.AWAITED}


def listed(connection: Connection, addresses: Collection[str]) -> list[ListedAdmin]:
    """Whom the addresses of the settings, in canonical form, make an admin, by address; each has one entry or more."""
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
        bearers = [rows[number] for number in sorted(bound[email] - {None}) if number in rows]
        found += [_entry(email, one, AddressStatus.BOUND) for one in bearers]
        owner, outside = owners.get(email), None in bound[email]
        if owner is not None and owner.id not in signed_in:
            # An account from outside that has the address is this person's at its next sign-in.
            found.append(_entry(email, owner, AddressStatus.BOUND if outside else AddressStatus.AWAITED))
        elif owner is None and outside:
            found.append(ListedAdmin(email, email, None, None, AddressStatus.BOUND))
        elif not bearers:
            found.append(
                ListedAdmin(email, email, None, None, AddressStatus.UNUSED)
                if owner is None
                else _entry(email, owner, AddressStatus.ELSEWHERE)
            )
    return found


def _entry(email: str, row: Any, reach: AddressStatus) -> ListedAdmin:
    return ListedAdmin(email, row.name, row.start_date, row.end_date, reach)


@contextmanager
def kept(
    connection: Connection, addresses: Collection[str], today: dt.date, error: type[UptakeError]
) -> Iterator[None]:
    """What happens inside the block must not take away the last admin, nor the last one without a last day.

    Only who is known to come in counts as one who stays: see `AddressStatus`. Where there was none before, none is
    taken away; and in a directory that is empty again, the settings say who comes, as at the beginning.

    Raises:
        UptakeError: it does, as the error of the given kind; let the transaction fail.
    """
    versions.lock(connection, versions.ACCESS)  # two admins who remove each other come one after the other
    before = _standing(connection, listed(connection, addresses), today)
    yield
    found = listed(connection, addresses)
    if _standing(connection, found, today) < before and not (addresses and _is_empty(connection)):
        which = "The last admin without a last day" if before == _STAYS else "The last admin"
        reasons = _silent(found, today)
        said = " ".join((f"{which} cannot be removed.", *reasons, "Make somebody else an admin first."))
        raise error(f"{said} Nothing was changed.")


_NONE, _LEAVES, _STAYS = range(3)


def _standing(connection: Connection, found: Sequence[ListedAdmin], today: dt.date) -> int:
    """Whether there is an admin today, and one who has no last day."""
    spans = [(one.start_date, one.end_date) for one in found if one.reachable]
    given = [one for one in roles.grants(connection) if one.revoked_at is None and one.role == Role.ADMIN]
    spans += [(one.start_date, one.end_date) for one in given]
    ends = [end for start, end in spans if works(start, end, today)]
    if None in ends:
        return _STAYS
    return _LEAVES if ends else _NONE


def _is_empty(connection: Connection) -> bool:
    return connection.execute(select(EMPLOYEE.c.id).limit(1)).first() is None


def _silent(found: Sequence[ListedAdmin], today: dt.date) -> list[str]:
    """Why addresses of the settings do not count, as sentences: on the page Roles they look like admins who stay."""
    reasons = []
    for one in found:
        if one.reach is AddressStatus.UNUSED:
            why = "nobody has signed in with it, and in the directory it is nobody's"
        elif one.reach is AddressStatus.ELSEWHERE:
            why = "who has it in the directory signs in with another address"
        elif not works(one.start_date, one.end_date, today):
            why = "who has it does not work here today"
        else:
            continue
        reasons.append(f"The address {one.email} of UPTAKE_ADMINS would not count: {why}.")
    return reasons[:_NAMED]
