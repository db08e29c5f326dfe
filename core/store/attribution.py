"""Whose usage an account is: links between accounts and employees, kept in step with both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from core.people.email import canonical
from core.people.matching import AccountIdentity, EmployeeIdentity, Matched, match
from core.store import versions
from core.store.tables import ACCOUNT, ACCOUNT_LINK, EMPLOYEE

_CHUNK = 5_000
"""Accounts looked at together: bounds memory, and the parameters of one statement."""

Link = tuple[int, Any]
"""Employee id, and the last day that is theirs (None: without an end)."""


def relink(connection: Connection, accounts: Sequence[int] | None = None) -> bool:
    """Match accounts (all of them, or those with the given ids) and store what differs; True when a link changed.

    History follows: an account's days carry no person, only the link does. Stored team sums are not touched here; the
    caller moves them with `core.store.rollups.move`.
    """
    changed = False
    for first, last in _ranges(connection, accounts):
        chosen = ACCOUNT.c.id.between(first, last)
        changed |= _relink_range(connection, chosen, ACCOUNT_LINK.c.account_id.between(first, last))
    if changed:
        versions.bump(connection, versions.DIRECTORY)
    return changed


def _ranges(connection: Connection, accounts: Sequence[int] | None) -> Iterator[tuple[int, int]]:
    """Ranges of account ids that hold those asked for."""
    if accounts is None:
        highest = connection.execute(select(func.max(ACCOUNT.c.id))).scalar() or 0
        bounds = (1, highest)
    else:
        bounds = (min(accounts, default=1), max(accounts, default=0))
    for first in range(bounds[0], bounds[1] + 1, _CHUNK):
        yield first, min(first + _CHUNK - 1, bounds[1])


def _relink_range(connection: Connection, chosen: Any, linked: Any) -> bool:
    accounts = [
        AccountIdentity(row.id, row.email)
        for row in connection.execute(select(ACCOUNT.c.id, ACCOUNT.c.email).where(chosen))
    ]
    found = match(accounts, _employees(connection, accounts))
    wanted = {number: (to.employee_id, to.until) for number, to in found.items() if isinstance(to, Matched)}
    columns = (ACCOUNT_LINK.c.account_id, ACCOUNT_LINK.c.employee_id, ACCOUNT_LINK.c.until)
    present = {row[0]: (row[1], row[2]) for row in connection.execute(select(*columns).where(linked))}
    if wanted != present:
        _apply(connection, wanted, present)
    return wanted != present


def _employees(connection: Connection, accounts: Sequence[AccountIdentity]) -> list[EmployeeIdentity]:
    """The employees who have an address of one of the accounts; the directory holds addresses in canonical form."""
    addresses = set()
    for account in accounts:
        try:
            addresses.add(canonical(account.email or ""))
        except ValueError:
            continue  # `match` names what is wrong with it
    statement = select(EMPLOYEE.c.id, EMPLOYEE.c.email, EMPLOYEE.c.end_date).where(EMPLOYEE.c.email.in_(addresses))
    return [EmployeeIdentity(row.id, row.email, row.end_date) for row in connection.execute(statement)]


def _apply(connection: Connection, wanted: dict[int, Link], present: dict[int, Link]) -> None:
    def rows(accounts: set[int]) -> list[dict[str, object]]:
        return [{"account": a, "employee": wanted[a][0], "last": wanted[a][1]} for a in sorted(accounts)]

    values: dict[str, Any] = {"employee_id": bindparam("employee"), "until": bindparam("last")}
    gone = present.keys() - wanted.keys()
    fresh = wanted.keys() - present.keys()
    changed = {account for account in wanted.keys() & present.keys() if wanted[account] != present[account]}
    if gone:
        connection.execute(
            delete(ACCOUNT_LINK).where(ACCOUNT_LINK.c.account_id == bindparam("account")),
            [{"account": account} for account in sorted(gone)],
        )
    if fresh:
        connection.execute(insert(ACCOUNT_LINK).values(account_id=bindparam("account"), **values), rows(fresh))
    if changed:
        statement = update(ACCOUNT_LINK).where(ACCOUNT_LINK.c.account_id == bindparam("account")).values(**values)
        connection.execute(statement, rows(changed))
