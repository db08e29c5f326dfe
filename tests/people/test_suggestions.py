"""An unmatched account comes with the people whom it might be, each with the reason; nothing follows by itself."""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.likeness import SHORTEST_NEAR, letters, one_apart, with_one_less
from core.people.matching import AccountIdentity
from core.people.suggestions import DOMAIN_FROM, MOST, Candidate, Suggestion, Why, renamed_domains, suggest

NORA = Candidate(1, "nora.quist@example.com", "Nora Quist")
OLAF = Candidate(2, "olaf.birch@example.com", "Olaf Birch")
ZOE = Candidate(3, "zoe.aelvik@example.com", "Zoë Älvik")


def found(email: str | None, *people: Candidate, **more) -> list[tuple[int, Why]]:
    suggestions = suggest([AccountIdentity(7, email)], people or (NORA, OLAF, ZOE), **more)[7]
    return [(each.employee_id, each.why) for each in suggestions]


@pytest.mark.parametrize(
    ("email", "person", "why"),
    [
        ("Nora.Quist@Example.com", 1, Why.ADDRESS),
        ("Nora Quist <nora.quist@example.com>", 1, Why.SPELLING),
        ("\uff4eora.quist@example.com", 1, Why.SPELLING),
        ("nora.quist\u200b@example.com", 1, Why.SPELLING),
        ("nora.quist+claude@example.com", 1, Why.PLUS),
        ("nora.quist@legacy.example.com", 1, Why.OTHER_DOMAIN),
        ("nora.quist+ai@home.example.com", 1, Why.OTHER_DOMAIN),
        ("noraquist@example.com", 1, Why.NAME),
        ("quist.nora@home.example.com", 1, Why.NAME),
        ("nquist@home.example.com", 1, Why.NAME),
        ("quistn@home.example.com", 1, Why.NAME),
        ("noraq@home.example.com", 1, Why.NAME),
        ("zoealvik@example.com", 3, Why.NAME),
        ("nora.qist@example.com", 1, Why.NEAR),
        ("nora.quiste@example.com", 1, Why.NEAR),
        ("nroa.quist@example.com", 1, Why.NEAR),
        ("mora-quist@home.example.com", 1, Why.NEAR),
    ],
)
def test_an_address_leads_to_the_person_it_resembles_and_says_by_what(email, person, why):
    assert found(email) == [(person, why)]


@pytest.mark.parametrize("email", [None, "", "kite@example.com", "nora@example.com", "norquis@example.com", "@", "+@@"])
def test_who_resembles_nobody_has_no_suggestion(email):
    assert found(email) == []


def test_look_alike_letters_of_another_script_lead_to_nobody_a34():
    assert found("n\u043era.quist@example.com", NORA) == [(1, Why.NEAR)]  # without the letter, which stays unread
    assert found("\u043d\u043era.quist@example.com", NORA) == []


def test_an_address_that_an_admin_gave_to_somebody_comes_first():
    decided = {"kite@example.com": frozenset({2}), "nora.quist+x@example.com": frozenset({3})}
    assert found("kite@example.com", decided=decided) == [(2, Why.ALIAS)]
    assert found("nora.quist+x@example.com", decided=decided) == [(3, Why.ALIAS), (1, Why.PLUS)]


def test_whom_an_admin_ruled_out_is_not_suggested_again():
    assert found("nora.quist+x@example.com", refused=frozenset({(7, 1)})) == []
    assert found("nora.quist+x@example.com", refused=frozenset({(8, 1), (7, 2)})) == [(1, Why.PLUS)]


def test_a_domain_counts_as_renamed_when_enough_of_its_accounts_have_a_namesake():
    people = [Candidate(n, f"p{n}@new.example.com", f"P {n}") for n in range(10)]
    few = [f"p{n}@old.example.com" for n in range(DOMAIN_FROM - 1)]
    enough = [f"p{n}@old.example.com" for n in range(DOMAIN_FROM)]
    others = [f"q{n}@old.example.com" for n in range(DOMAIN_FROM + 1)]
    pair = frozenset({("old.example.com", "new.example.com")})
    assert renamed_domains(few, people) == frozenset()
    assert renamed_domains([*enough, *enough, None, "no address"], people) == pair
    assert renamed_domains([*enough, *others[:-1]], people) == pair
    assert renamed_domains([*enough, *others], people) == frozenset()
    assert renamed_domains([f"p{n}@new.example.com" for n in range(5)], people) == frozenset()


