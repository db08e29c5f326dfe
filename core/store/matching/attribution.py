"""Whose usage an account is: links between accounts and employees, kept in step with addresses and decisions.

`account_match` holds what addresses say, `matching_decision` what admins decided, and `account_link` what follows from
both and from the employees' last days. Reads of usage use `account_link` alone; only this module writes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, or_, select, update

from core.people.matching import (
    AccountIdentity,
    EmployeeIdentity,
    Match,
    Matched,
    Origin,
    Unmatched,
    attribute,
    comparable,
    propose,
)
from core.store.engine import versions
from core.store.hierarchy import organisation
from core.store.matching import links
from core.store.tables.links import ACCOUNT_MATCH, MATCHING_DECISION
from core.store.tables.usage import ACCOUNT, ACCOUNT_LINK, EMPLOYEE
from core.store.usage import team_moves

_CHUNK = 5_000
"""Accounts looked at together: bounds memory, and the parameters of one statement."""

Link = tuple[int, Any, Any]
"""Employee id, and the first and last day that are theirs (None: without end)."""

Proposals = Mapping[int, Match | Unmatched]


def relink(connection: Connection, accounts: Sequence[int] | None = None) -> bool:
    """Match accounts (all of them, or those with the given ids) and store what differs; True when a link changed.

    History follows: an account's days carry no person, only the link does. Stored team sums are not touched here; the
    caller moves them with `core.store.usage.team_moves.move`, or decides inside `history_follows`.
    """
    changed = False
    aliases = links.aliases(connection)
    for first, last in _ranges(connection, accounts):
        kept = _kept(connection, first, last)
        proposals, found = _looked_up(connection, first, last, kept, aliases)
        _write_matches(connection, proposals, kept)
        wanted = {a: (m.employee_id, m.since, m.until) for a, m in found.items() if isinstance(m, Matched)}
        present = _links(connection, first, last)
        if wanted != present:
            _apply(connection, wanted, present)
            changed = True
    if changed:
        versions.bump(connection, versions.DIRECTORY)
    return changed


@contextmanager
def history_follows(connection: Connection, accounts: Sequence[int] | None = None) -> Iterator[None]:
    """Whatever is decided in the block takes effect at its end, with all history, for some accounts or for all.

    Links, stored team sums and the version of the directory change together with the caller's transaction.
    """
    # A day that is being stored counts people by the links it read. It ends first; the next one begins after this, and
    # so does the next import of the directory.
    organisation.lock(connection)
    before = organisation.load(connection, texts=False)
    yield
    if relink(connection, accounts):
        team_moves.move(connection, before, organisation.load(connection, texts=False))


def explain(connection: Connection, account_id: int) -> Matched | Unmatched:
    """Whose an account is, or why it is nobody's, as things are now; KeyError for an account that does not exist."""
    kept = _kept(connection, account_id, account_id)
    return _looked_up(connection, account_id, account_id, kept, links.aliases(connection))[1][account_id]


def led_by_alias(connection: Connection, accounts: Sequence[int], address: str, employee_id: int) -> list[int]:
    """Which of some accounts would come to be an employee's if the canonical address became their alias."""
    aliases = {**links.aliases(connection), address: employee_id}
    found = []
    for number in accounts:
        kept = _kept(connection, number, number)
        would = _looked_up(connection, number, number, kept, aliases, besides=employee_id)[1][number]
        gained = isinstance(would, Matched) and would.employee_id == employee_id
        if gained and would != explain(connection, number):
            found.append(number)
    return found


def _ranges(connection: Connection, accounts: Sequence[int] | None) -> Iterator[tuple[int, int]]:
    """Ranges of account ids that hold those asked for."""
    if accounts is None:
        highest = connection.execute(select(func.max(ACCOUNT.c.id))).scalar() or 0
        bounds = (1, highest)
    else:
        bounds = (min(accounts, default=1), max(accounts, default=0))
    for first in range(bounds[0], bounds[1] + 1, _CHUNK):
        yield first, min(first + _CHUNK - 1, bounds[1])


