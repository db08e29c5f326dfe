"""An act of an admin: one transaction, within what the actor may change about themselves and about other admins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from core import audit
from core.admin.access import AdminViewer, PeopleAdmin
from core.errors import AnnotationRefused, DirectoryError, MatchingRefused, NotPermitted, RoleRefused
from core.store.access import roles
from core.store.engine.database import Database
from core.store.tables.usage import ACCOUNT, ACCOUNT_LINK, EMPLOYEE
from core.viewers import Viewer

_ANOTHER = "Another admin has to do it, or the command line on the server. Nothing was changed."


@contextmanager
def act(admin: PeopleAdmin, database: Database) -> Iterator[Connection]:
    """A transaction of `Database.write()` that must not let the actor see more usage than before.

    What is refused inside the block is in the access log, and nothing else of it.

    Raises:
        NotPermitted: people or accounts would come into the actor's own chain, and the actor does not see everyone.
        StorageError: as `Database.write()` does.
    """
    try:
        with database.write() as connection:
            before = _seen_by(connection, admin)
            yield connection
            _refuse_more(before, _seen_by(connection, admin))
    except (AnnotationRefused, DirectoryError, MatchingRefused, NotPermitted, RoleRefused) as refusal:
        audit.log_refusal(database, admin.name, refusal)
        raise


@contextmanager
def admins_stay(admin: PeopleAdmin, connection: Connection, listed: Collection[str]) -> Iterator[None]:
    """Only an admin with every right changes, inside the block, an address by which somebody is an admin.

    Raises:
        NotPermitted: somebody else does; let the transaction fail.
    """
    before = _addresses(connection, listed)
    yield
    after = _addresses(connection, listed)
    if after != before and not isinstance(admin, AdminViewer):
        address = min(email for _, email in (after - before) or (before - after))
        raise NotPermitted(
            f"It gives or takes the address {address}, by which somebody is an admin or has a role, so an admin with "
            "every right has to do it. Nothing was changed."
        )


def people_seen(admin: PeopleAdmin, connection: Connection) -> frozenset[int] | None:
    """Ids of those whose usage the actor sees, the actor included; None for everybody."""
    if admin.limited is None:
        return None
    place = _place(connection, admin.limited)
    if place is None:
        return frozenset()
    return frozenset(connection.execute(select(EMPLOYEE.c.id).where(_below(place))).scalars())


def _addresses(connection: Connection, listed: Collection[str]) -> set[tuple[int, str]]:
    concerned = EMPLOYEE.c.email.in_(listed) | EMPLOYEE.c.id.in_(roles.holders(connection))
    return {(row.id, row.email) for row in connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.email).where(concerned))}


class _Seen:
    """The people of somebody's chain, by id, and the Claude accounts that count as theirs, each with its span."""

    def __init__(self) -> None:
        self.people: dict[int, str] = {}
        self.accounts: dict[int, tuple[str, dt.date, dt.date]] = {}


def _seen_by(connection: Connection, admin: PeopleAdmin) -> _Seen:
    seen, viewer = _Seen(), admin.limited
    if viewer is None:
        return seen
    place = _place(connection, viewer)
    if place is None:
        return seen
    below = _below(place)
    others = select(EMPLOYEE.c.id, EMPLOYEE.c.name).where(below, EMPLOYEE.c.id != place.id)
    seen.people = {row.id: row.name for row in connection.execute(others)}
    links = select(ACCOUNT.c.id, ACCOUNT.c.email, ACCOUNT.c.user_id, ACCOUNT_LINK.c.since, ACCOUNT_LINK.c.until)
    joined = ACCOUNT_LINK.join(ACCOUNT, ACCOUNT.c.id == ACCOUNT_LINK.c.account_id)
    joined = joined.join(EMPLOYEE, EMPLOYEE.c.id == ACCOUNT_LINK.c.employee_id)
    for number, email, user_id, since, until in connection.execute(links.select_from(joined).where(below)):
        seen.accounts[number] = (email or user_id, since or dt.date.min, until or dt.date.max)
    return seen


def _place(connection: Connection, viewer: Viewer) -> Any:
    own = EMPLOYEE.c.email == viewer.email if viewer.employee_id is None else EMPLOYEE.c.id == viewer.employee_id
    return connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.left_pos, EMPLOYEE.c.right_pos).where(own)).first()


def _below(place: Any) -> ColumnElement[bool]:
    return EMPLOYEE.c.left_pos.between(place.left_pos, place.right_pos - 1)


def _refuse_more(before: _Seen, after: _Seen) -> None:
    for number, name in after.people.items():
        if number not in before.people:
            raise NotPermitted(f"{name} would come to stand below you, so you would see more than before. {_ANOTHER}")
    for number, (name, first, last) in after.accounts.items():
        _, since, until = before.accounts.get(number, (name, dt.date.max, dt.date.min))
        if first < since or last > until:
            raise NotPermitted(f"The usage of {name} would count as yours or your team's. {_ANOTHER}")
