"""The list of Claude users who are nobody's: why, how heavy, in which order, and what is in doubt."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.admin import matching, unmatched
from core.admin.access import operator
from core.admin.directory import import_directory
from core.admin.matching import AccountShown, UserDays
from core.admin.status import status
from core.errors import MatchingRefused
from core.people.matching import Reason
from core.people.suggestions import Why, suggest
from tests.admin.accounts import NAMELESS, ZED, arrive, entries, ids, limited
from tests.admin.installation import NEWEST, days_back


def test_the_open_list_names_reason_and_weight_the_heaviest_first(installation):
    arrive(installation, "kite@example.com")
    found = unmatched.open_page(operator(), installation)
    assert [(each.account, each.reason, each.days) for each in found.accounts] == [
        (ZED, Reason.NOT_IN_DIRECTORY, UserDays(3, days_back(4), NEWEST)),
        (NAMELESS, Reason.NO_EMAIL, UserDays(3, days_back(4), NEWEST)),
        (
            AccountShown(5, "more_0", "kite@example.com"),
            Reason.NOT_IN_DIRECTORY,
            UserDays(1, days_back(3), days_back(3)),
        ),
    ]
    assert (found.found, found.user_days) == (3, 7)
    assert unmatched.count_open(operator(), installation) == 3


@pytest.mark.parametrize(
    ("page", "user_ids"), [(1, ["user_2", "user_3"]), (2, ["more_0"]), (9, ["more_0"]), (0, ["user_2", "user_3"])]
)
def test_the_open_list_comes_in_pages_and_past_the_end_is_the_last_one(installation, page, user_ids):
    arrive(installation, "kite@example.com")
    found = unmatched.open_page(operator(), installation, page, size=2)
    assert [each.account.user_id for each in found.accounts] == user_ids


def test_the_open_list_suggests_who_it_might_be(installation):
    arrive(
        installation,
        "bob+claude@example.com",
        "charlie@legacy.example.com",
        "eve@legacy.example.com",
        "dora@legacy.example.com",
    )
    with_suggestions = {
        each.account.email: [(s.why, p.email) for s, p in each.suggestions]
        for each in unmatched.open_page(operator(), installation).accounts
    }
    assert with_suggestions["bob+claude@example.com"] == [(Why.PLUS, "bob@example.com")]
    for name in ("charlie", "eve", "dora"):
        assert with_suggestions[f"{name}@legacy.example.com"] == [(Why.RENAMED_DOMAIN, f"{name}@example.com")]
    assert with_suggestions["zed@example.com"] == with_suggestions[None] == []


def test_who_is_no_employee_leaves_the_open_list_and_comes_back_by_undoing(installation, settings):
    number = matching.not_an_employee(operator(), installation, ZED.id)
    assert [each.account for each in unmatched.open_page(operator(), installation).accounts] == [NAMELESS]
    (found,) = unmatched.claude_users(operator(), installation, "zed@")
    assert (found.person, found.reason) == (None, Reason.NOT_AN_EMPLOYEE)
    assert status(operator(), installation, settings).directory.unmatched_accounts == 2
    matching.undo(operator(), installation, number)
    assert unmatched.open_page(operator(), installation).found == 2
    assert [act for act, _, _ in entries(installation)] == ["match.excluded", "match.undone"]


def test_who_was_no_employee_and_is_linked_and_removed_again_is_open(installation):
    matching.not_an_employee(operator(), installation, ZED.id)
    matching.link(operator(), installation, ZED.id, ids(installation)["bob"])
    matching.unlink(operator(), installation, ZED.id)
    assert ZED in [each.account for each in unmatched.open_page(operator(), installation).accounts]


def test_the_open_list_is_made_once_and_anew_after_each_change(installation, monkeypatch):
    made: list[int] = []

    def counted(accounts, people, **more):
        made.append(1)
        return suggest(accounts, people, **more)

    monkeypatch.setattr(unmatched, "suggest", counted)

    def look() -> list[tuple[str | None, list[str]]]:
        page = unmatched.open_page(operator(), installation)
        return [(each.account.email, [person.name for _, person in each.suggestions]) for each in page.accounts]

    assert look() == look() == [("zed@example.com", []), (None, [])]
    assert len(made) == 1
    for _ in range(2):
        unmatched.open_page(limited(installation, "charlie@example.com"), installation)
    assert len(made) == 2
    made.pop()
    arrive(installation, "bob+1@example.com")
    assert look()[2] == ("bob+1@example.com", ["Bob Baker"])
    import_directory(
        operator(), installation, b"email,name,manager_email\nbob@example.com,Bob B. Baker,alice@example.com\n"
    )
    assert look()[2] == ("bob+1@example.com", ["Bob B. Baker"])
    number = matching.not_an_employee(operator(), installation, ZED.id)
    assert look() == [(None, []), ("bob+1@example.com", ["Bob B. Baker"])]
    matching.undo(operator(), installation, number)
    assert look()[0] == ("zed@example.com", [])
    assert len(made) == 5


def test_a_removed_link_is_open_and_not_suggested_again(installation):
    matching.unlink(operator(), installation, 1)
    import_directory(
        operator(), installation, b"email,name,manager_email\nbob@example.com,Bob B. Baker,alice@example.com\n"
    )
    bob = next(e for e in unmatched.open_page(operator(), installation).accounts if e.account.id == 1)
    assert (bob.reason, bob.suggestions) == (Reason.REFUSED, ())
    with pytest.raises(MatchingRefused, match="linked to nobody"):
        matching.unlink(operator(), installation, 1)


def test_an_address_that_is_another_persons_by_now_is_in_doubt_until_somebody_decides_r29(installation):
    """R29"""
    arrive(installation)
    assert unmatched.contested(operator(), installation) == []
    with installation.write() as connection:
        connection.execute(text("UPDATE account SET email = 'Charlie@example.com' WHERE user_id = 'user_0'"))
    (found,) = unmatched.contested(operator(), installation)
    assert found.person is not None and found.rival is not None
    assert (found.account.user_id, found.person.name, found.rival.name) == ("user_0", "Bob Baker", "Charlie Cole")
    matching.link(operator(), installation, found.account.id, found.person.id)
    assert unmatched.contested(operator(), installation) == []


def test_what_is_in_doubt_is_found_behind_many_whose_domain_was_renamed(installation, monkeypatch):
    monkeypatch.setattr(unmatched, "_BATCH", 2)
    names = ("alice", "bob", "charlie", "dora")
    arrive(installation, *(f"{name}@example.com" for name in names))
    with installation.write() as connection:
        for number, name in enumerate(names):
            values = {
                "user": f"more_{number}",
                "email": "alice@example.com" if number == 3 else f"{name}@new.example.com",
            }
            connection.execute(text("UPDATE account SET email = :email WHERE user_id = :user"), values)
    (found,) = unmatched.contested(operator(), installation)
    assert found.rival is not None
    assert (found.account.user_id, found.rival.email) == ("more_3", "alice@example.com")


def test_a_recycled_address_is_in_doubt_too_a32(installation):
    """A32"""
    with installation.write() as connection:
        connection.execute(text("UPDATE employee SET email = 'bob.1@example.com' WHERE email = 'bob@example.com'"))
    assert unmatched.contested(operator(), installation) == []
    import_directory(operator(), installation, b"email,name,manager_email\nbob@example.com,Bob Other,\n")
    (found,) = unmatched.contested(operator(), installation)
    assert found.person is not None and found.rival is not None
    assert (found.person.name, found.rival.name) == ("Bob Baker", "Bob Other")
