"""Pages of the organisation's totals: what is read from them, what null means, and what is refused."""

from __future__ import annotations

import datetime as dt
import json

import httpx
import pytest

from core.api import totals
from core.errors import ApiContractError
from simulator.dataset import FixedDataset, usage_row
from simulator.summaries import Summaries
from simulator.tools import connector_rows, skill_rows

DAY = dt.date(2026, 11, 20)
USAGE = [
    usage_row("user_ann", "ann@example.com", **{"cowork_metrics.skills_used_count": 7}),
    usage_row("user_ben", "ben@example.com", **{"chat_metrics.connectors_used_count": 9}),
]


def body(rows: object, **more: object) -> bytes:
    return json.dumps({"data": rows, "next_page": None} | more).encode()


def skill(**more: object) -> dict[str, object]:
    return {"skill_name": "deck-outline", "distinct_user_count": 3} | more


def summary(**more: object) -> dict[str, object]:
    return {"starting_at": "2026-11-20T00:00:00Z", "ending_at": "2026-11-21T00:00:00Z"} | more


def test_every_row_of_the_simulated_api_is_understood_and_no_field_of_it_is_unknown():
    for decode, rows in (
        (totals.skills, skill_rows(USAGE, ())),
        (totals.connectors, connector_rows(USAGE, DAY, ())),
        (totals.summaries, [Summaries(FixedDataset({DAY: USAGE}, seats=9)).summary(DAY)]),
    ):
        page = decode(body(rows))
        assert len(page.rows) == len(rows) > 0
        assert page.unknown_fields == frozenset()


def test_a_skill_keeps_its_name_its_display_name_and_its_counts():
    given = skill(skill_display_name="Deck outline", share_status="private", invocation_count=12, enable_count=5.0)
    (row,) = totals.skills(body([given])).rows
    assert (row.name, row.display_name, row.share_status) == ("deck-outline", "Deck outline", "private")
    assert (row.users, row.invocations, row.enabled) == (3, 12, 5)


def test_null_and_missing_counts_are_not_zero():
    (row,) = totals.skills(body([skill(invocation_count=None)])).rows
    assert (row.invocations, row.enabled, row.users) == (None, None, 3)
    (used,) = totals.connectors(body([{"connector_name": "calendar", "read_call_count": 0}])).rows
    assert (used.reads, used.writes, used.unclassified, used.users) == (0, None, None, None)


@pytest.mark.parametrize("envelope", ["summaries", "data"])
def test_both_envelopes_of_summaries_say_the_same(envelope):
    given = json.dumps({envelope: [summary(daily_active_user_count=4, assigned_seat_count=9)]}).encode()
    page = totals.summaries(given)
    (row,) = page.rows
    assert (row.day, row.daily_active, row.seats, row.pending_invites) == (DAY, 4, 9, None)
    assert row.science_daily_active is None
    assert page.unknown_fields == frozenset()


@pytest.mark.parametrize("start", ["starting_at", "starting_date", "date"])
@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00.000+00:00"])
def test_a_summary_is_of_the_utc_day_that_it_begins_with(start, text):
    (row,) = totals.summaries(body([{start: text}])).rows
    assert row.day == DAY


@pytest.mark.parametrize("start", ["2026-11-20T05:00:00Z", "2026-11-20T00:00:00-08:00", "2026-13-01", "", 20, None])
def test_a_summary_that_begins_at_no_utc_midnight_is_refused(start):
    with pytest.raises(ApiContractError, match=r"summaries cannot be understood.*Nothing of it was stored"):
        totals.summaries(body([summary(starting_at=start)]))


def test_an_adoption_rate_is_not_taken_over_whether_it_is_a_percentage_or_a_share():
    for rate in (46.2, 0.462, None):
        page = totals.summaries(body([summary(daily_adoption_rate=rate)]))
        assert not any("rate" in name for name in page.rows[0].__struct_fields__)
        assert page.unknown_fields == frozenset()


def test_unknown_fields_are_passed_over_and_named_with_their_endpoint():
    page = totals.skills(body([skill(mood={"score": 1}), skill(mood={"score": 2}, chat_metrics={"new": 1})], total=2))
    assert [row.name for row in page.rows] == ["deck-outline"] * 2
    assert page.unknown_fields == {"skills.mood.score", "skills.chat_metrics.new", "skills.(page).total"}
    assert totals.summaries(body([summary(vr_daily_active_user_count=1)])).unknown_fields == {
        "summaries.vr_daily_active_user_count"
    }


def test_a_page_names_the_cursor_of_the_next_one():
    assert totals.skills(body([], next_page="b2xk")).next_page == "b2xk"
    assert totals.connectors(body([], next_page="")).next_page is None


@pytest.mark.parametrize(
    "row",
    [
        {"distinct_user_count": 3},
        skill(skill_name=None),
        skill(skill_name=""),
        skill(skill_name="a\0b"),
        skill(skill_name="x" * 1_001),
        skill(invocation_count=-1),
        skill(invocation_count=1.5),
        skill(invocation_count="12"),
        skill(invocation_count=True),
        skill(invocation_count=2**31),
        skill(share_status=7),
        None,
        [],
    ],
)
def test_a_row_that_cannot_be_counted_refuses_the_page(row):
    with pytest.raises(ApiContractError) as refusal:
        totals.skills(body([skill(), row]))
    assert refusal.value.path.startswith("skills")


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"data": {}}', b'{"data": null}', b'{"data": [', b"<html>", b"\xff"]
)
@pytest.mark.parametrize("decode", [totals.skills, totals.connectors, totals.summaries])
def test_what_is_no_page_is_refused_in_a_sentence(decode, text):
    with pytest.raises(ApiContractError, match=r"what was stored before stays\.$"):
        decode(text)


def test_the_client_asks_for_a_day_by_name_and_for_a_range_of_summaries(connect):
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path.rpartition("/")[2], dict(request.url.params)))
        return httpx.Response(200, content=body([]))

    with connect(script=answer) as client:
        for fetch in (client.skills, client.connectors):
            assert fetch(DAY, "b2xk") == body([])
        client.summaries(DAY - dt.timedelta(days=6), DAY)
    of_day = {"date": "2026-11-20", "limit": "1000", "page": "b2xk"}
    span = {"starting_date": "2026-11-14", "ending_date": "2026-11-21"}
    assert asked == [("skills", of_day), ("connectors", of_day), ("summaries", span)]
