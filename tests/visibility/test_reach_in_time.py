"""Teams as they were, in the company of eleven: whose they are, and what is written down of a look at them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from sqlalchemy import text

from core.errors import NotPermitted
from core.store.engine.database import Database
from core.store.hierarchy import past_chains
from core.visibility import EVERYONE, PastDays, PastTeam
from tests.visibility.small_company import TODAY, ids_of, import_directory, scope

DAY = dt.timedelta(days=1)
LATER = TODAY + 5 * DAY
"""When Two came from Peer to Lead, in the tests in which that happens."""


def past(database: Database, viewer: str, name: str, first: dt.date = TODAY, last: dt.date = LATER + DAY) -> PastTeam:
    mine = scope(database, viewer, everyone=viewer == "outside")
    [team] = mine.as_they_were([mine.team(ids_of(database)[name])], PastDays(first, last, first))
    return team


def looks(database: Database) -> list[tuple[str, int, str]]:
    with database.write() as connection:
        rows = connection.execute(
            text("SELECT subject_kind, subject_id, people FROM access_log WHERE kind = 'look' ORDER BY sequence")
        )
        return [(row.subject_kind, row.subject_id, row.people) for row in rows]


def comes_to_lead(database: Database) -> None:
    import_directory(database, two="peer")
    import_directory(database, LATER)


def test_a_team_as_it_was_is_refused_when_its_lead_or_anybody_in_it_is_not_in_the_scope(small_company):
    ids, mine = ids_of(small_company), scope(small_company, "lead")
    own = past(small_company, "lead", "lead")
    assert mine.members(own).ids.tolist() == own.ids.tolist() == [ids["lead"], ids["one"], ids["two"]]
    directory = mine._directory
    peer, top = directory.position[ids["peer"]], directory.position[ids["top"]]
    for forged in (
        dataclasses.replace(own, team_id=ids["peer"]),
        dataclasses.replace(own, team_id=10**6),
        dataclasses.replace(own, places=np.array([peer]), ids=np.array([ids["peer"]])),
        dataclasses.replace(own, places=np.array([top]), ids=np.array([ids["top"]])),
        dataclasses.replace(own, ids=own.ids + 1),
        dataclasses.replace(own, places=own.places[::-1].copy()),
    ):
        with pytest.raises(NotPermitted, match="nothing here"):
            mine.members(forged)


def test_teams_and_everyone_as_they_were_come_in_the_order_in_which_they_were_asked_for(small_company, monkeypatch):
    ids, admin = ids_of(small_company), scope(small_company, "outside", everyone=True)
    lead, peer, days = admin.team(ids["lead"]), admin.team(ids["peer"]), PastDays(TODAY, LATER, TODAY)
    for asked, sizes in (
        ([lead, admin.whole, peer], [3, 11, 2]),
        ([admin.whole], [11]),
        ([admin.whole, lead], [11, 3]),
    ):
        found = admin.as_they_were(asked, days)
        assert [team.team_id for team in found] == [team.team_id for team in asked]
        assert [team.size for team in found] == sizes
        assert (found[asked.index(admin.whole)].team_id, found[asked.index(admin.whole)].left) == (EVERYONE, 0)
    monkeypatch.setattr(past_chains, "everyone_as_it_was", lambda *_: pytest.fail("nobody asked for everyone"))
    assert [team.size for team in admin.as_they_were([peer, lead], days)] == [2, 3]


def test_who_led_somebody_is_told_of_the_people_in_the_scope_in_their_order(small_company):
    comes_to_lead(small_company)
    ids = ids_of(small_company)
    for viewer, led in (("lead", ["lead"]), ("top", ["lead", "peer", "top"]), ("peer", ["peer"]), ("use1", [])):
        mine = scope(small_company, viewer)
        mask = mine.led_mask(TODAY, LATER)
        assert mask.shape == (mine.whole.size,)
        assert sorted(mine.members(mine.whole).ids[mask].tolist()) == sorted(ids[name] for name in led)


def test_who_was_in_a_team_and_is_not_at_the_end_is_counted_for_the_days_that_are_asked_for(small_company):
    comes_to_lead(small_company)
    peers, leads = past(small_company, "top", "peer"), past(small_company, "top", "lead")
    assert (peers.size, peers.left_during(TODAY, LATER + DAY)) == (3, 1)
    assert peers.left_during(LATER, LATER + DAY) == 0  # Two had left before
    assert (leads.size, leads.left_during(TODAY, LATER + DAY)) == (3, 0)


def test_sums_of_days_with_one_other_person_are_a_look_at_that_one_besides_the_team(small_company):
    comes_to_lead(small_company)
    ids, mine = ids_of(small_company), scope(small_company, "lead")
    mine.team_sums(past(small_company, "lead", "lead"), ["commits"], TODAY, LATER)
    assert looks(small_company) == [("person", ids["one"], str(ids["one"])), ("team", ids["lead"], "")]


def test_sums_of_oneself_and_one_other_at_all_times_are_a_look_at_that_one_alone(small_company):
    comes_to_lead(small_company)
    ids, mine = ids_of(small_company), scope(small_company, "lead")
    mine.team_sums(past(small_company, "lead", "lead", last=TODAY + DAY), ["commits"], TODAY, TODAY + DAY)
    assert looks(small_company) == [("person", ids["one"], str(ids["one"]))]


def test_sums_of_a_team_that_always_had_several_are_a_look_at_the_team_alone(small_company):
    comes_to_lead(small_company)
    ids, mine = ids_of(small_company), scope(small_company, "lead")
    mine.team_sums(past(small_company, "lead", "lead", first=LATER), ["commits"], LATER, LATER + DAY)
    assert looks(small_company) == [("team", ids["lead"], "")]


def test_who_was_alone_among_some_of_a_team_as_it_was_is_told_of_these_alone(small_company):
    comes_to_lead(small_company)
    ids, mine = ids_of(small_company), scope(small_company, "top")
    members = mine.members(past(small_company, "top", "lead"))
    place = {number: index for index, number in enumerate(members.ids.tolist())}
    below = [place[ids["one"]], place[ids["two"]]]
    assert members.alone_with(None, TODAY, LATER + DAY, below).tolist() == [ids["one"]]
    assert members.alone_with(None, LATER, LATER + DAY, below).tolist() == []
    assert members.alone_with(ids["lead"], TODAY, LATER + DAY).tolist() == [ids["one"]]
