"""An account is somebody's for certain, or nobody's with a reason."""

from __future__ import annotations

import datetime as dt

import pytest

from core.people.matching import AccountIdentity, EmployeeIdentity, Matched, Reason, Unmatched, match

NORA = EmployeeIdentity(1, "nora@example.com", None)
OLAF = EmployeeIdentity(2, "olaf@example.com", dt.date(2026, 3, 31))


def only(email: str | None, *employees: EmployeeIdentity, **aliases: int) -> Matched | Unmatched:
    return match([AccountIdentity(7, email)], employees, {f"{key}@example.com": e for key, e in aliases.items()})[7]


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


def test_a_plus_address_is_not_in_the_directory_until_an_alias_says_so() -> None:
    assert only("nora+claude@example.com", NORA) == Unmatched(Reason.NOT_IN_DIRECTORY)
    assert only("Nora+Claude@example.com", NORA, **{"nora+claude": 1}) == Matched(1, None)


def test_two_employees_with_one_address_share_it_with_nobody() -> None:
    twin = EmployeeIdentity(3, "NORA@example.com", None)
    assert only("nora@example.com", NORA, twin) == Unmatched(Reason.AMBIGUOUS)


def test_an_address_shared_with_somebody_archived_is_ambiguous_too() -> None:
    leaver = EmployeeIdentity(3, "nora@example.com", dt.date(2020, 1, 1))
    assert only("nora@example.com", leaver, NORA) == Unmatched(Reason.AMBIGUOUS)


def test_an_alias_wins_over_the_directory_and_settles_an_ambiguity() -> None:
    twin = EmployeeIdentity(3, "nora@example.com", None)
    assert only("nora@example.com", NORA, OLAF, nora=2) == Matched(2, OLAF.archived_from)
    assert only("nora@example.com", NORA, twin, nora=3) == Matched(3, None)


def test_an_alias_that_points_at_nobody_matches_nobody() -> None:
    assert only("nora@example.com", NORA, nora=99) == Unmatched(Reason.NOT_IN_DIRECTORY)


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
