"""What linking a Claude user to an employee would move, before anything moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from core import audit
from core.admin import withheld
from core.admin.access import PeopleAdmin
from core.errors import MatchingRefused
from core.people.email import canonical
from core.people.matching import comparable
from core.store.engine.database import Database
from core.store.matching import attribution, links, matching_reads
from core.store.matching.matching_reads import UserDays
from core.store.tables.usage import ACCOUNT

_Span = tuple[dt.date | None, dt.date | None]
"""First and last day, both included; None means without end."""


@dataclass(frozen=True)
class AccountShown:
    """A Claude user: our number, Claude's user id, and the address that the API gives."""

    id: int
    user_id: str
    email: str | None


@dataclass(frozen=True)
class EmployeeShown:
    """An employee; `last_day` is the last day that counts as theirs."""

    id: int
    name: str
    email: str
    title: str | None
    department: str | None
    last_day: dt.date | None


@dataclass(frozen=True)
class LinkPreview:
    """What a link would move, before anything moves.

    `moved`, `left_out` and `lost` are None, all three, where they are withheld from the actor; see `preview`.

    Attributes:
        present: whose the account is now; None when it is nobody's.
        moved: the user-days that would count as the person's, those of `others` included.
        left_out: how many stored user-days would count for nobody, being before the first or after the last day.
        lost: how many user-days count as somebody else's now, of all days, and would not any more: an account is one
            person's at a time.
        others: how many more Claude users an alias would match to the person.
        gaining, losing: names of the managers whose teams' totals would change, the nearest first.
        alias: whether the account's address can become an alias of the person.
    """

    account: AccountShown
    person: EmployeeShown
    present: EmployeeShown | None
    moved: UserDays | None
    left_out: int | None
    lost: int | None
    others: int
    gaining: tuple[str, ...]
    losing: tuple[str, ...]
    alias: bool


class _Days(NamedTuple):
    """What a link does to user-days, as in `LinkPreview`."""

    moved: UserDays
    left_out: int
    lost: int


def preview(
    admin: PeopleAdmin,
    database: Database,
    account_id: int,
    employee_id: int,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    alias: bool = False,
) -> LinkPreview:
    """What would move if the account were linked to the employee from and until some day, both included.

    With `alias` as if the account's address became the employee's: other accounts that have it would be theirs, too,
    with all their days.

    An actor who does not see everyone is told no days of an account that is or was somebody's outside the own chain,
    and of days that are nobody's only all together: asked one by one, they would tell when the account is used.

    Raises:
        MatchingRefused: there is no such account or employee, the days are in the wrong order, or the address cannot be
            an alias.
        NotLogged: the account is somebody's, whose days of use it tells, and that cannot be written down.
    """
    links.check_dates(since, until)
    with database.read("core.admin") as connection:
        account, person = account_of(admin, connection, account_id), person_of(admin, connection, employee_id)
        held = matching_reads.link_of(connection, account_id)
        present = None if held is None else person_of(admin, connection, held.employee_id)
        span = since, min((day for day in (until, person.last_day) if day is not None), default=None)
        others = _others(connection, account, person) if alias else []
        told = _is_told(admin, connection, [account_id, *others], held, span)
        if held is not None and told:
            audit.log_person(database, admin.name, held.employee_id)
        days = _days(connection, account, person, others, held=held, span=span)
        gaining, losing = _managers(connection, employee_id, held, span, more=bool(others))
        address = comparable(account.email)
        return LinkPreview(
            account=account,
            person=person,
            present=present,
            moved=days.moved if told else None,
            left_out=days.left_out if told else None,
            lost=days.lost if told else None,
            others=len(others),
            gaining=gaining,
            losing=losing,
            alias=address is not None and links.can_be_alias(connection, address),
        )


def _is_told(
    admin: PeopleAdmin,
    connection: Connection,
    accounts: Sequence[int],
    held: Any,
    span: _Span,
) -> bool:
    """Whether the actor may know how many days of accounts lie in a span; `held` is the link of the first of them."""
    if admin.limited is None:
        return True
    if withheld.hidden(admin, connection, ACCOUNT.c.id.in_(accounts)):
        return False
    # Whoever sees the owner sees each day of theirs; all other days are nobody's, and told in one sum or not at all.
    is_one_persons = held is not None and (held.since, held.until) == (None, None) and len(accounts) == 1
    return is_one_persons or span == (None, None)


def _others(connection: Connection, account: AccountShown, person: EmployeeShown) -> list[int]:
    """The other accounts that would be the person's if the account's address became an alias of theirs."""
    try:
        address = canonical(account.email or "")
    except ValueError as error:
        raise MatchingRefused(f"{error} Nothing was changed.") from None
    links.check_alias(connection, address)
    same = [row.id for row in matching_reads.accounts_with(connection, address) if row.id != account.id]
    return attribution.led_by_alias(connection, same, address, person.id)


def _days(
    connection: Connection,
    account: AccountShown,
    person: EmployeeShown,
    others: Sequence[int],
    *,
    held: Any,
    span: _Span,
) -> _Days:
    """What linking an account for a span, and the accounts `others` for all days, does; `held` is its link now."""
    own = matching_reads.stored_days(connection, account.id, *span)
    more = [matching_reads.stored_days(connection, number, None, person.last_day) for number in others]
    stored = matching_reads.stored_days(connection, account.id)
    taken = held is not None and held.employee_id != person.id
    lost = matching_reads.stored_days(connection, account.id, held.since, held.until).count if taken else 0
    return _Days(_together([own, *more]), stored.count - own.count, lost)


def _managers(
    connection: Connection, employee_id: int, held: Any, span: _Span, *, more: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the managers whose teams gain days, and of those whose teams lose some.

    Whoever has both people below neither gains nor loses, where the days stay the same and no other account comes
    along (`more`).
    """
    to = dict(_teams(connection, employee_id))
    of = {} if held is None else dict(_teams(connection, held.employee_id))
    same_days = held is not None and (held.since, held.until) == span
    gaining = tuple(name for number, name in to.items() if more or not (same_days and number in of))
    losing = tuple(name for number, name in of.items() if not (same_days and number in to))
    return gaining, losing


def _together(parts: Sequence[UserDays]) -> UserDays:
    first = min((days.first for days in parts if days.first is not None), default=None)
    last = max((days.last for days in parts if days.last is not None), default=None)
    return UserDays(sum(days.count for days in parts), first, last)


def account_of(_admin: PeopleAdmin, connection: Connection, account_id: int) -> AccountShown:
    """An account by its number.

    Raises:
        MatchingRefused: there is none.
    """
    row = matching_reads.account(connection, account_id)
    if row is None:
        raise MatchingRefused("There is no such Claude user. Nothing was changed.")
    return AccountShown(*row)


def person_of(_admin: PeopleAdmin, connection: Connection, employee_id: int) -> EmployeeShown:
    """An employee by their number.

    Raises:
        MatchingRefused: there is none.
    """
    row = matching_reads.person(connection, employee_id)
    if row is None:
        raise MatchingRefused("There is no such person in the directory. Nothing was changed.")
    return EmployeeShown(*row)


def _teams(connection: Connection, employee_id: int) -> Sequence[tuple[int, str]]:
    return [(row.id, row.name) for row in matching_reads.teams_of(connection, employee_id)]
