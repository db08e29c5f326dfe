"""An account is somebody's for certain, or nobody's with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest

from core.people.decisions import UNDECIDED, Decision, Ruling, Verdict, ruling
from core.people.matching import (
    AccountIdentity,
    EmployeeIdentity,
    Match,
    Matched,
    Origin,
    Reason,
    Unmatched,
    attribute,
    comparable,
    propose,
)

NORA = EmployeeIdentity(1, "nora@example.com", None)
OLAF = EmployeeIdentity(2, "olaf@example.com", dt.date(2026, 3, 31))


def match(
    accounts: Sequence[AccountIdentity],
    employees: Sequence[EmployeeIdentity],
    aliases: Mapping[str, int] = MappingProxyType({}),
    kept: Mapping[int, Match] = MappingProxyType({}),
    rulings: Mapping[int, Ruling] = MappingProxyType({}),
) -> dict[int, Matched | Unmatched]:
    """What each account, by its id, is attributed to."""
    return attribute(propose(accounts, employees, aliases, kept, rulings), employees, rulings)


def only(email: str | None, *employees: EmployeeIdentity, **aliases: int) -> Matched | Unmatched:
    return match([AccountIdentity(7, email)], employees, {f"{key}@example.com": e for key, e in aliases.items()})[7]


def test_reasons_origins_and_verdicts_have_the_words_that_are_stored_and_shown() -> None:
    assert [*Verdict] == ["link", "unlink", "not an employee"]
    assert [*Origin] == ["e-mail", "alias", "admin"]
    assert [*Reason] == [
        "no e-mail",
        "malformed e-mail",
        "not in the directory",
        "several employees have this e-mail",
        "not the person of this e-mail",
        "not an employee",
    ]


def test_what_is_no_address_cannot_be_compared() -> None:
    assert comparable(" NORA@Example.com") == "nora@example.com"
    assert comparable(None) is None and comparable("") is None and comparable("nora") is None


def test_an_account_matches_whatever_the_spelling_of_its_address() -> None:
    assert only(" NORA@Example.com. ", NORA, OLAF) == Matched(1, None)


def test_the_spelling_in_the_directory_does_not_matter_either() -> None:
    assert only("nora@example.com", EmployeeIdentity(1, "mailto:Nora@EXAMPLE.com", None)) == Matched(1, None)


def test_days_count_up_to_the_end_date_of_somebody_who_left() -> None:
    assert only("olaf@example.com", NORA, OLAF) == Matched(2, dt.date(2026, 3, 31))


@pytest.mark.parametrize("email", [None, "", "  "])
def test_an_account_without_an_address_says_so(email: str | None) -> None:
    assert only(email, NORA) == Unmatched(Reason.NO_EMAIL)


@pytest.mark.parametrize("email", ["nora", "nora@", "no\u200bra@example.com", "ｎora@example.com"])
def test_a_malformed_address_is_matched_to_nobody(email: str) -> None:
    assert only(email, NORA) == Unmatched(Reason.MALFORMED)


@pytest.mark.parametrize("local", ["nora+claude", "no.ra"])
def test_plus_and_dot_variants_are_another_identity_until_an_alias_says_so_a35(local: str) -> None:
    assert only(f"{local}@example.com", NORA) == Unmatched(Reason.NOT_IN_DIRECTORY)
    assert only(f"{local.title()}@example.com", NORA, **{local: 1}) == Matched(1, None, origin=Origin.ALIAS)


def test_two_employees_with_one_address_share_it_with_nobody() -> None:
    twin = EmployeeIdentity(3, "NORA@example.com", None)
    assert only("nora@example.com", NORA, twin) == Unmatched(Reason.AMBIGUOUS)


def test_an_address_shared_with_somebody_archived_is_ambiguous_too() -> None:
    leaver = EmployeeIdentity(3, "nora@example.com", dt.date(2020, 1, 1))
    assert only("nora@example.com", leaver, NORA) == Unmatched(Reason.AMBIGUOUS)


def test_an_address_that_is_an_alias_and_somebody_elses_own_is_ambiguous_a37() -> None:
    assert only("nora@example.com", NORA, OLAF, nora=2) == Unmatched(Reason.AMBIGUOUS)
    assert only("nora@example.com", NORA, OLAF, nora=1) == Matched(1, None)


def test_an_alias_that_points_at_nobody_matches_nobody() -> None:
    assert only("kite@example.com", NORA, kite=99) == Unmatched(Reason.NOT_IN_DIRECTORY)


def test_two_accounts_with_one_address_both_match() -> None:
    accounts = [AccountIdentity(7, "nora@example.com"), AccountIdentity(8, "Nora@example.com")]
    assert match(accounts, [NORA]) == {7: Matched(1, None), 8: Matched(1, None)}


def test_an_employee_without_a_usable_address_is_left_out_and_the_others_match() -> None:
    assert only("nora@example.com", EmployeeIdentity(9, "no address", None), NORA) == Matched(1, None)


def test_every_account_gets_an_answer_in_whatever_order_people_come() -> None:
    accounts = [AccountIdentity(i, f"p{i}@example.com") for i in range(50)]
    people = [EmployeeIdentity(i + 100, f"p{i}@example.com", None) for i in range(0, 50, 2)]
    forwards, backwards = match(accounts, people), match(accounts[::-1], people[::-1])
    assert forwards == backwards and len(forwards) == 50
    assert forwards[4] == Matched(104, None) and forwards[5] == Unmatched(Reason.NOT_IN_DIRECTORY)


KEPT = {7: Match(1, Origin.EMAIL, "nora@example.com")}
OTHERS = (NORA, OLAF, EmployeeIdentity(3, "pia@example.com", None))


def decided(email: str | None, *decisions: Decision, kept: dict[int, Match] = KEPT, **aliases: int):
    known = {f"{key}@example.com": e for key, e in aliases.items()}
    return match([AccountIdentity(7, email)], OTHERS, known, kept, {7: ruling(decisions)})[7]


@pytest.mark.parametrize("email", ["nora.new@example.com", "olaf@example.com", "no address", None])
def test_who_was_found_once_stays_whatever_the_address_becomes_r29(email: str | None) -> None:
    assert decided(email) == Matched(1, None)


def test_a_recycled_address_leaves_the_old_account_with_its_person_and_gives_a_new_one_to_the_new_person_a32() -> None:
    leaver = EmployeeIdentity(1, "nora.former@example.com", dt.date(2026, 3, 31))
    hired = EmployeeIdentity(4, "nora@example.com", None)
    accounts = [AccountIdentity(7, "nora@example.com"), AccountIdentity(8, "nora@example.com")]
    found = match(accounts, [leaver, hired], kept=KEPT)
    assert found == {7: Matched(1, dt.date(2026, 3, 31)), 8: Matched(4, None)}


def test_two_people_who_swap_addresses_keep_their_accounts_a37() -> None:
    swapped = [EmployeeIdentity(1, "olaf@example.com", None), EmployeeIdentity(2, "nora@example.com", None)]
    kept = KEPT | {8: Match(2, Origin.EMAIL, "olaf@example.com")}
    accounts = [AccountIdentity(7, "nora@example.com"), AccountIdentity(8, "olaf@example.com")]
    assert match(accounts, swapped, kept=kept) == {7: Matched(1, None), 8: Matched(2, None)}


def test_somebody_who_comes_back_has_their_account_again() -> None:
    gone = EmployeeIdentity(1, "nora@example.com", dt.date(2026, 3, 31))
    account = [AccountIdentity(7, "nora@example.com")]
    assert match(account, [gone], kept=KEPT)[7] == Matched(1, dt.date(2026, 3, 31))
    assert match(account, [NORA], kept=KEPT)[7] == Matched(1, None)


def test_a_match_by_an_alias_goes_with_the_alias() -> None:
    kept = {7: Match(1, Origin.ALIAS, "kite@example.com")}
    assert decided("kite@example.com", kept=kept, kite=1) == Matched(1, None, origin=Origin.ALIAS)
    assert decided("kite@example.com", kept=kept) == Unmatched(Reason.NOT_IN_DIRECTORY)
    assert decided("kite@example.com", kept=kept, kite=3) == Matched(3, None, origin=Origin.ALIAS)


def test_a_person_who_is_in_the_directory_no_more_keeps_nothing() -> None:
    assert match([AccountIdentity(7, "x@example.com")], [OLAF], kept=KEPT)[7] == Unmatched(Reason.NOT_IN_DIRECTORY)


LINK, UNLINK, NONE = Verdict.LINK, Verdict.UNLINK, Verdict.NOT_AN_EMPLOYEE
FIRST, LAST = dt.date(2026, 2, 1), dt.date(2026, 6, 30)


def test_an_admins_link_holds_against_address_alias_and_earlier_match() -> None:
    assert decided("nora@example.com", Decision(LINK, 3), nora=1) == Matched(3, None, origin=Origin.ADMIN)


def test_a_link_is_dated_and_ends_with_its_person_at_the_latest() -> None:
    found = decided("nora@example.com", Decision(LINK, 2, FIRST, LAST))
    assert found == Matched(2, dt.date(2026, 3, 31), FIRST, Origin.ADMIN)
    assert decided("nora@example.com", Decision(LINK, 3, FIRST, LAST)) == Matched(3, LAST, FIRST, Origin.ADMIN)


def test_a_removed_match_does_not_come_back() -> None:
    assert decided("nora@example.com", Decision(UNLINK, 1)) == Unmatched(Reason.REFUSED)
    assert decided("nora@example.com", Decision(UNLINK, 1), kept={}) == Unmatched(Reason.REFUSED)


def test_a_removed_match_leaves_the_way_open_for_another_address() -> None:
    assert decided("pia@example.com", Decision(UNLINK, 1)) == Matched(3, None)


def test_what_an_admin_removed_stays_below_so_that_taking_it_back_uncovers_it() -> None:
    account, refusal = [AccountIdentity(7, "nora@example.com")], {7: ruling([Decision(UNLINK, 1)])}
    assert propose(account, OTHERS, {}, KEPT, refusal) == KEPT


def test_an_ambiguous_address_is_settled_by_a_link_and_by_a_refusal() -> None:
    assert decided("nora@example.com", kept={}, nora=3) == Unmatched(Reason.AMBIGUOUS)
    assert decided("nora@example.com", Decision(LINK, 3), kept={}, nora=3) == Matched(3, None, origin=Origin.ADMIN)
    assert decided("nora@example.com", Decision(UNLINK, 3), kept={}, nora=3) == Matched(1, None)


def test_not_an_employee_holds_against_every_address_until_a_link() -> None:
    assert decided("nora@example.com", Decision(NONE)) == Unmatched(Reason.NOT_AN_EMPLOYEE)
    assert decided("nora@example.com", Decision(NONE), Decision(LINK, 1)) == Matched(1, None, origin=Origin.ADMIN)


def test_a_link_to_somebody_who_is_not_there_any_more_has_no_effect() -> None:
    assert decided("nora@example.com", Decision(LINK, 99)) == Matched(1, None)
    assert decided("nora@example.com", Decision(LINK, None)) == Matched(1, None)


@pytest.mark.parametrize(
    ("decisions", "comes_to"),
    [
        ([], UNDECIDED),
        ([Decision(LINK, 1), Decision(LINK, 2)], Ruling(link=Decision(LINK, 2))),
        ([Decision(LINK, 1), Decision(UNLINK, 1)], Ruling(refused=frozenset({1}))),
        ([Decision(UNLINK, 1), Decision(LINK, 1)], Ruling(link=Decision(LINK, 1))),
        ([Decision(LINK, 2), Decision(UNLINK, 1)], Ruling(link=Decision(LINK, 2), refused=frozenset({1}))),
        ([Decision(UNLINK, 1), Decision(UNLINK, 2)], Ruling(refused=frozenset({1, 2}))),
        ([Decision(LINK, 1), Decision(NONE)], Ruling(not_an_employee=True)),
        ([Decision(UNLINK, 1), Decision(NONE)], Ruling(not_an_employee=True, refused=frozenset({1}))),
        ([Decision(NONE), Decision(UNLINK, 1)], Ruling(not_an_employee=True, refused=frozenset({1}))),
        ([Decision(NONE), Decision(LINK, 1), Decision(UNLINK, 1)], Ruling(refused=frozenset({1}))),
    ],
)
def test_the_later_decision_holds_where_two_contradict_each_other(decisions, comes_to) -> None:
    assert ruling(decisions) == comes_to
