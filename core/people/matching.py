"""Which employee a Claude account belongs to: by what admins decided, else by what its e-mail address says.

Two layers. `propose` finds a match by address, and once it found one keeps it: Claude's user id is the key, so neither
a new address at Claude nor a new address in the directory moves anybody's history. `attribute` lays the decisions of
admins above that, so that nothing which happens by itself ever overrides one, and taking a decision back uncovers what
was there before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.people.decisions import UNDECIDED, Ruling
from core.people.email import canonical


@dataclass(frozen=True, slots=True)
class AccountIdentity:
    """A Claude account: our id for it, and the address that the API gave, as it gave it."""

    account_id: int
    email: str | None


@dataclass(frozen=True, slots=True)
class EmployeeIdentity:
    """An employee; `archived_from` is their end date, the last day that counts as theirs, None while they are here."""

    employee_id: int
    email: str
    archived_from: dt.date | None


class Reason(StrEnum):
    """Why an account belongs to nobody; its days are kept until it does."""

    NO_EMAIL = "no e-mail"
    MALFORMED = "malformed e-mail"
    NOT_IN_DIRECTORY = "not in the directory"
    AMBIGUOUS = "several employees have this e-mail"
    REFUSED = "not the person of this e-mail"
    NOT_AN_EMPLOYEE = "not an employee"


class Origin(StrEnum):
    """What an attribution rests on."""

    EMAIL = "e-mail"
    ALIAS = "alias"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Match:
    """What an account's address says: the employee, and the canonical address by which they were found."""

    employee_id: int
    origin: Origin
    address: str


@dataclass(frozen=True, slots=True)
class Matched:
    """The account is this employee's from the day `since` to the day `until`, both included; None means without end."""

    employee_id: int
    until: dt.date | None
    since: dt.date | None = None
    origin: Origin = Origin.EMAIL


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The account is attributed to nobody."""

    reason: Reason


def propose(
    accounts: Iterable[AccountIdentity],
    employees: Iterable[EmployeeIdentity],
    aliases: Mapping[str, int],
    kept: Mapping[int, Match],
    rulings: Mapping[int, Ruling],
) -> dict[int, Match | Unmatched]:
    """What the addresses say, account by account.

    Addresses are compared in canonical form, with the directory and with `aliases` (canonical address → employee id).
    Who was found before (`kept`) stays, unless the alias is gone that led there, or an admin said that it is somebody
    else's and the address now names another. Two employees for one address are none. Several accounts may match one
    employee: their days are added up.
    """
    known: set[int] = set()
    owners: dict[str, set[int]] = {}
    for employee in employees:
        known.add(employee.employee_id)
        address = comparable(employee.email)
        if address is not None:
            owners.setdefault(address, set()).add(employee.employee_id)
    found: dict[int, Match | Unmatched] = {}
    for account in accounts:
        refused = rulings.get(account.account_id, UNDECIDED).refused
        held = kept.get(account.account_id)
        if held is not None and not _holds(held, known, aliases):
            held = None
        if held is not None and held.employee_id not in refused:
            found[account.account_id] = held
            continue
        said = _by_address(account.email, known, owners, aliases, refused)
        found[account.account_id] = said if held is None or isinstance(said, Match) else held
    return found


def attribute(
    proposals: Mapping[int, Match | Unmatched],
    employees: Iterable[EmployeeIdentity],
    rulings: Mapping[int, Ruling],
) -> dict[int, Matched | Unmatched]:
    """Whose each account is, by decision and else by proposal. Nobody has days after their last one."""
    last_days = {employee.employee_id: employee.archived_from for employee in employees}
    return {
        number: _attribution(proposal, rulings.get(number, UNDECIDED), last_days)
        for number, proposal in proposals.items()
    }


def comparable(email: str | None) -> str | None:
    """The canonical address; None for what cannot be compared."""
    if email is None:
        return None
    try:
        return canonical(email)
    except ValueError:
        return None


def _holds(held: Match, known: set[int], aliases: Mapping[str, int]) -> bool:
    if held.origin is Origin.ALIAS and aliases.get(held.address) != held.employee_id:
        return False
    return held.employee_id in known


def _by_address(
    email: str | None,
    known: set[int],
    owners: Mapping[str, set[int]],
    aliases: Mapping[str, int],
    refused: frozenset[int],
) -> Match | Unmatched:
    if email is None or not email.strip():
        return Unmatched(Reason.NO_EMAIL)
    address = comparable(email)
    if address is None:
        return Unmatched(Reason.MALFORMED)
    by_directory = owners.get(address, set())
    everybody = (by_directory | ({aliases[address]} if address in aliases else set())) & known
    candidates = everybody - refused
    if len(candidates) > 1:
        return Unmatched(Reason.AMBIGUOUS)
    for employee_id in candidates:
        return Match(employee_id, Origin.EMAIL if employee_id in by_directory else Origin.ALIAS, address)
    return Unmatched(Reason.REFUSED if everybody else Reason.NOT_IN_DIRECTORY)


def _attribution(
    proposal: Match | Unmatched, decided: Ruling, last_days: Mapping[int, dt.date | None]
) -> Matched | Unmatched:
    if decided.not_an_employee:
        return Unmatched(Reason.NOT_AN_EMPLOYEE)
    link = decided.link
    if link is not None and link.employee_id is not None and link.employee_id in last_days:
        ends = [day for day in (link.until, last_days[link.employee_id]) if day is not None]
        return Matched(link.employee_id, min(ends, default=None), link.since, Origin.ADMIN)
    if isinstance(proposal, Unmatched):
        return proposal
    if proposal.employee_id in decided.refused:
        return Unmatched(Reason.REFUSED)
    return Matched(proposal.employee_id, last_days[proposal.employee_id], None, proposal.origin)
