"""Matches of Claude accounts that an import of the directory could change, and taking such changes back.

An account that an address led to somebody once stays with them. An import that is undone must leave nobody with an
account to which only its addresses led, neither when it was done nor on a later sync.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from core.people.decisions import Verdict
from core.people.plan import ImportPlan
from core.store.tables.links import ACCOUNT_MATCH, MATCHING_DECISION
from core.store.tables.usage import EMPLOYEE

_COLUMNS = ("account_id", "employee_id", "origin", "address", "made_at")


def before(connection: Connection, plan: ImportPlan) -> dict[str, Any]:
    """What `take_back` needs, as JSON can hold it; read before the plan is carried out.

    `addresses` are those that people get or lose, `spared` the accounts that were matched by one of them before, and
    `refused` the matches that another address may replace, because an admin said that they are wrong.
    """
    fields = (field for change in plan.details for field in change.fields if field.name == "email")
    addresses = {address for field in fields for address in (field.before, field.after)}
    return {
        "addresses": sorted(map(str, addresses)),
        "spared": [row.account_id for row in _by_address(connection, addresses)],
        "refused": [[*row[:4], row[4] and row[4].isoformat()] for row in _refused(connection)],
    }


def take_back(connection: Connection, old: dict[str, Any]) -> None:
    """Bring matches back to what they were, people and their addresses being so already; links follow by a relink."""
    refused = [dict(zip(_COLUMNS, row, strict=True)) for row in old["refused"]]
    spared = set(old["spared"])
    gone = {row.account_id for row in _by_address(connection, set(old["addresses"]))} - spared
    gone |= {row["account_id"] for row in refused}
    if gone:
        statement = delete(ACCOUNT_MATCH).where(ACCOUNT_MATCH.c.account_id == bindparam("account"))
        connection.execute(statement, [{"account": account} for account in sorted(gone)])
    people = {row["employee_id"] for row in refused}
    known = set(connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.id.in_(people))).scalars()) if people else ()
    kept = [row | {"made_at": _moment(row["made_at"])} for row in refused if row["employee_id"] in known]
    if kept:
        connection.execute(insert(ACCOUNT_MATCH), kept)


def _by_address(connection: Connection, addresses: set[Any]) -> list[Any]:
    if not addresses:
        return []
    rows = connection.execute(select(ACCOUNT_MATCH.c.account_id, ACCOUNT_MATCH.c.address))
    return [row for row in rows if row.address in addresses]


def _refused(connection: Connection) -> list[Any]:
    """The matches that stand although an admin said that the account is not this person's."""
    decision = MATCHING_DECISION.c
    same = (decision.account_id == ACCOUNT_MATCH.c.account_id) & (decision.employee_id == ACCOUNT_MATCH.c.employee_id)
    columns = [ACCOUNT_MATCH.c[name] for name in _COLUMNS]
    statement = select(*columns).distinct().join(MATCHING_DECISION, same)
    return list(
        connection.execute(statement.where(decision.verdict == Verdict.UNLINK.value, decision.undone_at.is_(None)))
    )


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)
