"""The `Viewer`: somebody who may see something, by the directory and the roles as they are now.

In doubt somebody is nobody: unverified, unknown, archived, ambiguous or signed out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from core import audit
from core.errors import UnknownViewer
from core.people.email import canonical
from core.settings import Settings
from core.store import process_cache
from core.store.access import identities, roles
from core.store.access.roles import Role
from core.store.engine import versions
from core.store.engine.column_types import to_epoch
from core.store.engine.database import Database
from core.store.hierarchy.organisation import Organisation
from core.viewers.sign_in import GATE, STRANGER, Identity, SignIn, address_of, bind, known_identity, prolong


@dataclass(frozen=True)
class Viewer:
    """Somebody who may see something; `employee_id` is None for an admin outside the directory.

    `sees_everyone` is what admins have unless the settings narrow it. `sign_in` is None for whom the operator named;
    else the session lasts `until` then, if nothing is done in it before.
    """

    email: str
    name: str
    employee_id: int | None
    roles: frozenset[Role]
    sees_everyone: bool
    sign_in: SignIn | None = field(default=None, compare=False, repr=False)
    until: dt.datetime = field(default=dt.datetime.max.replace(tzinfo=dt.UTC), compare=False, repr=False)

    @property
    def is_admin(self) -> bool:
        """Whether this is an admin with every right."""
        return Role.ADMIN in self.roles

    def may(self, role: Role) -> bool:
        """Whether somebody may do what a role is for."""
        return self.is_admin or role in self.roles


def signed_in(database: Database, settings: Settings, sign_in: SignIn, now: dt.datetime) -> Viewer:
    """Who somebody is who signed in; the first time, the sign-in is bound to the employee with that address.

    Raises:
        SignInEnded: too long ago, nothing done for too long, or signed out since.
        UnknownViewer: the e-mail is unverified or malformed; or who it is stands in neither the directory nor the
            admins, or is archived; or the address belongs to another account.
        StorageError: the database cannot be read, or a first sign-in not be stored.
    """
    known, until = known_identity(database, settings, sign_in, now)
    email = address_of(database, sign_in.identity)
    present = _Present(database, frozenset(settings.admins), now.date(), settings.admins_see_everyone)
    if known is not None and known.bound_at is not None:
        email = known.email
    if known is None or known.bound_at is None or (known.employee_id is None and present.employee_id(email)):
        employee_id = present.employee_id(email)
        present.check(email, employee_id)
        known = bind(database, sign_in, email, employee_id, now)
    return replace(present.viewer(email, known.employee_id, sign_in), until=until)


def keep_signed_in(database: Database, settings: Settings, viewer: Viewer, now: dt.datetime) -> Viewer:
    """Somebody who signed in does something now: the time without doing anything begins anew.

    Raises:
        StorageError: the later end of the session cannot be stored.
    """
    if viewer.sign_in is None:
        return viewer
    return replace(viewer, until=prolong(database, settings, viewer.sign_in, viewer.until, now))


def viewer_for(
    database: Database,
    admins: Iterable[str],
    identity: Identity,
    today: dt.date,
    *,
    admins_see_everyone: bool = True,
) -> Viewer:
    """Who an address is, on the word of whoever runs a command on the server; nobody in a browser comes this way.

    Raises:
        UnknownViewer: the e-mail is unverified, malformed, in neither the directory nor the admins, or archived.
    """
    email = address_of(database, identity)
    present = _Present(database, frozenset(admins), today, admins_see_everyone)
    employee_id = present.employee_id(email)
    if employee_id is not None:
        with database.read(GATE) as connection:
            email = identities.bound_address(connection, employee_id) or email
    return present.viewer(email, employee_id)


class _Present:
    """The directory, the admins and the roles as they are now."""

    def __init__(self, database: Database, admins: frozenset[str], today: dt.date, admins_see_everyone: bool) -> None:  # noqa: FBT001 - a setting handed on
        self._database = database
        self._directory = process_cache.directory(database, GATE)
        self._admins = addresses(admins)
        self._today = to_epoch(today)
        self._admins_see_everyone = admins_see_everyone

    def employee_id(self, email: str) -> int | None:
        """Whose address it is in the directory."""
        return self._directory.by_email.get(email)

    def check(self, email: str, employee_id: int | None) -> None:
        """Refuse whom the directory does not employ today; and who is not in it, unless the settings name an admin."""
        if employee_id is None:
            somebody = email in self._admins
        else:
            position = self._directory.position.get(employee_id)
            somebody = position is not None and _is_employed(self._directory, position, self._today)
        if not somebody:
            audit.log_stranger(self._database, email, proven=True)
            raise UnknownViewer(STRANGER)

    def viewer(self, email: str, employee_id: int | None, sign_in: SignIn | None = None) -> Viewer:
        """The one place where a viewer is made, of the address that the sign-in provider verified.

        An employee's address and name are those of the directory; they make nobody an admin, as imports change them.
        """
        self.check(email, employee_id)
        name, held = email, frozenset({Role.ADMIN} if email in self._admins else ())
        if employee_id is not None:
            position = self._directory.position[employee_id]
            email, name = self._directory.emails[position], self._directory.names[position]
            with self._database.read(GATE) as connection:
                held |= roles.of_employee(connection, employee_id)
        return Viewer(email, name, employee_id, held, self._admins_see_everyone and Role.ADMIN in held, sign_in)


def manager_of(directory: Organisation, employee_id: int, today: dt.date) -> Viewer | None:
    """The nearest manager above an employee who is employed today, without roles; None when there is nobody.

    For what that manager sees by the directory alone; whoever comes here as the manager is made by `signed_in`.
    """
    for position in directory.managers_of(directory.position[employee_id]):
        if _is_employed(directory, position, to_epoch(today)):
            email, name, number = directory.emails[position], directory.names[position], int(directory.ids[position])
            return Viewer(email, name, number, frozenset(), sees_everyone=False)
    return None


def _is_employed(directory: Organisation, position: int, today: int) -> bool:
    return bool(directory.starts[position] <= today <= directory.ends[position])


def addresses(admins: Iterable[str]) -> frozenset[str]:
    """The addresses of admins as they are compared; one that cannot be compared makes nobody an admin."""
    found = set()
    for address in admins:
        try:
            found.add(canonical(address))
        except ValueError:
            continue
    return frozenset(found)


def epoch(database: Database, today: dt.date) -> tuple[int, int, dt.date]:
    """Moves with every change of who may see what: people, lines, matches, roles, sessions, and the day."""
    with database.read() as connection:
        return (*versions.permissions(connection), today)
