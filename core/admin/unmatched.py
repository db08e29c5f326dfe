"""The lists of the matching workbench: who is unmatched and who it might be, what is in doubt, what was decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from core.admin import withheld
from core.admin.access import PeopleAdmin
from core.admin.acts import people_seen
from core.admin.matching import AccountShown, EmployeeShown, UserDays
from core.admin.withheld import Asker
from core.people.matching import AccountIdentity, Matched, Origin, Reason, Unmatched, comparable
from core.people.suggestions import Suggestion, Why, renamed_domains, suggest
from core.store.engine.database import Database
from core.store.engine.paging import placed
from core.store.matching import attribution, links, matching_reads
from core.store.matching.links import StoredDecision

__all__ = ["AccountShown", "EmployeeShown", "Suggestion", "Why"]

_MOST_ADDRESSES = 5_000
"""Addresses of unmatched users that are looked at for a renamed domain."""

_BATCH = 1_000
"""Candidates for the list of what is in doubt that are looked at together: a renamed domain makes one of everybody."""

MOST = 50
"""Rows of the lists that are not paged."""


@dataclass(frozen=True)
class UnlinkedAccount:
    """A Claude user who is nobody's: why, how many user-days wait, and who it might be, the likeliest first.

    `days` is None where it is withheld from the actor; see `core.admin.withheld`.
    """

    account: AccountShown
    reason: Reason
    days: UserDays | None
    suggestions: tuple[tuple[Suggestion, EmployeeShown], ...]


@dataclass(frozen=True)
class UnlinkedPage:
    """A page of those who are nobody's, the heaviest first; how many there are, and their user-days together.

    Those whose days are withheld come last, are `withheld` many, and are not in `user_days`.
    """

    accounts: tuple[UnlinkedAccount, ...]
    found: int
    user_days: int
    withheld: int = 0


@dataclass(frozen=True)
class LinkedAccount:
    """A Claude user and whose it is: since when it counts and until when, and on what that rests, since which moment.

    `rival` is the person to whom the directory or an alias gives the account's address now, when that is another.
    `withheld`: the actor is not told since which moment, as an account is met, and matched, when it is first used.
    """

    account: AccountShown
    person: EmployeeShown | None
    reason: Reason | None
    since: dt.date | None
    until: dt.date | None
    origin: Origin | None
    made_at: dt.datetime | None
    rival: EmployeeShown | None = None
    withheld: bool = False


@dataclass(frozen=True)
class DecisionEntry:
    """A decision of the history, with the names that belong to its numbers today."""

    decision: StoredDecision
    account: AccountShown | None
    person: str | None
    email: str | None


def open_page(admin: PeopleAdmin, database: Database, page: int = 1, size: int = 20) -> UnlinkedPage:
    """The Claude users who are nobody's and of whom no admin said that this is right; past the end, the last page."""
    with database.read("core.admin") as connection:
        state = (_today(), *matching_reads.state(connection))
    return _open_page(database, state, Asker(admin, admin.limited), page, size)


@lru_cache(maxsize=8)  # suggestions look at everybody, and each click of the page asks for them
def _open_page(database: Database, _state: tuple[object, ...], asker: Asker, page: int, size: int) -> UnlinkedPage:
    with database.read("core.admin") as connection:
        hidden = withheld.hidden(asker.admin, connection, matching_reads.OPEN)
        found, days = matching_reads.open_weight(connection, hidden)
        rows = matching_reads.open_accounts(connection, size, placed(found, page, size)[1], hidden)
        suggestions = _suggestions(connection, [AccountIdentity(row[0], row[2]) for row in rows]) if rows else {}
        accounts = tuple(
            UnlinkedAccount(
                AccountShown(*row[:3]),
                _reason(attribution.explain(connection, row[0])),
                None if row[0] in hidden else UserDays(*row[3:]),
                tuple((each, _person(connection, each.employee_id)) for each in suggestions[row[0]]),
            )
            for row in rows
        )
    return UnlinkedPage(accounts, found, days, len(hidden))


def count_open(_admin: PeopleAdmin, database: Database) -> int:
    """How many Claude users are on all pages of `open_page`; without looking for whose they are, which takes long."""
    with database.read("core.admin") as connection:
        return matching_reads.open_weight(connection)[0]


def contested(admin: PeopleAdmin, database: Database) -> list[LinkedAccount]:
    """Linked Claude users whose address now is another person's: they stay where they are until an admin decides."""
    with database.read("core.admin") as connection:
        aliases = links.aliases(connection)
        owners = {
            candidate.email: candidate.employee_id for candidate in matching_reads.candidates(connection, _today())
        }
        seen = people_seen(admin, connection)
        found: list[LinkedAccount] = []
        last = 0
        while len(found) < MOST and (rows := matching_reads.contested(connection, _BATCH, last)):
            last = rows[-1].id
            for number, _, email, employee in rows:
                address = comparable(email) or ""
                rival = owners.get(address, aliases.get(address))
                if rival is not None and rival != employee:
                    found.append(_linked(connection, number, seen, _person(connection, rival)))
        return found[:MOST]