def test_a_namesake_of_a_renamed_domain_goes_before_one_of_any_other():
    here = Candidate(4, "nora.quist@new.example.com", "Nora Quist")
    renamed = frozenset({("old.example.com", "new.example.com")})
    assert found("nora.quist@old.example.com", NORA, here, renamed=renamed) == [
        (4, Why.RENAMED_DOMAIN),
        (1, Why.OTHER_DOMAIN),
    ]


def test_the_archived_come_after_others_for_whom_the_same_speaks():
    left = Candidate(1, "nora.quist@a.example.com", "Nora Quist", archived=True)
    here = Candidate(2, "nora.quist@b.example.com", "Nora Quist")
    first, second = suggest([AccountIdentity(7, "nora.quist@home.example.com")], [left, here])[7]
    assert (first.employee_id, second.employee_id) == (2, 1)
    assert first.score > second.score


def test_a_suggestion_explains_itself_without_naming_anybody():
    people = [NORA, OLAF, ZOE]
    emails = ["nora.quist@legacy.example.com", "olaf.birch+x@example.com", "zoe.alvik@example.com"]
    every = suggest([AccountIdentity(n, email) for n, email in enumerate(emails)], people)
    assert len(every) == len(emails)
    for (suggestion,) in every.values():
        assert isinstance(suggestion, Suggestion)
        assert suggestion.explanation.endswith(".")
        assert not any(word.casefold() in suggestion.explanation.casefold() for p in people for word in p.name.split())


def test_the_best_are_the_same_in_whatever_order_people_come():
    people = [Candidate(n, f"nora.quist@d{n:02}.example.com", "Nora Quist", archived=n % 3 == 0) for n in range(60)]
    account = [AccountIdentity(7, "nora.quist@home.example.com")]
    wanted = suggest(account, people)[7]
    assert [each.employee_id for each in wanted] == [1, 2, 4, 5, 7][:MOST]
    for seed in range(5):
        random.Random(seed).shuffle(people)  # noqa: S311 - repeatable
        assert suggest(account, people)[7] == wanted


_TEXT = st.text("abc", max_size=6)


@given(_TEXT, _TEXT)
def test_one_edit_apart_is_what_the_full_table_of_distances_says(one, other):
    assert one_apart(one, other) == (_distance(one, other) == 1)


@given(st.text("ab", min_size=SHORTEST_NEAR, max_size=8), st.text("ab", min_size=SHORTEST_NEAR, max_size=8))
def test_two_names_one_edit_apart_share_a_form_by_which_they_are_found(one, other):
    if _distance(one, other) == 1:
        assert with_one_less(one) & with_one_less(other)


def _distance(one: str, other: str) -> int:
    """Optimal string alignment, by its definition."""
    rows = [[max(i, j) if 0 in {i, j} else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            change = rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def test_letters_leave_out_dots_and_hyphens():
    assert letters("nora.q-uist_7") == "noraquist7"


def test_the_work_grows_with_accounts_plus_people_and_not_with_their_product():
    def calls(accounts: int, people: int) -> int:
        """Functions called, a measure of work that a busy machine does not change."""
        everybody = [Candidate(n, f"{_word(n)}.{_word(n * 7 + 1)}@example.com", f"{_word(n)} X") for n in range(people)]
        unmatched = [AccountIdentity(n, f"{_word(n)}.{_word(n * 7 + 1)}@old.example.com") for n in range(accounts)]
        count = 0

        def noted(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(noted)
        found = suggest(unmatched, everybody)
        sys.setprofile(None)
        assert len(found) == accounts
        return count

    few, many = calls(50, 2_000), calls(800, 2_000)
    assert many < 4 * few  # sixteen times the accounts


def _word(number: int) -> str:
    return "".join("bdfglmnprst"[(number // 11**k) % 11] + "aeiou"[(number // 5**k) % 5] for k in range(4))
