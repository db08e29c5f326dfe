"""What people admins do on the matching workbench: look, preview, decide, undo; each act leaves an entry in the log."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from core.admin import matching, unmatched
from core.admin.access import operator
from core.admin.directory import import_directory
from core.errors import MatchingRefused, NotLogged
from core.people.matching import Origin
from core.store.tables.links import MATCHING_DECISION
from tests.admin.accounts import NAMELESS, ZED, arrive, counting, entries, ids
from tests.admin.installation import NEWEST, days_back


def test_a_link_with_an_alias_matches_the_next_user_with_the_address_a35(installation):
    """A35"""
    matching.link(operator(), installation, ZED.id, ids(installation)["bob"], alias=True)
    arrive(installation, "Zed@Example.com")
    found = unmatched.claude_users(operator(), installation, "zed@example.com")
    assert {(each.account.user_id, each.origin) for each in found} == {
        ("user_2", Origin.ADMIN),
        ("more_0", Origin.ALIAS),
    }
    assert {each.person.name for each in found if each.person} == {"Bob Baker"}


def test_undoing_a_link_takes_back_the_alias_that_came_with_it(installation):
    bob = ids(installation)["bob"]
    arrive(installation, "Zed@Example.com")
    before = counting(installation)
    other = matching.add_alias(operator(), installation, "kite@example.com", bob)
    number = matching.link(operator(), installation, ZED.id, bob, alias=True)
    assert matching.undo(operator(), installation, number) == (number, number - 1)
    assert counting(installation) == before
    assert [each.person for each in unmatched.claude_users(operator(), installation, "zed@")] == [None, None]
    standing = [e.decision.id for e in unmatched.history(operator(), installation)[0] if e.decision.undone_at is None]
    assert standing == [other]


def test_an_alias_can_be_taken_back_by_itself_and_the_link_stays_until_it_is_undone(installation):
    number = matching.link(operator(), installation, ZED.id, ids(installation)["bob"], alias=True)
    assert matching.undo(operator(), installation, number - 1) == (number - 1,)
    (found,) = unmatched.claude_users(operator(), installation, "zed@")
    assert found.person is not None and found.person.name == "Bob Baker"
    assert matching.undo(operator(), installation, number) == (number,)


@pytest.mark.parametrize("address", ["charlie@example.com", " Charlie@EXAMPLE.com. ", "not an address", ""])
def test_an_alias_that_is_somebodys_address_or_none_is_refused_whole_a35(installation, address):
    """A35"""
    with pytest.raises(MatchingRefused, match="Nothing was changed"):
        matching.add_alias(operator(), installation, address, ids(installation)["bob"])
    assert entries(installation) == []


def test_a_link_whose_alias_is_refused_links_nothing(installation):
    before = counting(installation)
    with pytest.raises(MatchingRefused, match="somebody's own address"):
        matching.link(operator(), installation, 1, ids(installation)["charlie"], alias=True)
    assert counting(installation) == before
    assert unmatched.history(operator(), installation) == ([], 0)


@pytest.mark.parametrize("since", [NEWEST])
def test_days_in_the_wrong_order_are_refused(installation, since):
    people = ids(installation)
    for act in (matching.preview, matching.link):
        with pytest.raises(MatchingRefused, match="lies before the first day"):
            act(operator(), installation, ZED.id, people["bob"], since=since, until=days_back(1))


def test_what_is_not_there_is_refused(installation):
    bob = ids(installation)["bob"]
    for account, employee in ((99, bob), (ZED.id, 99)):
        for act in (matching.preview, matching.link):
            with pytest.raises(MatchingRefused, match="There is no such"):
                act(operator(), installation, account, employee)
    for decide in (matching.unlink, matching.not_an_employee):
        with pytest.raises(MatchingRefused, match="no such Claude user"):
            decide(operator(), installation, 99)
    with pytest.raises(MatchingRefused, match="no decision number 99"):
        matching.undo(operator(), installation, 99)
    assert entries(installation) == []


def test_the_history_keeps_what_was_undone_and_by_whom(installation):
    number = matching.link(operator(), installation, ZED.id, ids(installation)["bob"], since=days_back(1))
    matching.undo(operator(), installation, number)
    matching.not_an_employee(operator(), installation, NAMELESS.id)
    (second, first), count = unmatched.history(operator(), installation)
    assert count == 2
    assert (first.account, first.person, first.email) == (ZED, "Bob Baker", "bob@example.com")
    assert (first.decision.since, first.decision.made_by, first.decision.undone_by) == (
        days_back(1),
        "command line",
        "command line",
    )
    assert (second.account, second.person, second.decision.verdict) == (NAMELESS, None, "not an employee")
    assert unmatched.history(operator(), installation, page=2, size=1)[0] == [first]


def test_people_are_found_by_all_words_in_any_case_those_who_left_last(installation):
    def names(words: str) -> list[str]:
        return [person.name for person in unmatched.people(operator(), installation, words)]

    assert names("E") == ["Alice Archer", "Bob Baker", "Charlie Cole", "Dora Dean", "Eve Ellis"]
    assert names("BOB@ baker") == ["Bob Baker"]
    assert names("eve") == ["Eve Ellis"]
    assert names("") == names(" ") == names("nobody") == []
    assert len(unmatched.people(operator(), installation, "e", most=2)) == 2


def test_claude_users_are_found_by_a_part_of_the_address_taken_as_it_is_and_by_id(installation):
    def found(words: str) -> list[str]:
        return [each.account.user_id for each in unmatched.claude_users(operator(), installation, words)]

    assert found("BOB@") == ["user_0"]
    assert found("user_3") == ["user_3"]
    assert found("%") == found("_") == found("") == found("user_") == []


def test_people_and_claude_users_are_named_exactly_however_many_have_alike_addresses(installation):
    alike = "".join(f"n{n}bob@example.com,Aa {n},\n" for n in range(12))
    import_directory(operator(), installation, f"email,name,manager_email\n{alike}".encode())
    arrive(installation, *(f"a{n}zed@example.com" for n in range(unmatched.MOST)), "ZED@Example.com")
    person = unmatched.person_with(operator(), installation, " Bob@Example.com. ")
    assert person is not None and person.name == "Bob Baker"
    assert unmatched.person_with(operator(), installation, "ob@example.com") is None
    assert unmatched.person_with(operator(), installation, "no address") is None
    assert [each.user_id for each in unmatched.users_named(operator(), installation, "zed@example.com")] == [
        "user_2",
        f"more_{unmatched.MOST}",
    ]
    assert unmatched.users_named(operator(), installation, "user_2") == [ZED]
    assert (
        unmatched.users_named(operator(), installation, "user_")
        == unmatched.users_named(operator(), installation, "")
        == []
    )


def test_without_an_entry_in_the_log_nothing_is_decided(installation):
    before, bob = counting(installation), ids(installation)["bob"]
    with installation.write() as connection:
        connection.execute(text("DROP TABLE access_log"))
    for act in (
        lambda: matching.link(operator(), installation, ZED.id, bob),
        lambda: matching.unlink(operator(), installation, 1),
        lambda: matching.not_an_employee(operator(), installation, ZED.id),
        lambda: matching.add_alias(operator(), installation, "kite@example.com", bob),
    ):
        with pytest.raises(NotLogged):
            act()
    assert counting(installation) == before
    with installation.read("test") as connection:
        assert connection.execute(select(MATCHING_DECISION)).all() == []