def _looked_up(
    connection: Connection,
    first: int,
    last: int,
    kept: Mapping[int, Match],
    aliases: Mapping[str, int],
    *,
    besides: int | None = None,
) -> tuple[Proposals, dict[int, Matched | Unmatched]]:
    """What addresses say of a range of accounts, and what each is attributed to.

    `besides` is an employee to whom `aliases` may lead though no decision that is stored does.
    """
    statement = select(ACCOUNT.c.id, ACCOUNT.c.email).where(ACCOUNT.c.id.between(first, last))
    accounts = [AccountIdentity(row.id, row.email) for row in connection.execute(statement)]
    rulings = links.rulings(connection, first, last)
    people = _employees(connection, accounts, first, last, besides)
    proposals = propose(accounts, people, aliases, kept, rulings)
    return proposals, attribute(proposals, people, rulings)


def _employees(
    connection: Connection, accounts: Sequence[AccountIdentity], first: int, last: int, besides: int | None
) -> list[EmployeeIdentity]:
    """Every employee whom one of the accounts could be: by address, alias, earlier match or decision."""
    addresses = {address for account in accounts if (address := comparable(account.email)) is not None}
    matched = select(ACCOUNT_MATCH.c.employee_id).where(ACCOUNT_MATCH.c.account_id.between(first, last))
    about = or_(MATCHING_DECISION.c.account_id.between(first, last), MATCHING_DECISION.c.verdict == links.ALIAS)
    decided = select(MATCHING_DECISION.c.employee_id).where(about, MATCHING_DECISION.c.employee_id.is_not(None))
    columns = (EMPLOYEE.c.id, EMPLOYEE.c.email, EMPLOYEE.c.end_date)
    # The directory holds addresses in canonical form.
    by_address = select(*columns).where(EMPLOYEE.c.email.in_(addresses))
    by_id = select(*columns).where(or_(EMPLOYEE.c.id.in_(matched.union(decided)), EMPLOYEE.c.id == besides))
    found = {row.id: row for statement in (by_address, by_id) for row in connection.execute(statement)}
    return [EmployeeIdentity(row.id, row.email, row.end_date) for row in found.values()]


def _kept(connection: Connection, first: int, last: int) -> dict[int, Match]:
    columns = (ACCOUNT_MATCH.c[name] for name in ("account_id", "employee_id", "origin", "address"))
    rows = connection.execute(select(*columns).where(ACCOUNT_MATCH.c.account_id.between(first, last)))
    return {account: Match(employee, Origin(origin), address) for account, employee, origin, address in rows}


def _links(connection: Connection, first: int, last: int) -> dict[int, Link]:
    columns = (ACCOUNT_LINK.c[name] for name in ("account_id", "employee_id", "since", "until"))
    rows = connection.execute(select(*columns).where(ACCOUNT_LINK.c.account_id.between(first, last)))
    return {account: (employee, since, until) for account, employee, since, until in rows}


def _write_matches(connection: Connection, proposals: Proposals, kept: Mapping[int, Match]) -> None:
    wanted = {account: match for account, match in proposals.items() if isinstance(match, Match)}
    if wanted != kept:
        now = dt.datetime.now(dt.UTC)
        _replace(
            connection,
            ACCOUNT_MATCH,
            wanted,
            kept,
            lambda m: {"employee_id": m.employee_id, "origin": m.origin.value, "address": m.address, "made_at": now},
        )


def _apply(connection: Connection, wanted: dict[int, Link], present: dict[int, Link]) -> None:
    _replace(
        connection,
        ACCOUNT_LINK,
        wanted,
        present,
        lambda link: dict(zip(("employee_id", "since", "until"), link, strict=True)),
    )


def _replace(
    connection: Connection,
    table: Table,
    wanted: Mapping[int, Any],
    present: Mapping[int, Any],
    columns: Callable[[Any], dict[str, Any]],
) -> None:
    """Make the table's rows, one an account, those that are wanted, touching only what differs."""
    gone = sorted(present.keys() - wanted.keys())
    fresh = sorted(wanted.keys() - present.keys())
    changed = sorted(a for a in wanted.keys() & present.keys() if wanted[a] != present[a])
    account = table.c.account_id == bindparam("account")
    if gone:
        connection.execute(delete(table).where(account), [{"account": number} for number in gone])
    if fresh:
        connection.execute(insert(table), [{"account_id": number, **columns(wanted[number])} for number in fresh])
    if changed:
        names = columns(wanted[changed[0]])
        statement = update(table).where(account).values({name: bindparam(f"new_{name}") for name in names})
        rows = [{f"new_{k}": v for k, v in columns(wanted[number]).items()} for number in changed]
        connection.execute(statement, [{"account": number, **row} for number, row in zip(changed, rows, strict=True)])
