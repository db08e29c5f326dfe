"""Who an unmatched Claude account might be, and why: proposals for an admin, which attribute nothing by themselves.

The accounts are indexed by the forms that somebody's address could have, and the employees pass by once, so the work
grows with the number of accounts plus the number of employees and never with their product.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.people.likeness import base, forms, letters, mended, one_apart, with_one_less
from core.people.matching import AccountIdentity, comparable

MOST = 5
"""Suggestions for one account, at most."""

DOMAIN_FROM, DOMAIN_SHARE = 3, 0.5
"""A domain counts as renamed when at least so many of its accounts, and this share of them, have a namesake there."""


class Why(StrEnum):
    """What speaks for a suggestion."""

    ALIAS = "alias"
    ADDRESS = "same address"
    SPELLING = "case or spelling"
    PLUS = "plus-address"
    RENAMED_DOMAIN = "renamed domain"
    OTHER_DOMAIN = "same name in another domain"
    NAME = "made of the name"
    NEAR = "near name"


_SCORES = {
    Why.ALIAS: 95,
    Why.ADDRESS: 92,
    Why.SPELLING: 90,
    Why.PLUS: 80,
    Why.RENAMED_DOMAIN: 75,
    Why.OTHER_DOMAIN: 60,
    Why.NAME: 40,
    Why.NEAR: 20,
}
"""For ordering alone; a score is no probability. Archived people come after others of the same score."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An employee as suggestions see them; `email` is canonical."""

    employee_id: int
    email: str
    name: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An employee whose account it might be; `explanation` is a sentence without a name. `score` only orders."""

    employee_id: int
    why: Why
    explanation: str
    score: int


_NO_ADDRESSES: Mapping[str, frozenset[int]] = MappingProxyType({})


def renamed_domains(addresses: Iterable[str | None], people: Iterable[Candidate]) -> frozenset[tuple[str, str]]:
    """Pairs (domain of accounts, domain of the directory) that are plainly one company's old and new address."""
    locals_of: dict[str, set[str]] = defaultdict(set)
    for email in addresses:
        local, _, domain = (comparable(email) or "").rpartition("@")
        if local:
            locals_of[domain].add(local)
    domains_with: dict[str, list[str]] = defaultdict(list)
    for domain, names in locals_of.items():
        for name in names:
            domains_with[name].append(domain)
    namesakes: Counter[tuple[str, str]] = Counter()
    for person in people:
        local, _, theirs = person.email.rpartition("@")
        namesakes.update((domain, theirs) for domain in domains_with.get(local, ()) if domain != theirs)
    return frozenset(
        pair
        for pair, count in namesakes.items()
        if count >= DOMAIN_FROM and count >= DOMAIN_SHARE * len(locals_of[pair[0]])
    )


def suggest(
    accounts: Iterable[AccountIdentity],
    people: Iterable[Candidate],
    *,
    decided: Mapping[str, frozenset[int]] = _NO_ADDRESSES,
    renamed: frozenset[tuple[str, str]] = frozenset(),
    refused: frozenset[tuple[int, int]] = frozenset(),
) -> dict[int, tuple[Suggestion, ...]]:
    """The best suggestions for each account, the likeliest first; the same for the same input in any order.

    Args:
        accounts: those without an employee.
        people: the whole directory; it is gone through once.
        decided: canonical address → employees to whom an admin gave it, as an alias or with another account.
        renamed: what `renamed_domains` found.
        refused: pairs (account id, employee id) that an admin ruled out.
    """
    index = _Index(accounts, decided)
    best: dict[int, dict[int, tuple[Why, Candidate]]] = {number: {} for number in index.addresses}
    for person in people:
        for number, why in index.reached_by(person, renamed):
            if (number, person.employee_id) in refused:
                continue
            present = best[number].get(person.employee_id)
            if present is None or _SCORES[why] > _SCORES[present[0]]:
                best[number][person.employee_id] = (why, person)
            if len(best[number]) > 4 * MOST:
                best[number] = dict(_best_of(best[number]))
    return {
        number: tuple(_suggestion(why, person, index.addresses[number]) for _, (why, person) in _best_of(found))
        for number, found in best.items()
    }