def claude_users(admin: PeopleAdmin, database: Database, text: str) -> list[LinkedAccount]:
    """Claude users whose address contains the text, or whose user id it is; at most `MOST`."""
    if not text.strip():
        return []
    with database.read("core.admin") as connection:
        rows = matching_reads.accounts_like(connection, text.strip(), MOST)
        seen = people_seen(admin, connection)
        return [_linked(connection, row[0], seen) for row in rows]


def users_named(_admin: PeopleAdmin, database: Database, name: str) -> list[AccountShown]:
    """The Claude user with this user id, or else all with this address, however it is written."""
    address = comparable(name)
    with database.read("core.admin") as connection:
        found = matching_reads.account_of_user(connection, name)
        rows = [found] if found is not None else matching_reads.accounts_with(connection, address) if address else []
    return [AccountShown(*row) for row in rows]


def person_with(_admin: PeopleAdmin, database: Database, address: str) -> EmployeeShown | None:
    """The employee who has this address in the directory, however it is written; None when nobody has."""
    with database.read("core.admin") as connection:
        row = matching_reads.person_with(connection, comparable(address) or "")
    return None if row is None else EmployeeShown(*row)


def people(_admin: PeopleAdmin, database: Database, text: str, most: int = 10) -> list[EmployeeShown]:
    """Employees whose name or address contains all words of the text, in any case; those who are here come first."""
    words = text.casefold().split()
    if not words:
        return []
    today = _today()
    with database.read("core.admin") as connection:
        found = [
            row
            for row in matching_reads.people(connection)
            if all(word in row.email or word in row.name.casefold() for word in words)
        ]

    def order(row: EmployeeShown) -> tuple[bool, str, str]:
        return row.last_day is not None and row.last_day < today, row.name.casefold(), row.email

    return sorted((EmployeeShown(*row) for row in found), key=order)[:most]


def history(_admin: PeopleAdmin, database: Database, page: int = 1, size: int = 20) -> tuple[list[DecisionEntry], int]:
    """A page of all decisions, the newest first, and how many there are."""
    with database.read("core.admin") as connection:
        rows = matching_reads.decisions(connection, size, max(page - 1, 0) * size)
        width = len(links.COLUMNS)
        entries = []
        for row in rows:
            decision = StoredDecision(*row[:width])
            user_id, account_email, name, email = row[width:]
            account = None if decision.account_id is None else AccountShown(decision.account_id, user_id, account_email)
            entries.append(DecisionEntry(decision, account, name, email))
        return entries, matching_reads.count_decisions(connection)


def _suggestions(connection: Connection, accounts: list[AccountIdentity]) -> dict[int, tuple[Suggestion, ...]]:
    today = _today()
    addresses = matching_reads.open_addresses(connection, _MOST_ADDRESSES)
    numbers = [account.account_id for account in accounts]
    rulings = links.rulings(connection, min(numbers), max(numbers))
    return suggest(
        accounts,
        matching_reads.candidates(connection, today),
        decided=_decided(connection),
        renamed=renamed_domains(addresses, matching_reads.candidates(connection, today)),
        refused=frozenset((number, e) for number in numbers if number in rulings for e in rulings[number].refused),
    )


def _decided(connection: Connection) -> dict[str, frozenset[int]]:
    """Canonical address → employees to whom admins gave it, as an alias or with an account that has it."""
    found = {address: {employee} for address, employee in links.aliases(connection).items()}
    for email, employees in matching_reads.given_addresses(connection).items():
        address = comparable(email)
        if address is not None:
            found.setdefault(address, set()).update(employees)
    return {address: frozenset(employees) for address, employees in found.items()}


def _linked(
    connection: Connection, account_id: int, seen: frozenset[int] | None, rival: EmployeeShown | None = None
) -> LinkedAccount:
    account = AccountShown(*matching_reads.account(connection, account_id))
    found = attribution.explain(connection, account_id)
    if isinstance(found, Unmatched):
        return LinkedAccount(account, None, found.reason, None, None, None, None, rival)
    match = matching_reads.match_of(connection, account_id)
    made = None if found.origin is Origin.ADMIN or match is None else match.made_at
    hidden = made is not None and seen is not None and found.employee_id not in seen
    person = _person(connection, found.employee_id)
    shown = None if hidden else made
    return LinkedAccount(account, person, None, found.since, found.until, found.origin, shown, rival, hidden)


def _person(connection: Connection, employee_id: int) -> EmployeeShown:
    return EmployeeShown(*matching_reads.person(connection, employee_id))


def _reason(found: Matched | Unmatched) -> Reason:
    # Matched only in the moment between an import and the next relink, of which a reader sees nothing.
    return found.reason if isinstance(found, Unmatched) else Reason.NOT_IN_DIRECTORY


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
