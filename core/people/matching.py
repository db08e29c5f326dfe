"""Which employee a Claude account belongs to, by e-mail address and by the aliases that admins made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

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


@dataclass(frozen=True, slots=True)
class Matched:
    """The account is this employee's, up to and including the day `until`; None means without an end."""

    employee_id: int
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class Unmatched:
    """The account is attributed to nobody."""

    reason: Reason


_NO_ALIASES: Mapping[str, int] = MappingProxyType({})


def match(
    accounts: Iterable[AccountIdentity],
    employees: Iterable[EmployeeIdentity],
    aliases: Mapping[str, int] = _NO_ALIASES,
) -> dict[int, Matched | Unmatched]:
    """What each account, by its id, is attributed to.

    Addresses are compared in canonical form. An alias (canonical address → employee id) wins over the directory; one
    that points at nobody matches nobody. An address that two employees share matches neither. Several accounts may
    match one employee: their days are added up.
    """
    people: dict[int, EmployeeIdentity] = {}
    owners: dict[str, set[int]] = {}
    for employee in employees:
        people[employee.employee_id] = employee
        address = _comparable(employee.email)
        if address is not None:
            owners.setdefault(address, set()).add(employee.employee_id)
    return {account.account_id: _attribution(account.email, people, owners, aliases) for account in accounts}


def _attribution(
    email: str | None,
    people: Mapping[int, EmployeeIdentity],
    owners: Mapping[str, set[int]],
    aliases: Mapping[str, int],
) -> Matched | Unmatched:
    if email is None or not email.strip():
        return Unmatched(Reason.NO_EMAIL)
    address = _comparable(email)
    if address is None:
        return Unmatched(Reason.MALFORMED)
    candidates = {aliases[address]} if address in aliases else owners.get(address, set())
    if len(candidates) > 1:
        return Unmatched(Reason.AMBIGUOUS)
    for employee_id in candidates & people.keys():
        return Matched(employee_id, people[employee_id].archived_from)
    return Unmatched(Reason.NOT_IN_DIRECTORY)


def _comparable(email: str) -> str | None:
    try:
        return canonical(email)
    except ValueError:
        return None