def _best_of(found: Mapping[int, tuple[Why, Candidate]]) -> list[tuple[int, tuple[Why, Candidate]]]:
    def order(item: tuple[int, tuple[Why, Candidate]]) -> tuple[int, bool, str, int]:
        number, (why, person) = item
        return -_SCORES[why], person.archived, person.email, number

    return sorted(found.items(), key=order)[:MOST]


def _suggestion(why: Why, person: Candidate, address: str) -> Suggestion:
    theirs = person.email.rpartition("@")[2]
    sentences = {
        Why.ALIAS: "An admin gave this address to this person.",
        Why.ADDRESS: "The directory gives this address to this person.",
        Why.SPELLING: "The same address once its spelling is mended.",
        Why.PLUS: "The same address without what stands after the plus sign.",
        Why.RENAMED_DOMAIN: f"The same name at {theirs}, as with others of {address.rpartition('@')[2]}.",
        Why.OTHER_DOMAIN: f"The same name before the @, but at {theirs}.",
        Why.NAME: "The address is made of this person's name.",
        Why.NEAR: "One letter more, less, other or swapped.",
    }
    return Suggestion(person.employee_id, why, sentences[why], _SCORES[why] - person.archived)


class _Index:
    """Accounts by the forms under which an employee could reach them."""

    def __init__(self, accounts: Iterable[AccountIdentity], decided: Mapping[str, frozenset[int]]) -> None:
        self.addresses: dict[int, str] = {}
        self._mended: set[int] = set()
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._locals: dict[str, list[int]] = defaultdict(list)
        self._names: dict[str, list[int]] = defaultdict(list)
        self._shorter: dict[str, list[int]] = defaultdict(list)
        self._ends: tuple[set[str], set[str]] = set(), set()
        self._given: dict[int, list[int]] = defaultdict(list)
        for account in accounts:
            self._add(account.account_id, account.email or "", decided)

    def _add(self, number: int, email: str, decided: Mapping[str, frozenset[int]]) -> None:
        address = comparable(email)
        if address is None:
            address = comparable(mended(email))
            self._mended.add(number)
        self.addresses[number] = address or email
        if address is None:
            return
        self._whole[address].append(number)
        for employee in decided.get(address, ()):
            self._given[employee].append(number)
        name = base(address)
        self._locals[name].append(number)
        plain = letters(name)
        self._names[plain].append(number)
        self._ends[0].add(plain[:2])
        self._ends[1].add(plain[-2:])
        for form in with_one_less(plain):
            self._shorter[form].append(number)

    def reached_by(self, person: Candidate, renamed: frozenset[tuple[str, str]]) -> Iterator[tuple[int, Why]]:
        """The accounts that might be this person's, some of them several times."""
        for number in self._given.get(person.employee_id, ()):
            yield number, Why.ALIAS
        for number in self._whole.get(person.email, ()):
            yield number, Why.SPELLING if number in self._mended else Why.ADDRESS
        name, domain = base(person.email), person.email.rpartition("@")[2]
        for number in self._locals.get(name, ()):
            theirs = self.addresses[number].rpartition("@")[2]
            if theirs == domain:
                yield number, Why.PLUS
            else:
                yield number, Why.RENAMED_DOMAIN if (theirs, domain) in renamed else Why.OTHER_DOMAIN
        plain = letters(name)
        for form in {plain, *forms(person.name)} - {""}:
            for number in self._names.get(form, ()):
                yield number, Why.NAME
        # Most people share neither end with any account; an edit leaves one of the two as it is.
        near = plain[:2] in self._ends[0] or plain[-2:] in self._ends[1]
        for form in with_one_less(plain) if near else ():
            for number in self._shorter.get(form, ()):
                if one_apart(plain, letters(base(self.addresses[number]))):
                    yield number, Why.NEAR
