"""What an admin who does not see everyone is not told on the matching workbench: how much others use Claude.

Claude users who are nobody's are told with their weight, by which one decides what to look at first. A Claude user who
is, or ever was, somebody's outside the actor's chain is that person's use, also while a link is removed or undone:
an admin could else take it away, read the weight and give it back.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, select

from core.admin.access import PeopleAdmin
from core.admin.acts import people_seen
from core.people.decisions import Verdict
from core.people.matching import comparable
from core.store.matching import links
from core.store.tables.links import ACCOUNT_MATCH, MATCHING_DECISION
from core.store.tables.usage import ACCOUNT, ACCOUNT_LINK
from core.viewers import Viewer

MOVED = "How many days this moves is shown to admins who see everyone."
LEFT_OUT = "Without the user-days of Claude users who were somebody's before: admins who see everyone are shown them."


@dataclass(frozen=True)
class Asker:
    """Who asks, equal to whoever sees the same people, as a key to keep things by: proofs are made anew each time."""

    admin: PeopleAdmin = field(compare=False)
    limited: Viewer | None


def hidden(admin: PeopleAdmin, connection: Connection, accounts: ColumnElement[bool]) -> frozenset[int]:
    """Those of some accounts of whose use the actor is told nothing."""
    seen = people_seen(admin, connection)
    if seen is None:
        return frozenset()
    return frozenset(number for number, owners in _owners(connection, accounts).items() if owners - seen)


def _owners(connection: Connection, accounts: ColumnElement[bool]) -> dict[int, set[int | None]]:
    """Account id → whose it is or ever was, by its address or by decisions, those included that were undone.

    None stands for somebody who is not in the directory any more.
    """
    asked, decision = select(ACCOUNT.c.id).where(accounts), MATCHING_DECISION.c
    found: dict[int, set[int | None]] = defaultdict(set)
    for table in (ACCOUNT_LINK, ACCOUNT_MATCH, MATCHING_DECISION):
        statement = select(table.c.account_id, table.c.employee_id).where(table.c.account_id.in_(asked))
        if table is MATCHING_DECISION:
            statement = statement.where(decision.verdict != Verdict.NOT_AN_EMPLOYEE.value)
        for account, employee in connection.execute(statement):
            found[account].add(employee)
    given: dict[str | None, set[int | None]] = defaultdict(set)
    for address, employee in connection.execute(
        select(decision.address, decision.employee_id).where(decision.verdict == links.ALIAS)
    ):
        given[address].add(employee)
    if given:
        for account, email in connection.execute(select(ACCOUNT.c.id, ACCOUNT.c.email).where(accounts)):
            found[account] |= given.get(comparable(email), set())
    return found
