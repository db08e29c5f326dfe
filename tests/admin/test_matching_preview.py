"""What a preview of a link says would move, and that it moves nothing."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import text

from core.admin import matching, unmatched
from core.admin.access import operator
from core.admin.matching import LinkPreview, UserDays
from core.errors import MatchingRefused
from core.people.decisions import Decision, Verdict
from core.store.matching import attribution, links
from tests.admin.accounts import NAMELESS, ZED, arrive, counting, entries, ids, told
from tests.admin.installation import NEWEST, NOW, days_back


def test_a_preview_says_what_would_move_and_moves_nothing(installation):
    before, people = counting(installation), ids(installation)
    would = matching.preview(operator(), installation, ZED.id, people["bob"])
    assert isinstance(would, LinkPreview)
    assert (would.account, would.person.name, would.present) == (ZED, "Bob Baker", None)
    assert (would.moved, would.left_out) == (UserDays(3, days_back(4), NEWEST), 0)
    assert (would.gaining, would.losing, would.alias) == (("Alice Archer",), (), True)
    assert counting(installation) == before
    assert entries(installation) == []


def test_a_preview_leaves_out_days_outside_the_dates_and_after_the_last_day(installation):
    people = ids(installation)
    dated = matching.preview(operator(), installation, ZED.id, people["bob"], since=days_back(3), until=days_back(1))
    assert (dated.moved, dated.left_out) == (UserDays(1, days_back(1), days_back(1)), 2)
    archived = matching.preview(operator(), installation, ZED.id, people["eve"])
    assert (archived.moved, archived.left_out) == (UserDays(0, None, None), 3)


def test_a_preview_of_a_move_names_who_loses_and_who_gains(installation):
    people = ids(installation)
    would = matching.preview(operator(), installation, 1, people["charlie"])
    assert would.present is not None and would.present.name == "Bob Baker"
    assert (would.gaining, would.losing, would.alias) == ((), ("Alice Archer",), False)
    same = matching.preview(operator(), installation, 1, people["bob"])
    assert (same.gaining, same.losing) == ((), ())
    later = matching.preview(operator(), installation, 1, people["bob"], since=NEWEST)
    assert (later.gaining, later.losing) == (("Alice Archer",), ("Alice Archer",))


def test_a_link_does_not_take_an_account_that_was_somebody_elses_only_after_the_preview(installation):
    people = ids(installation)
    would = matching.preview(operator(), installation, ZED.id, people["charlie"])
    matching.link(operator(), installation, ZED.id, people["bob"])
    before = counting(installation), entries(installation)
    with pytest.raises(MatchingRefused, match="Meanwhile"):
        matching.link(operator(), installation, ZED.id, people["charlie"], shown=would)
    assert (counting(installation), entries(installation)) == before
    seen = matching.preview(operator(), installation, ZED.id, people["charlie"])
    matching.unlink(operator(), installation, ZED.id)
    with pytest.raises(MatchingRefused, match="Meanwhile"):
        matching.link(operator(), installation, ZED.id, people["charlie"], shown=seen)
    matching.link(operator(), installation, ZED.id, people["charlie"], shown=would)


def test_a_link_that_had_to_wait_for_another_one_sees_whose_the_account_is_by_then(installation, monkeypatch):
    people, follows = ids(installation), attribution.history_follows
    would = matching.preview(operator(), installation, ZED.id, people["charlie"])

    @contextmanager
    def waited(connection, accounts):
        with follows(connection, accounts):
            links.decide(connection, ZED.id, Decision(Verdict.LINK, people["bob"]), "another admin", NOW)
        with follows(connection, accounts):
            yield

    monkeypatch.setattr(attribution, "history_follows", waited)
    with pytest.raises(MatchingRefused, match="Meanwhile"):
        matching.link(operator(), installation, ZED.id, people["charlie"], shown=would)


def test_a_preview_with_an_alias_counts_every_claude_user_whom_the_alias_would_match(installation):
    arrive(installation, "Zed@Example.com", "zed@example.com", "zedd@example.com", "ZED@example.com")
    people = ids(installation)
    with installation.read("test") as connection:
        excluded, refused = (
            connection.execute(text("SELECT id FROM account WHERE user_id = :u"), {"u": f"more_{n}"}).scalar_one()
            for n in (1, 3)
        )
    matching.not_an_employee(operator(), installation, excluded)
    matching.link(operator(), installation, refused, people["bob"])
    matching.unlink(operator(), installation, refused)
    before = counting(installation)
    assert matching.preview(operator(), installation, ZED.id, people["bob"]).others == 0
    would = matching.preview(operator(), installation, ZED.id, people["bob"], since=NEWEST, alias=True)
    assert (would.others, would.moved, would.left_out) == (1, UserDays(2, days_back(3), NEWEST), 2)
    matching.link(operator(), installation, ZED.id, people["bob"], since=NEWEST, alias=True)
    after = counting(installation)
    grown = sum(c["chat_messages"] for c in after.values()) - sum(c["chat_messages"] for c in before.values())
    assert grown == told(would).count


@pytest.mark.parametrize("account", [1, NAMELESS.id])
def test_a_preview_with_an_alias_that_cannot_be_one_is_refused_as_the_link_is(installation, account):
    for act in (matching.preview, matching.link):
        with pytest.raises(MatchingRefused, match="Nothing was changed"):
            act(operator(), installation, account, ids(installation)["charlie"], alias=True)


def test_a_preview_says_how_many_days_the_present_owner_loses(installation):
    people = ids(installation)
    would = matching.preview(operator(), installation, 1, people["charlie"], since=NEWEST)
    stored_days = told(matching.preview(operator(), installation, 1, people["charlie"])).count
    assert (would.lost, told(would).count, would.left_out) == (stored_days, 1, stored_days - 1)
    assert matching.preview(operator(), installation, 1, people["bob"], since=NEWEST).lost == 0
    assert matching.preview(operator(), installation, ZED.id, people["bob"]).lost == 0


def test_what_a_preview_says_is_what_the_link_does_and_undoing_restores_it(installation):
    before, people = counting(installation), ids(installation)
    would = matching.preview(operator(), installation, ZED.id, people["bob"])
    number = matching.link(operator(), installation, ZED.id, people["bob"])
    after = counting(installation)
    grown = sum(c["chat_messages"] for c in after.values()) - sum(c["chat_messages"] for c in before.values())
    assert grown == told(would).count == 3
    assert [each.account for each in unmatched.open_page(operator(), installation).accounts] == [NAMELESS]
    matching.undo(operator(), installation, number)
    assert counting(installation) == before
    assert unmatched.open_page(operator(), installation).found == 2
    assert entries(installation) == [
        ("match.linked", "command line", people["bob"]),
        ("match.undone", "command line", people["bob"]),
    ]
