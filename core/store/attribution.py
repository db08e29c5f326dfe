"""Whose usage an account is: links between accounts and employees, kept in step with both sides."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from core.people.matching import AccountIdentity, EmployeeIdentity, Matched, match
from core.store import versions
from core.store.tables import ACCOUNT, ACCOUNT_LINK, EMPLOYEE


def relink(connection: Connection) -> bool:
    """Match every account anew and store what differs; True when a link changed.

    History follows: an account's days carry no person, only the link does. Stored team sums are not touched here; the
    caller moves them with `core.store.rollups.move`.
    """
    accounts = [AccountIdentity(row.id, row.email) for row in connection.execute(select(ACCOUNT.c.id, ACCOUNT.c.email))]
    people = connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.email, EMPLOYEE.c.end_date))
    employees = [EmployeeIdentity(row.id, row.email, row.end_date) for row in people]
    wanted = {
        account_id: (found.employee_id, found.until)
        for account_id, found in match(accounts, employees).items()
        if isinstance(found, Matched)
    }
    links = connection.execute(select(ACCOUNT_LINK.c.account_id, ACCOUNT_LINK.c.employee_id, ACCOUNT_LINK.c.until))
    present = {row.account_id: (row.employee_id, row.until) for row in links}
    if wanted == present:
        return False
    _apply(connection, wanted, present)
    versions.bump(connection, versions.DIRECTORY)
    return True


def _apply(connection: Connection, wanted: dict, present: dict) -> None:  # type: ignore[type-arg]
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
