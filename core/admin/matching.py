"""Deciding whose a Claude user is: what a link would move, and the acts, each of which can be undone.

An act and all that follows from it are one transaction: the decision, the history of every team that it touches, and
the entry in the access log.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from core import audit
from core.admin import acts
from core.admin.access import PeopleAdmin
from core.admin.link_preview import AccountShown, EmployeeShown, LinkPreview, account_of, person_of, preview
from core.errors import MatchingRefused
from core.people.decisions import Decision, Verdict
from core.people.email import canonical
from core.store.engine.database import Database
from core.store.matching import attribution, links, matching_reads
from core.store.matching.matching_reads import UserDays

__all__ = [
    "AccountShown",
    "EmployeeShown",
    "LinkPreview",
    "UserDays",
    "add_alias",
    "link",
    "not_an_employee",
    "preview",
    "undo",
    "unlink",
]


def link(
    admin: PeopleAdmin,
    database: Database,
    account_id: int,
    employee_id: int,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    alias: bool = False,
    shown: LinkPreview | None = None,
) -> int:
    """Link an account to an employee, with all its history between two days; the decision's number.

    With `alias` the account's address also becomes the employee's, for whatever other account has it or will have it.
    `shown` is what the admin was told before, which names whose the account is.

    Raises:
        MatchingRefused: there is no such account or employee, the days are in the wrong order, or the address cannot be
            an alias; or the account is not whose it was when that was shown. Nothing was changed.
    """
    links.check_dates(since, until)
    decision = Decision(Verdict.LINK, employee_id, since, until)
    now = dt.datetime.now(dt.UTC)
    with acts.act(admin, database) as connection:
        account, _ = account_of(admin, connection, account_id), person_of(admin, connection, employee_id)
        with attribution.history_follows(connection, None if alias else [account_id]):
            # Only here: nobody else changes a link from the start of this block to the end of the transaction.
            if shown is not None and _holder(connection, account_id) != (shown.present and shown.present.id):
                raise MatchingRefused(
                    "Meanwhile this Claude user was linked to somebody else, or to nobody. Nothing was changed; look "
                    "again."
                )
            if alias:
                links.add_alias(connection, _address(account.email or ""), employee_id, admin.name, now)
            number = links.decide(connection, account_id, decision, admin.name, now)
        details = {"account": account.user_id, "since": _text(since), "until": _text(until), "alias": alias}
        audit.record(connection, admin.name, "match.linked", audit.person(employee_id), details | {"decision": number})
    return number


def _holder(connection: Connection, account_id: int) -> int | None:
    held = matching_reads.link_of(connection, account_id)
    return None if held is None else int(held.employee_id)


def unlink(admin: PeopleAdmin, database: Database, account_id: int) -> int:
    """Say that an account is not the person's whose it is; it does not come back to them. The decision's number.

    Raises:
        MatchingRefused: there is no such account, or it is nobody's. Nothing was changed.
    """
    with acts.act(admin, database) as connection:
        account = account_of(admin, connection, account_id)
        held = matching_reads.link_of(connection, account_id)
        if held is None:
            raise MatchingRefused("This Claude user is linked to nobody, so there is nothing to remove.")
        decision = Decision(Verdict.UNLINK, held.employee_id)
        number = _decide(connection, admin, account, decision)
        subject = audit.person(held.employee_id)
        details = {"account": account.user_id, "decision": number}
        audit.record(connection, admin.name, "match.unlinked", subject, details)
    return number


def not_an_employee(admin: PeopleAdmin, database: Database, account_id: int) -> int:
    """Say that an account is nobody's and is not to be, such as a service account. The decision's number.

    Raises:
        MatchingRefused: there is no such account. Nothing was changed.
    """
    with acts.act(admin, database) as connection:
        account = account_of(admin, connection, account_id)
        held = matching_reads.link_of(connection, account_id)
        number = _decide(connection, admin, account, Decision(Verdict.NOT_AN_EMPLOYEE))
        subject = audit.NOBODY if held is None else audit.person(held.employee_id)
        details = {"account": account.user_id, "decision": number}
        audit.record(connection, admin.name, "match.excluded", subject, details)
    return number


def add_alias(admin: PeopleAdmin, database: Database, address: str, employee_id: int) -> int:
    """Give an address to an employee: accounts with it are matched to them. The decision's number.

    Raises:
        MatchingRefused: it is no address, or it belongs to somebody of the directory, or is an alias already; or there
            is no such employee. Nothing was changed.
    """
    now = dt.datetime.now(dt.UTC)
    with acts.act(admin, database) as connection:
        person_of(admin, connection, employee_id)
        with attribution.history_follows(connection):
            number = links.add_alias(connection, _address(address), employee_id, admin.name, now)
        details = {"address": _address(address), "decision": number}
        audit.record(connection, admin.name, "alias.added", audit.person(employee_id), details)
    return number


def undo(admin: PeopleAdmin, database: Database, decision_id: int) -> tuple[int, ...]:
    """Take a decision back: what addresses and the other decisions say holds again, with all history.

    An alias that was given together with a link goes with it. The numbers of the decisions that were undone.

    Raises:
        MatchingRefused: there is none with this number, or it was undone before. Nothing was changed.
    """
    now = dt.datetime.now(dt.UTC)
    with acts.act(admin, database) as connection:
        about = links.stored(connection, decision_id)
        alias = links.alias_with(connection, about)
        accounts = None if about.account_id is None or alias is not None else [about.account_id]
        with attribution.history_follows(connection, accounts):
            numbers = (decision_id,) if alias is None else (decision_id, alias.id)
            for number in numbers:
                links.undo(connection, number, admin.name, now)
        subject = audit.NOBODY if about.employee_id is None else audit.person(about.employee_id)
        details = {"decision": decision_id, "verdict": about.verdict, "alias": None if alias is None else alias.id}
        audit.record(connection, admin.name, "match.undone", subject, details)
    return numbers


def _decide(connection: Connection, admin: PeopleAdmin, account: AccountShown, decision: Decision) -> int:
    with attribution.history_follows(connection, [account.id]):
        return links.decide(connection, account.id, decision, admin.name, dt.datetime.now(dt.UTC))


def _address(text: str) -> str:
    try:
        return canonical(text)
    except ValueError as error:
        raise MatchingRefused(f"{error} Nothing was changed.") from None


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
