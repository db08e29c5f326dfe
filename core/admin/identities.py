"""Who signed in as whom: bound sign-ins, those that were refused because their address is another's, and their ends."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from core import audit
from core.admin import acts
from core.admin.access import AdminViewer
from core.errors import RoleRefused
from core.people.email import canonical
from core.settings import Settings
from core.store.access import admins, identities
from core.store.access.identities import BOUND, RELEASED, STATE, WAITING
from core.store.engine.database import Database
from core.store.engine.paging import placed
from core.store.tables.identities import SIGN_IN_IDENTITY
from core.store.tables.usage import EMPLOYEE
from core.viewers import addresses

__all__ = [
    "BOUND",
    "RELEASED",
    "WAITING",
    "SignInPage",
    "SignInState",
    "accept",
    "end_sessions",
    "release",
    "search",
    "sign_ins",
]


@dataclass(frozen=True)
class SignInState:
    """One account at the sign-in provider. `state`: bound, waiting (refused until accepted) or released.

    `email` is the address with which it was bound or, while it is not, came last; `person` who it is here, None while
    it is nobody.
    """

    issuer: str
    subject: str
    email: str
    person: str | None
    state: str
    first_seen_at: dt.datetime
    bound_at: dt.datetime | None


@dataclass(frozen=True)
class SignInPage:
    """One page of the accounts in a state, by address; `found` match in all, on `pages` pages."""

    accounts: list[SignInState]
    found: int
    pages: int


def sign_ins(_admin: AdminViewer, database: Database, subject: str | None = None) -> list[SignInState]:
    """Every account that ever came with an address that is known here, those that wait first.

    With a `subject`, only the accounts that providers call so.
    """
    wanted = [] if subject is None else [SIGN_IN_IDENTITY.c.subject == subject]
    with database.read("core.admin") as connection:
        found = [_state(row) for row in identities.listed(connection, wanted)]
    return sorted(found, key=lambda one: one.state != WAITING)


def search(
    _admin: AdminViewer, database: Database, words: str, pages: Mapping[str, int], size: int
) -> dict[str, SignInPage]:
    """A page (from 1) of the accounts in each of some states, of those that match every word, all of one moment.

    Words are looked for in the address of the account, the name and address of its person, and its subject. Where a
    state has fewer pages than that, its last one.
    """
    with database.read("core.admin") as connection:
        return {state: _page(connection, _conditions(state, words), page, size) for state, page in pages.items()}


def accept(admin: AdminViewer, database: Database, settings: Settings, issuer: str, subject: str) -> None:
    """Let an account that was refused be whom its address names; the account that was it before is released.

    Raises:
        RoleRefused: there is no such account, or its address is nobody's any more; or the account that it replaces is
            the last admin, by another address of the settings.
    """
    now = dt.datetime.now(dt.UTC)
    with acts.act(admin, database) as connection:
        known = identities.find(connection, issuer, subject)
        if known is None or known.bound_at is not None:
            raise RoleRefused("No such sign-in is waiting. Nothing was changed.")
        employee_id = _owner(connection, known.email)
        if employee_id is None and known.email not in addresses(settings.admins):
            raise RoleRefused(f"Nobody in the directory has the address {known.email} now. Nothing was changed.")
        with admins.kept(connection, addresses(settings.admins), now.date(), RoleRefused):
            identities.accept(connection, issuer, subject, employee_id, now)
        _record(connection, admin, "identity.accepted", employee_id)


def release(admin: AdminViewer, database: Database, email: str) -> int:
    """Undo what binds an address, or every one from an issuer's address: the next sign-in with it is bound anew.

    The released account itself comes in only when an admin accepts it, and so does one that was refused before with
    the same address: an open page that refuses somebody asks again by itself, and would win the place. Only where an
    issuer is released, those of another one are let in, unless two of them wait for the same address. Returns how many
    were released.
    """
    now, email = dt.datetime.now(dt.UTC), _as_compared(email)
    with acts.act(admin, database) as connection:
        bound = identities.listed(connection, [_is_meant(email, _owner(connection, email))])
        theirs = {one.email for one in bound} | {one.address for one in bound}
        unbound = SIGN_IN_IDENTITY.c.bound_at.is_(None), SIGN_IN_IDENTITY.c.released_at.is_(None)
        waiting = [one for one in identities.listed(connection, unbound) if one.email in theirs]
        for one in bound:
            identities.release(connection, one.issuer, one.subject, now)
            _record(connection, admin, "identity.released", one.employee_id)
        identities.hold_back(connection, _not_awaited(waiting, bound, email), now)
    return len(bound)


def _as_compared(who: str) -> str:
    """An address in the one form in which addresses are compared; an issuer's address as it is."""
    try:
        return canonical(who)
    except ValueError:
        return who


def _is_meant(who: str, owner: int | None) -> ColumnElement[bool]:
    """Whether an identity is bound to an address, or to its owner in the directory, or by an issuer."""
    by_issuer = SIGN_IN_IDENTITY.c.bound_at.is_not(None) & (SIGN_IN_IDENTITY.c.issuer == who)
    return by_issuer | identities.bound_to(who, owner)


def _not_awaited(waiting: Sequence[Any], released: Sequence[Any], who: str) -> Iterator[tuple[str, str]]:
    """Accounts that must not win the place that becomes free."""
    is_issuer = any(one.issuer == who for one in released)
    rivals = Counter(one.email for one in waiting if one.issuer != who)
    for one in waiting:
        if not is_issuer or one.issuer == who or rivals[one.email] > 1:
            yield one.issuer, one.subject


def end_sessions(admin: AdminViewer, database: Database, accounts: Sequence[tuple[str, str]]) -> None:
    """Sign accounts (issuer, subject) out everywhere."""
    with acts.act(admin, database) as connection:
        for issuer, subject in accounts:
            known = identities.find(connection, issuer, subject)
            identities.end_everywhere(connection, issuer, subject, dt.datetime.now(dt.UTC))
            _record(connection, admin, "sessions.ended", known.employee_id if known else None)


def _owner(connection: Connection, email: str) -> int | None:
    return connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == email)).scalar()


def _record(connection: Connection, admin: AdminViewer, act: str, employee_id: int | None) -> None:
    whom = audit.NOBODY if employee_id is None else audit.person(employee_id)
    audit.record(connection, admin.name, act, whom, {})


def _conditions(state: str, words: str) -> list[ColumnElement[bool]]:
    texts = (SIGN_IN_IDENTITY.c.email, SIGN_IN_IDENTITY.c.subject, EMPLOYEE.c.name, EMPLOYEE.c.email)
    matches = (or_(*(text.icontains(word, autoescape=True) for text in texts)) for word in words.split())
    return [STATE.in_([state]), *matches]


def _page(connection: Connection, conditions: Sequence[ColumnElement[bool]], page: int, size: int) -> SignInPage:
    found = identities.count(connection, conditions)
    pages, before = placed(found, page, size)
    rows = identities.listed(connection, conditions, before, size) if found else []
    return SignInPage([_state(row) for row in rows], found, pages)


def _state(row: Any) -> SignInState:
    person = row.name or (row.email if row.state == BOUND else None)
    return SignInState(row.issuer, row.subject, row.email, person, row.state, row.first_seen_at, row.bound_at)
