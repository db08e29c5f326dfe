"""What people admins do on the matching workbench: look, preview, decide, undo; each act leaves an entry in the log."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text

from core.admin import matching, roles, unmatched
from core.admin.access import PeopleAdmin, operator, people_admin_of
from core.admin.directory import import_directory
from core.admin.matching import AccountShown, LinkPreview, UserDays
from core.admin.status import status
from core.api.records import decode
from core.errors import MatchingRefused, NotLogged, NotPermitted
from core.people.decisions import Decision, Verdict
from core.people.matching import Origin, Reason
from core.people.suggestions import Why, suggest
from core.store.matching import attribution, links
from core.store.tables.access_log import ACCESS_LOG
from core.store.tables.links import MATCHING_DECISION
from core.store.usage.writes import DayWriter
from core.viewers import Identity, Role, viewer_for
from core.visibility import scope_of
from simulator.dataset import usage_row
from tests.admin.conftest import NEWEST, NOW, days_back
from tests.support import stored

ZED = AccountShown(3, "user_2", "zed@example.com")
NAMELESS = AccountShown(4, "user_3", None)


def ids(database) -> dict[str, int]:
    with database.read("test") as connection:
        return {
            row.email.partition("@")[0]: row.id for row in connection.execute(text("SELECT id, email FROM employee"))
        }


def entries(database) -> list[tuple[str, str, int | None]]:
    with database.read("test") as connection:
        columns = (ACCESS_LOG.c.act, ACCESS_LOG.c.actor, ACCESS_LOG.c.subject_id)
        rows = connection.execute(select(*columns).order_by(ACCESS_LOG.c.sequence)).all()
        return [tuple(row) for row in rows if row.act.startswith(("match", "alias"))]


def counting(database) -> dict[tuple[str, dt.date], dict[str, int]]:
    with database.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)
        return stored.team_days(connection)


def told(would: LinkPreview) -> UserDays:
    assert would.moved is not None
    return would.moved


def limited(database, email: str, *admins: str) -> PeopleAdmin:
    """Somebody who may keep the directory and sees no more than the own chain; a people admin unless of `admins`."""
    if email not in admins:
        roles.grant(operator(), database, email, Role.PEOPLE)
    viewer = viewer_for(database, admins, Identity(email, True), NOW.date(), admins_see_everyone=False)
    return people_admin_of(scope_of(database, viewer))


def looks(database) -> list[int | None]:
    """At whose numbers somebody looked."""
    with database.read("test") as connection:
        rows = connection.execute(select(ACCESS_LOG.c.kind, ACCESS_LOG.c.subject_id)).all()
        return [row.subject_id for row in rows if row.kind == "look"]


def arrive(database, *emails: str | None) -> None:
    """More Claude users, with one message on one more day."""
    rows = [usage_row(f"more_{n}", email or "", **{"chat_metrics.message_count": 1}) for n, email in enumerate(emails)]
    page = json.dumps({"data": rows, "next_page": None}).encode()
    with database.write() as connection:
        DayWriter(connection).store(connection, days_back(3), [decode(page)], b"y" * 16, NOW)


def test_the_open_list_names_reason_and_weight_the_heaviest_first(filled):
    arrive(filled, "kite@example.com")
    found = unmatched.open_page(operator(), filled)
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
    assert unmatched.count_open(operator(), filled) == 3


@pytest.mark.parametrize(
    ("page", "user_ids"), [(1, ["user_2", "user_3"]), (2, ["more_0"]), (9, ["more_0"]), (0, ["user_2", "user_3"])]
)
def test_the_open_list_comes_in_pages_and_past_the_end_is_the_last_one(filled, page, user_ids):
    arrive(filled, "kite@example.com")
    found = unmatched.open_page(operator(), filled, page, size=2)
    assert [each.account.user_id for each in found.accounts] == user_ids


def test_the_open_list_suggests_who_it_might_be(filled):
    arrive(
        filled,
        "bob+claude@example.com",
        "charlie@legacy.example.com",
        "eve@legacy.example.com",
        "dora@legacy.example.com",
    )
    with_suggestions = {
        each.account.email: [(s.why, p.email) for s, p in each.suggestions]
        for each in unmatched.open_page(operator(), filled).accounts
    }
    assert with_suggestions["bob+claude@example.com"] == [(Why.PLUS, "bob@example.com")]
    for name in ("charlie", "eve", "dora"):
        assert with_suggestions[f"{name}@legacy.example.com"] == [(Why.RENAMED_DOMAIN, f"{name}@example.com")]
    assert with_suggestions["zed@example.com"] == with_suggestions[None] == []


def test_a_preview_says_what_would_move_and_moves_nothing(filled):
    before, people = counting(filled), ids(filled)
    would = matching.preview(operator(), filled, ZED.id, people["bob"])
    assert isinstance(would, LinkPreview)
    assert (would.account, would.person.name, would.present) == (ZED, "Bob Baker", None)
    assert (would.moved, would.left_out) == (UserDays(3, days_back(4), NEWEST), 0)
    assert (would.gaining, would.losing, would.alias) == (("Alice Archer",), (), True)
    assert counting(filled) == before
    assert entries(filled) == []


def test_a_preview_leaves_out_days_outside_the_dates_and_after_the_last_day(filled):
    people = ids(filled)
    dated = matching.preview(operator(), filled, ZED.id, people["bob"], since=days_back(3), until=days_back(1))
    assert (dated.moved, dated.left_out) == (UserDays(1, days_back(1), days_back(1)), 2)
    archived = matching.preview(operator(), filled, ZED.id, people["eve"])
    assert (archived.moved, archived.left_out) == (UserDays(0, None, None), 3)


def test_a_preview_of_a_move_names_who_loses_and_who_gains(filled):
    people = ids(filled)
    would = matching.preview(operator(), filled, 1, people["charlie"])
    assert would.present is not None and would.present.name == "Bob Baker"
    assert (would.gaining, would.losing, would.alias) == ((), ("Alice Archer",), False)
    same = matching.preview(operator(), filled, 1, people["bob"])
    assert (same.gaining, same.losing) == ((), ())
    later = matching.preview(operator(), filled, 1, people["bob"], since=NEWEST)
    assert (later.gaining, later.losing) == (("Alice Archer",), ("Alice Archer",))


def test_a_link_does_not_take_an_account_that_was_somebody_elses_only_after_the_preview(filled):
    people = ids(filled)
    would = matching.preview(operator(), filled, ZED.id, people["charlie"])
    matching.link(operator(), filled, ZED.id, people["bob"])
    before = counting(filled), entries(filled)
    with pytest.raises(MatchingRefused, match="Meanwhile"):
        matching.link(operator(), filled, ZED.id, people["charlie"], shown=would)
    assert (counting(filled), entries(filled)) == before
    seen = matching.preview(operator(), filled, ZED.id, people["charlie"])
    matching.unlink(operator(), filled, ZED.id)
    with pytest.raises(MatchingRefused, match="Meanwhile"):
        matching.link(operator(), filled, ZED.id, people["charlie"], shown=seen)
    matching.link(operator(), filled, ZED.id, people["charlie"], shown=would)


def test_a_link_that_had_to_wait_for_another_one_sees_whose_the_account_is_by_then(filled, monkeypatch):
    people, follows = ids(filled), attribution.history_follows
    would = matching.preview(operator(), filled, ZED.id, people["charlie"])

    @contextmanager
    def waited(connection, accounts):
        with follows(connection, accounts):
            links.decide(connection, ZED.id, Decision(Verdict.LINK, people["bob"]), "another admin", NOW)
        with follows(connection, accounts):
            yield

    monkeypatch.setattr(attribution, "history_follows", waited)
    with pytest.raises(MatchingRefused, match="Meanwhile"):
        matching.link(operator(), filled, ZED.id, people["charlie"], shown=would)


def test_a_preview_with_an_alias_counts_every_claude_user_whom_the_alias_would_match(filled):
    arrive(filled, "Zed@Example.com", "zed@example.com", "zedd@example.com", "ZED@example.com")
    people = ids(filled)
    with filled.read("test") as connection:
        excluded, refused = (
            connection.execute(text("SELECT id FROM account WHERE user_id = :u"), {"u": f"more_{n}"}).scalar_one()
            for n in (1, 3)
        )
    matching.not_an_employee(operator(), filled, excluded)
    matching.link(operator(), filled, refused, people["bob"])
    matching.unlink(operator(), filled, refused)
    before = counting(filled)
    assert matching.preview(operator(), filled, ZED.id, people["bob"]).others == 0
    would = matching.preview(operator(), filled, ZED.id, people["bob"], since=NEWEST, alias=True)
    assert (would.others, would.moved, would.left_out) == (1, UserDays(2, days_back(3), NEWEST), 2)
    matching.link(operator(), filled, ZED.id, people["bob"], since=NEWEST, alias=True)
    after = counting(filled)
    grown = sum(c["chat_messages"] for c in after.values()) - sum(c["chat_messages"] for c in before.values())
    assert grown == told(would).count


@pytest.mark.parametrize("account", [1, NAMELESS.id])
def test_a_preview_with_an_alias_that_cannot_be_one_is_refused_as_the_link_is(filled, account):
    for act in (matching.preview, matching.link):
        with pytest.raises(MatchingRefused, match="Nothing was changed"):
            act(operator(), filled, account, ids(filled)["charlie"], alias=True)


def test_a_preview_says_how_many_days_the_present_owner_loses(filled):
    people = ids(filled)
    would = matching.preview(operator(), filled, 1, people["charlie"], since=NEWEST)
    stored_days = told(matching.preview(operator(), filled, 1, people["charlie"])).count
    assert (would.lost, told(would).count, would.left_out) == (stored_days, 1, stored_days - 1)
    assert matching.preview(operator(), filled, 1, people["bob"], since=NEWEST).lost == 0
    assert matching.preview(operator(), filled, ZED.id, people["bob"]).lost == 0


def test_what_a_preview_says_is_what_the_link_does_and_undoing_restores_it(filled):
    before, people = counting(filled), ids(filled)
    would = matching.preview(operator(), filled, ZED.id, people["bob"])
    number = matching.link(operator(), filled, ZED.id, people["bob"])
    after = counting(filled)
    grown = sum(c["chat_messages"] for c in after.values()) - sum(c["chat_messages"] for c in before.values())
    assert grown == told(would).count == 3
    assert [each.account for each in unmatched.open_page(operator(), filled).accounts] == [NAMELESS]
    matching.undo(operator(), filled, number)
    assert counting(filled) == before
    assert unmatched.open_page(operator(), filled).found == 2
    assert entries(filled) == [
        ("match.linked", "command line", people["bob"]),
        ("match.undone", "command line", people["bob"]),
    ]


def test_who_is_no_employee_leaves_the_open_list_and_comes_back_by_undoing(filled, settings):
    number = matching.not_an_employee(operator(), filled, ZED.id)
    assert [each.account for each in unmatched.open_page(operator(), filled).accounts] == [NAMELESS]
    (found,) = unmatched.claude_users(operator(), filled, "zed@")
    assert (found.person, found.reason) == (None, Reason.NOT_AN_EMPLOYEE)
    assert status(operator(), filled, settings).directory.unmatched_accounts == 2
    matching.undo(operator(), filled, number)
    assert unmatched.open_page(operator(), filled).found == 2
    assert [act for act, _, _ in entries(filled)] == ["match.excluded", "match.undone"]


def test_who_was_no_employee_and_is_linked_and_removed_again_is_open(filled):
    matching.not_an_employee(operator(), filled, ZED.id)
    matching.link(operator(), filled, ZED.id, ids(filled)["bob"])
    matching.unlink(operator(), filled, ZED.id)
    assert ZED in [each.account for each in unmatched.open_page(operator(), filled).accounts]


def test_the_open_list_is_made_once_and_anew_after_each_change(filled, monkeypatch):
    made: list[int] = []

    def counted(accounts, people, **more):
        made.append(1)
        return suggest(accounts, people, **more)

    monkeypatch.setattr(unmatched, "suggest", counted)

    def look() -> list[tuple[str | None, list[str]]]:
        page = unmatched.open_page(operator(), filled)
        return [(each.account.email, [person.name for _, person in each.suggestions]) for each in page.accounts]

    assert look() == look() == [("zed@example.com", []), (None, [])]
    assert len(made) == 1
    for _ in range(2):
        unmatched.open_page(limited(filled, "charlie@example.com"), filled)
    assert len(made) == 2
    made.pop()
    arrive(filled, "bob+1@example.com")
    assert look()[2] == ("bob+1@example.com", ["Bob Baker"])
    import_directory(operator(), filled, b"email,name,manager_email\nbob@example.com,Bob B. Baker,alice@example.com\n")
    assert look()[2] == ("bob+1@example.com", ["Bob B. Baker"])
    number = matching.not_an_employee(operator(), filled, ZED.id)
    assert look() == [(None, []), ("bob+1@example.com", ["Bob B. Baker"])]
    matching.undo(operator(), filled, number)
    assert look()[0] == ("zed@example.com", [])
    assert len(made) == 5


def test_a_removed_link_is_open_and_not_suggested_again(filled):
    matching.unlink(operator(), filled, 1)
    import_directory(operator(), filled, b"email,name,manager_email\nbob@example.com,Bob B. Baker,alice@example.com\n")
    bob = next(e for e in unmatched.open_page(operator(), filled).accounts if e.account.id == 1)
    assert (bob.reason, bob.suggestions) == (Reason.REFUSED, ())
    with pytest.raises(MatchingRefused, match="linked to nobody"):
        matching.unlink(operator(), filled, 1)


def test_a_link_with_an_alias_matches_the_next_user_with_the_address_a35(filled):
    """A35"""
    matching.link(operator(), filled, ZED.id, ids(filled)["bob"], alias=True)
    arrive(filled, "Zed@Example.com")
    found = unmatched.claude_users(operator(), filled, "zed@example.com")
    assert {(each.account.user_id, each.origin) for each in found} == {
        ("user_2", Origin.ADMIN),
        ("more_0", Origin.ALIAS),
    }
    assert {each.person.name for each in found if each.person} == {"Bob Baker"}


def test_undoing_a_link_takes_back_the_alias_that_came_with_it(filled):
    bob = ids(filled)["bob"]
    arrive(filled, "Zed@Example.com")
    before = counting(filled)
    other = matching.add_alias(operator(), filled, "kite@example.com", bob)
    number = matching.link(operator(), filled, ZED.id, bob, alias=True)
    assert matching.undo(operator(), filled, number) == (number, number - 1)
    assert counting(filled) == before
    assert [each.person for each in unmatched.claude_users(operator(), filled, "zed@")] == [None, None]
    standing = [e.decision.id for e in unmatched.history(operator(), filled)[0] if e.decision.undone_at is None]
    assert standing == [other]


def test_an_alias_can_be_taken_back_by_itself_and_the_link_stays_until_it_is_undone(filled):
    number = matching.link(operator(), filled, ZED.id, ids(filled)["bob"], alias=True)
    assert matching.undo(operator(), filled, number - 1) == (number - 1,)
    (found,) = unmatched.claude_users(operator(), filled, "zed@")
    assert found.person is not None and found.person.name == "Bob Baker"
    assert matching.undo(operator(), filled, number) == (number,)


@pytest.mark.parametrize("address", ["charlie@example.com", " Charlie@EXAMPLE.com. ", "not an address", ""])
def test_an_alias_that_is_somebodys_address_or_none_is_refused_whole_a35(filled, address):
    """A35"""
    with pytest.raises(MatchingRefused, match="Nothing was changed"):
        matching.add_alias(operator(), filled, address, ids(filled)["bob"])
    assert entries(filled) == []


def test_a_link_whose_alias_is_refused_links_nothing(filled):
    before = counting(filled)
    with pytest.raises(MatchingRefused, match="somebody's own address"):
        matching.link(operator(), filled, 1, ids(filled)["charlie"], alias=True)
    assert counting(filled) == before
    assert unmatched.history(operator(), filled) == ([], 0)


@pytest.mark.parametrize("since", [NEWEST])
def test_days_in_the_wrong_order_are_refused(filled, since):
    people = ids(filled)
    for act in (matching.preview, matching.link):
        with pytest.raises(MatchingRefused, match="lies before the first day"):
            act(operator(), filled, ZED.id, people["bob"], since=since, until=days_back(1))


def test_what_is_not_there_is_refused(filled):
    bob = ids(filled)["bob"]
    for account, employee in ((99, bob), (ZED.id, 99)):
        for act in (matching.preview, matching.link):
            with pytest.raises(MatchingRefused, match="There is no such"):
                act(operator(), filled, account, employee)
    for decide in (matching.unlink, matching.not_an_employee):
        with pytest.raises(MatchingRefused, match="no such Claude user"):
            decide(operator(), filled, 99)
    with pytest.raises(MatchingRefused, match="no decision number 99"):
        matching.undo(operator(), filled, 99)
    assert entries(filled) == []


def test_an_address_that_is_another_persons_by_now_is_in_doubt_until_somebody_decides_r29(filled):
    """R29"""
    arrive(filled)
    assert unmatched.contested(operator(), filled) == []
    with filled.write() as connection:
        connection.execute(text("UPDATE account SET email = 'Charlie@example.com' WHERE user_id = 'user_0'"))
    (found,) = unmatched.contested(operator(), filled)
    assert found.person is not None and found.rival is not None
    assert (found.account.user_id, found.person.name, found.rival.name) == ("user_0", "Bob Baker", "Charlie Cole")
    matching.link(operator(), filled, found.account.id, found.person.id)
    assert unmatched.contested(operator(), filled) == []


def test_what_is_in_doubt_is_found_behind_many_whose_domain_was_renamed(filled, monkeypatch):
    monkeypatch.setattr(unmatched, "_BATCH", 2)
    names = ("alice", "bob", "charlie", "dora")
    arrive(filled, *(f"{name}@example.com" for name in names))
    with filled.write() as connection:
        for number, name in enumerate(names):
            values = {
                "user": f"more_{number}",
                "email": "alice@example.com" if number == 3 else f"{name}@new.example.com",
            }
            connection.execute(text("UPDATE account SET email = :email WHERE user_id = :user"), values)
    (found,) = unmatched.contested(operator(), filled)
    assert found.rival is not None
    assert (found.account.user_id, found.rival.email) == ("more_3", "alice@example.com")


def test_a_recycled_address_is_in_doubt_too_a32(filled):
    """A32"""
    with filled.write() as connection:
        connection.execute(text("UPDATE employee SET email = 'bob.1@example.com' WHERE email = 'bob@example.com'"))
    assert unmatched.contested(operator(), filled) == []
    import_directory(operator(), filled, b"email,name,manager_email\nbob@example.com,Bob Other,\n")
    (found,) = unmatched.contested(operator(), filled)
    assert found.person is not None and found.rival is not None
    assert (found.person.name, found.rival.name) == ("Bob Baker", "Bob Other")


def test_the_history_keeps_what_was_undone_and_by_whom(filled):
    number = matching.link(operator(), filled, ZED.id, ids(filled)["bob"], since=days_back(1))
    matching.undo(operator(), filled, number)
    matching.not_an_employee(operator(), filled, NAMELESS.id)
    (second, first), count = unmatched.history(operator(), filled)
    assert count == 2
    assert (first.account, first.person, first.email) == (ZED, "Bob Baker", "bob@example.com")
    assert (first.decision.since, first.decision.made_by, first.decision.undone_by) == (
        days_back(1),
        "command line",
        "command line",
    )
    assert (second.account, second.person, second.decision.verdict) == (NAMELESS, None, "not an employee")
    assert unmatched.history(operator(), filled, page=2, size=1)[0] == [first]


def test_people_are_found_by_all_words_in_any_case_those_who_left_last(filled):
    def names(words: str) -> list[str]:
        return [person.name for person in unmatched.people(operator(), filled, words)]

    assert names("E") == ["Alice Archer", "Bob Baker", "Charlie Cole", "Dora Dean", "Eve Ellis"]
    assert names("BOB@ baker") == ["Bob Baker"]
    assert names("eve") == ["Eve Ellis"]
    assert names("") == names(" ") == names("nobody") == []
    assert len(unmatched.people(operator(), filled, "e", most=2)) == 2


def test_claude_users_are_found_by_a_part_of_the_address_taken_as_it_is_and_by_id(filled):
    def found(words: str) -> list[str]:
        return [each.account.user_id for each in unmatched.claude_users(operator(), filled, words)]

    assert found("BOB@") == ["user_0"]
    assert found("user_3") == ["user_3"]
    assert found("%") == found("_") == found("") == found("user_") == []


def test_people_and_claude_users_are_named_exactly_however_many_have_alike_addresses(filled):
    alike = "".join(f"n{n}bob@example.com,Aa {n},\n" for n in range(12))
    import_directory(operator(), filled, f"email,name,manager_email\n{alike}".encode())
    arrive(filled, *(f"a{n}zed@example.com" for n in range(unmatched.MOST)), "ZED@Example.com")
    person = unmatched.person_with(operator(), filled, " Bob@Example.com. ")
    assert person is not None and person.name == "Bob Baker"
    assert unmatched.person_with(operator(), filled, "ob@example.com") is None
    assert unmatched.person_with(operator(), filled, "no address") is None
    assert [each.user_id for each in unmatched.users_named(operator(), filled, "zed@example.com")] == [
        "user_2",
        f"more_{unmatched.MOST}",
    ]
    assert unmatched.users_named(operator(), filled, "user_2") == [ZED]
    assert unmatched.users_named(operator(), filled, "user_") == unmatched.users_named(operator(), filled, "") == []


def test_without_an_entry_in_the_log_nothing_is_decided(filled):
    before, bob = counting(filled), ids(filled)["bob"]
    with filled.write() as connection:
        connection.execute(text("DROP TABLE access_log"))
    for act in (
        lambda: matching.link(operator(), filled, ZED.id, bob),
        lambda: matching.unlink(operator(), filled, 1),
        lambda: matching.not_an_employee(operator(), filled, ZED.id),
        lambda: matching.add_alias(operator(), filled, "kite@example.com", bob),
    ):
        with pytest.raises(NotLogged):
            act()
    assert counting(filled) == before
    with filled.read("test") as connection:
        assert connection.execute(select(MATCHING_DECISION)).all() == []


@pytest.mark.parametrize("email", ["alice@example.com", "bob@example.com", "charlie@example.com"])
def test_managers_and_employees_get_no_proof_that_opens_the_workbench(filled, settings, email):
    viewer = viewer_for(filled, settings.admins, Identity(email, email_verified=True), NOW.date())
    with pytest.raises(NotPermitted):
        people_admin_of(scope_of(filled, viewer))


CHARLIE, DORA = "charlie@example.com", "dora@example.com"


@pytest.mark.parametrize(("email", "admins"), [(CHARLIE, ()), (DORA, (DORA,))], ids=["role", "admin of the own chain"])
def test_who_does_not_see_everyone_is_told_no_days_of_an_account_that_is_somebody_elses(filled, email, admins):
    admin, people = limited(filled, email, *admins), ids(filled)
    for back in (None, *range(6)):
        day = None if back is None else days_back(back)
        would = matching.preview(admin, filled, 1, people["eve"], since=day, until=day)
        assert (would.moved, would.left_out, would.lost) == (None, None, None)
        assert would.present is not None and would.present.name == "Bob Baker"
        assert (would.gaining, would.losing) == (("Alice Archer",), ("Alice Archer",))
    assert looks(filled) == []
    confirmed = matching.preview(admin, filled, 1, people["bob"])
    assert (confirmed.moved, confirmed.left_out, confirmed.lost) == (None, None, None)


def test_who_leads_the_owner_is_told_each_day_and_the_owner_can_read_that(filled):
    admin, people = limited(filled, "alice@example.com"), ids(filled)
    would = matching.preview(admin, filled, 1, people["charlie"], since=NEWEST, until=NEWEST)
    assert (would.moved, would.left_out, would.lost) == (UserDays(1, NEWEST, NEWEST), 2, 3)
    assert looks(filled) == [people["bob"]]


def test_days_outside_the_span_of_somebody_of_the_own_chain_are_told_together_only(filled):
    people = ids(filled)
    matching.link(operator(), filled, ZED.id, people["bob"], since=NEWEST)
    admin = limited(filled, "alice@example.com")
    assert matching.preview(admin, filled, ZED.id, people["charlie"], until=days_back(4)).moved is None
    whole = matching.preview(admin, filled, ZED.id, people["charlie"])
    assert (told(whole).count, whole.lost) == (3, 1)


def test_who_does_not_see_everyone_is_told_the_weight_of_an_unmatched_account_as_a_whole_only(filled):
    admin, people = limited(filled, CHARLIE), ids(filled)
    (zed, _) = unmatched.open_page(admin, filled).accounts
    assert zed.days == UserDays(3, days_back(4), NEWEST)
    assert unmatched.open_page(admin, filled) == unmatched.open_page(operator(), filled)
    whole = matching.preview(admin, filled, ZED.id, people["bob"])
    assert (whole.moved, whole.left_out, whole.lost) == (UserDays(3, days_back(4), NEWEST), 0, 0)
    for since, until in ((NEWEST, None), (None, NEWEST), (NEWEST, NEWEST), (days_back(3), days_back(2))):
        part = matching.preview(admin, filled, ZED.id, people["bob"], since=since, until=until)
        assert (part.moved, part.left_out, part.lost) == (None, None, None)
    # A last day in the directory is a span, too, and a people admin can write any there.
    assert matching.preview(admin, filled, ZED.id, people["eve"]).moved is None


def test_a_preview_with_an_alias_withholds_the_days_of_the_others_as_those_of_the_one(filled):
    arrive(filled, "Zed@Example.com")
    admin, people = limited(filled, "alice@example.com"), ids(filled)
    would = matching.preview(admin, filled, ZED.id, people["charlie"], alias=True)
    assert (would.others, told(would).count) == (1, 4)
    # Bob's own are told by the day, and with those that are nobody's they are not.
    matching.link(operator(), filled, ZED.id, people["bob"])
    assert told(matching.preview(admin, filled, ZED.id, people["charlie"], since=NEWEST)).count == 1
    assert matching.preview(admin, filled, ZED.id, people["charlie"], since=NEWEST, alias=True).moved is None
    other = unmatched.users_named(operator(), filled, "more_0")[0].id
    number = matching.link(operator(), filled, other, people["dora"])
    matching.undo(operator(), filled, number)
    would = matching.preview(admin, filled, ZED.id, people["charlie"], alias=True)
    assert (would.others, would.moved) == (1, None)


def take_away(database, admin, way: str) -> int:
    """An account of Bob's is nobody's in the end; its number."""
    bob = ids(database)["bob"]
    if way == "link removed":
        matching.unlink(admin, database, 1)
        return 1
    if way == "no employee":
        matching.not_an_employee(admin, database, 1)
        return 1
    if way == "alias undone":
        matching.undo(admin, database, matching.add_alias(operator(), database, "zed@example.com", bob))
        return ZED.id
    number = matching.link(operator(), database, ZED.id, bob)
    if way == "link undone":
        matching.undo(admin, database, number)
    else:
        with database.write() as connection:
            # What deleting somebody leaves of a decision about them.
            connection.execute(text("UPDATE matching_decision SET employee_id = NULL"))
            connection.execute(text("DELETE FROM account_link WHERE account_id = :zed"), {"zed": ZED.id})
    return ZED.id


@pytest.mark.parametrize("way", ["link removed", "no employee", "link undone", "alias undone", "person deleted"])
def test_taking_an_account_away_from_somebody_tells_nothing_of_its_days(filled, way):
    admin = limited(filled, CHARLIE)
    number = take_away(filled, admin, way)
    assert matching.preview(admin, filled, number, ids(filled)["alice"]).moved is None
    found, full = unmatched.open_page(admin, filled), unmatched.open_page(operator(), filled)
    hidden = [each for each in found.accounts if each.days is None]
    assert [each.account.id for each in hidden] == ([number] if way != "no employee" else [])
    assert (found.found, found.withheld) == (full.found, len(hidden))
    assert found.user_days == full.user_days - 3 * len(hidden)
    assert full.withheld == 0 and all(each.days is not None for each in full.accounts)
    assert found.accounts[-1:] == tuple(hidden) or not hidden


def test_the_place_in_the_open_list_does_not_tell_the_weight_of_those_that_are_withheld(filled):
    arrive(filled, "kite@example.com", "bob@example.com", None)
    admin, bob = limited(filled, CHARLIE), ids(filled)["bob"]
    lighter = unmatched.users_named(operator(), filled, "more_0")[0].id
    matching.undo(operator(), filled, matching.link(operator(), filled, lighter, bob))
    matching.unlink(admin, filled, unmatched.users_named(operator(), filled, "more_1")[0].id)
    matching.unlink(admin, filled, 1)
    heaviest_first = [each.account.user_id for each in unmatched.open_page(operator(), filled).accounts]
    assert heaviest_first == ["user_0", "user_2", "user_3", "more_0", "more_1", "more_2"]
    seen = [each.account.user_id for each in unmatched.open_page(admin, filled).accounts]
    assert seen == ["user_2", "user_3", "more_2", "user_0", "more_0", "more_1"]
    second = unmatched.open_page(admin, filled, 2, 4)
    assert [(each.account.user_id, each.days) for each in second.accounts] == [("more_0", None), ("more_1", None)]
    assert (second.found, second.user_days, second.withheld) == (6, 7, 3)


def test_an_account_taken_from_somebody_of_the_own_chain_keeps_its_weight(filled):
    admin = limited(filled, "alice@example.com")
    matching.unlink(admin, filled, 1)
    assert UserDays(3, days_back(4), NEWEST) in [each.days for each in unmatched.open_page(admin, filled).accounts]


def test_since_when_an_account_is_matched_is_told_of_the_own_chain_only(filled):
    with filled.write() as connection:
        connection.execute(text("UPDATE account SET email = 'Charlie@example.com' WHERE user_id = 'user_0'"))
    admin = limited(filled, CHARLIE)
    shown = {each.account.id: each for each in unmatched.claude_users(admin, filled, "charlie@")}
    assert (shown[1].made_at, shown[1].withheld) == (None, True)
    assert shown[1].person is not None and shown[1].person.name == "Bob Baker"
    assert shown[2].made_at is not None and not shown[2].withheld
    (doubtful,) = unmatched.contested(admin, filled)
    assert (doubtful.made_at, doubtful.withheld) == (None, True)
    (doubtful,) = unmatched.contested(operator(), filled)
    assert doubtful.made_at is not None and not doubtful.withheld
    assert not any(each.withheld for each in unmatched.claude_users(operator(), filled, "@"))
