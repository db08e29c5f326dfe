"""What the workbench keeps from whoever does not see everybody: days and weights of other people's accounts."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.admin import matching, unmatched
from core.admin.access import operator, people_admin_of
from core.admin.matching import UserDays
from core.errors import NotPermitted
from core.viewers import Identity, viewer_for
from core.visibility import scope_of
from tests.admin.accounts import CHARLIE, DORA, ZED, arrive, ids, limited, looks, told
from tests.admin.installation import NEWEST, NOW, days_back


@pytest.mark.parametrize("email", ["alice@example.com", "bob@example.com", "charlie@example.com"])
def test_managers_and_employees_get_no_proof_that_opens_the_workbench(installation, settings, email):
    viewer = viewer_for(installation, settings.admins, Identity(email, email_verified=True), NOW.date())
    with pytest.raises(NotPermitted):
        people_admin_of(scope_of(installation, viewer))


@pytest.mark.parametrize(("email", "admins"), [(CHARLIE, ()), (DORA, (DORA,))], ids=["role", "admin of the own chain"])
def test_who_does_not_see_everyone_is_told_no_days_of_an_account_that_is_somebody_elses(installation, email, admins):
    admin, people = limited(installation, email, *admins), ids(installation)
    for back in (None, *range(6)):
        day = None if back is None else days_back(back)
        would = matching.preview(admin, installation, 1, people["eve"], since=day, until=day)
        assert (would.moved, would.left_out, would.lost) == (None, None, None)
        assert would.present is not None and would.present.name == "Bob Baker"
        assert (would.gaining, would.losing) == (("Alice Archer",), ("Alice Archer",))
    assert looks(installation) == []
    confirmed = matching.preview(admin, installation, 1, people["bob"])
    assert (confirmed.moved, confirmed.left_out, confirmed.lost) == (None, None, None)


def test_who_leads_the_owner_is_told_each_day_and_the_owner_can_read_that(installation):
    admin, people = limited(installation, "alice@example.com"), ids(installation)
    would = matching.preview(admin, installation, 1, people["charlie"], since=NEWEST, until=NEWEST)
    assert (would.moved, would.left_out, would.lost) == (UserDays(1, NEWEST, NEWEST), 2, 3)
    assert looks(installation) == [people["bob"]]


def test_days_outside_the_span_of_somebody_of_the_own_chain_are_told_together_only(installation):
    people = ids(installation)
    matching.link(operator(), installation, ZED.id, people["bob"], since=NEWEST)
    admin = limited(installation, "alice@example.com")
    assert matching.preview(admin, installation, ZED.id, people["charlie"], until=days_back(4)).moved is None
    whole = matching.preview(admin, installation, ZED.id, people["charlie"])
    assert (told(whole).count, whole.lost) == (3, 1)


def test_who_does_not_see_everyone_is_told_the_weight_of_an_unmatched_account_as_a_whole_only(installation):
    admin, people = limited(installation, CHARLIE), ids(installation)
    (zed, _) = unmatched.open_page(admin, installation).accounts
    assert zed.days == UserDays(3, days_back(4), NEWEST)
    assert unmatched.open_page(admin, installation) == unmatched.open_page(operator(), installation)
    whole = matching.preview(admin, installation, ZED.id, people["bob"])
    assert (whole.moved, whole.left_out, whole.lost) == (UserDays(3, days_back(4), NEWEST), 0, 0)
    for since, until in ((NEWEST, None), (None, NEWEST), (NEWEST, NEWEST), (days_back(3), days_back(2))):
        part = matching.preview(admin, installation, ZED.id, people["bob"], since=since, until=until)
        assert (part.moved, part.left_out, part.lost) == (None, None, None)
    # A last day in the directory is a span, too, and a people admin can write any there.
    assert matching.preview(admin, installation, ZED.id, people["eve"]).moved is None


def test_a_preview_with_an_alias_withholds_the_days_of_the_others_as_those_of_the_one(installation):
    arrive(installation, "Zed@Example.com")
    admin, people = limited(installation, "alice@example.com"), ids(installation)
    would = matching.preview(admin, installation, ZED.id, people["charlie"], alias=True)
    assert (would.others, told(would).count) == (1, 4)
    # Bob's own are told by the day, and with those that are nobody's they are not.
    matching.link(operator(), installation, ZED.id, people["bob"])
    assert told(matching.preview(admin, installation, ZED.id, people["charlie"], since=NEWEST)).count == 1
    assert matching.preview(admin, installation, ZED.id, people["charlie"], since=NEWEST, alias=True).moved is None
    other = unmatched.users_named(operator(), installation, "more_0")[0].id
    number = matching.link(operator(), installation, other, people["dora"])
    matching.undo(operator(), installation, number)
    would = matching.preview(admin, installation, ZED.id, people["charlie"], alias=True)
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
def test_taking_an_account_away_from_somebody_tells_nothing_of_its_days(installation, way):
    admin = limited(installation, CHARLIE)
    number = take_away(installation, admin, way)
    assert matching.preview(admin, installation, number, ids(installation)["alice"]).moved is None
    found, full = unmatched.open_page(admin, installation), unmatched.open_page(operator(), installation)
    hidden = [each for each in found.accounts if each.days is None]
    assert [each.account.id for each in hidden] == ([number] if way != "no employee" else [])
    assert (found.found, found.withheld) == (full.found, len(hidden))
    assert found.user_days == full.user_days - 3 * len(hidden)
    assert full.withheld == 0 and all(each.days is not None for each in full.accounts)
    assert found.accounts[-1:] == tuple(hidden) or not hidden


def test_the_place_in_the_open_list_does_not_tell_the_weight_of_those_that_are_withheld(installation):
    arrive(installation, "kite@example.com", "bob@example.com", None)
    admin, bob = limited(installation, CHARLIE), ids(installation)["bob"]
    lighter = unmatched.users_named(operator(), installation, "more_0")[0].id
    matching.undo(operator(), installation, matching.link(operator(), installation, lighter, bob))
    matching.unlink(admin, installation, unmatched.users_named(operator(), installation, "more_1")[0].id)
    matching.unlink(admin, installation, 1)
    heaviest_first = [each.account.user_id for each in unmatched.open_page(operator(), installation).accounts]
    assert heaviest_first == ["user_0", "user_2", "user_3", "more_0", "more_1", "more_2"]
    seen = [each.account.user_id for each in unmatched.open_page(admin, installation).accounts]
    assert seen == ["user_2", "user_3", "more_2", "user_0", "more_0", "more_1"]
    second = unmatched.open_page(admin, installation, 2, 4)
    assert [(each.account.user_id, each.days) for each in second.accounts] == [("more_0", None), ("more_1", None)]
    assert (second.found, second.user_days, second.withheld) == (6, 7, 3)


def test_an_account_taken_from_somebody_of_the_own_chain_keeps_its_weight(installation):
    admin = limited(installation, "alice@example.com")
    matching.unlink(admin, installation, 1)
    assert UserDays(3, days_back(4), NEWEST) in [
        each.days for each in unmatched.open_page(admin, installation).accounts
    ]


def test_since_when_an_account_is_matched_is_told_of_the_own_chain_only(installation):
    with installation.write() as connection:
        connection.execute(text("UPDATE account SET email = 'Charlie@example.com' WHERE user_id = 'user_0'"))
    admin = limited(installation, CHARLIE)
    shown = {each.account.id: each for each in unmatched.claude_users(admin, installation, "charlie@")}
    assert (shown[1].made_at, shown[1].withheld) == (None, True)
    assert shown[1].person is not None and shown[1].person.name == "Bob Baker"
    assert shown[2].made_at is not None and not shown[2].withheld
    (doubtful,) = unmatched.contested(admin, installation)
    assert (doubtful.made_at, doubtful.withheld) == (None, True)
    (doubtful,) = unmatched.contested(operator(), installation)
    assert doubtful.made_at is not None and not doubtful.withheld
    assert not any(each.withheld for each in unmatched.claude_users(operator(), installation, "@"))
