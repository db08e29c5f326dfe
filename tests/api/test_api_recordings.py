"""The client and the decoder on recorded answers, one cassette per situation."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from core.api.records import UsagePage, decode
from core.catalogue import IGNORED_FIELDS, MASK_BITS, MEASURE, MEASURES
from core.errors import ApiContractError, ApiKeyRejected, CursorLost

CASSETTES = sorted((Path(__file__).parent / "cassettes").glob("*.yaml"))
DAY = dt.date(2026, 11, 20)
COLUMN = {measure.key: column for column, measure in enumerate(MEASURES)}


def value(page: UsagePage, user: int, key: str) -> int:
    return int(page.values[user, COLUMN[key]])


def marked(page: UsagePage, user: int) -> set[str]:
    """The measures whose "not measured" bit is set."""
    words = page.unmeasured[user]
    return {m.key for m in MEASURES if int(words[m.slot // MASK_BITS]) >> (m.slot % MASK_BITS) & 1}


def of_product(*products: str) -> set[str]:
    return {measure.key for measure in MEASURES if measure.product in products}


def lacking(name: str) -> set[str]:
    """The measures of which a recording has no field, as the API did not count them yet."""
    return {measure.key for measure in MEASURES if RECORDED[name].isdisjoint(measure.paths)}


def read(connect, replay, name: str, day: dt.date = DAY) -> UsagePage:
    with replay(name), connect() as client:
        return decode(client.users(day))


def test_a_day_is_read_page_after_page_with_every_counter_at_its_place(connect, replay):
    with replay("newest_shape"), connect() as client:
        first = decode(client.users(DAY))
        second = decode(client.users(DAY, first.next_page))
    assert first.user_ids == ["user_01Example0001", "user_01Example0002"]
    assert first.emails == ["ada.tester@example.com", "bruno.sample@example.com"]
    assert (first.next_page, second.next_page) == ("cGFnZTI", None)
    expected = {
        "conversations": 4,
        "chat_messages": 37,
        "shared_artifacts_viewed": 1,
        "commits": 5,
        "lines_added": 420,
        "lines_removed": 118,
        "edits_accepted": 30 + 0 + 8 + 2,
        "edits_rejected": 4 + 0 + 1 + 0,
        "excel_messages": 10,
        "outlook_connectors_used": 8,
        "cowork_sessions_with_file_edits": 2,
        "design_projects_used": 2,
        "science_compute_jobs": 3,
        "slack_active_messages": 12,
        "web_searches": 9,
    }
    assert {key: value(first, 0, key) for key in expected} == expected
    assert not first.values[1].any()
    assert value(second, 0, "chat_messages") == 11
    assert not first.unmeasured.any()
    assert first.unknown_fields == frozenset()


def test_what_spring_responses_lack_is_not_measured_instead_of_zero(connect, replay):
    page = read(connect, replay, "spring_2026_shape", dt.date(2026, 4, 8))
    assert value(page, 0, "chat_messages") == 21
    assert value(page, 0, "edits_accepted") == 6
    assert value(page, 0, "excel_skills_used") == 2
    missing = of_product("word", "outlook", "design", "science", "slack") | {"code_artifacts_created"}
    missing |= {"chat_connectors_distinct", "shared_conversations_viewed", "shared_artifacts_viewed"}
    missing |= {key for key in of_product("cowork") if MEASURE[key].slot >= MEASURE["cowork_artifacts_created"].slot}
    assert missing <= marked(page, 0) == lacking("spring_2026_shape")


def test_activity_of_a_member_on_the_unified_experience_is_added_to_chat_and_cowork(connect, replay):
    page = read(connect, replay, "unified_member")
    assert value(page, 0, "conversations") == 1 + 5
    assert value(page, 0, "chat_messages") == 2 + 40
    assert value(page, 0, "cowork_sessions") == 2
    assert value(page, 0, "cowork_connectors_used") == 8
    later = lacking("unified_member")
    assert marked(page, 0) == {"shared_artifacts_viewed"} | later, "one of its two sources is null, so it is partial"
    assert marked(page, 1) == later, "a member without the unified block lacks nothing"


def test_a_null_is_kept_apart_from_zero_and_a_partial_sum_is_marked_r25(connect, replay):
    page = read(connect, replay, "features_switched_off")
    assert value(page, 0, "edits_accepted") == 4
    assert value(page, 0, "edits_rejected") == 3
    null = {"conversations", "shared_artifacts_viewed", "edits_accepted", "slack_active_days", "slack_active_messages"}
    null |= {key for key in of_product("cowork") if MEASURE[key].slot >= MEASURE["cowork_plugins_used"].slot}
    assert marked(page, 0) == null | lacking("features_switched_off")


def test_science_is_read_under_the_name_it_had_in_july_r25(connect, replay):
    page = read(connect, replay, "science_under_its_july_name", dt.date(2026, 7, 2))
    assert value(page, 0, "science_skills_used") == 5
    assert not marked(page, 0) & of_product("science")


def test_unknown_fields_are_named_and_the_known_ones_still_counted_r25(connect, replay):
    page = read(connect, replay, "unknown_field")
    assert value(page, 0, "chat_messages") == 13
    assert page.unknown_fields == {
        "(page).data_refreshed_at",
        "chat_metrics.whispered_message_count",
        "labels",
        "slides_metrics.deck.created_count",
        "slides_metrics.message_count",
    }


def test_accounts_without_an_address_are_kept_under_their_id_r28(connect, replay):
    page = read(connect, replay, "account_without_an_address")
    assert page.user_ids == ["user_01Example0007", "user_01Example0008"]
    assert page.emails == [None, None]


def test_a_row_without_a_user_is_refused_r28(connect, replay):
    with pytest.raises(ApiContractError) as refusal:
        read(connect, replay, "grouped_row_without_a_user")
    assert refusal.value.path == "data[0].user"


def test_an_idle_day_is_an_empty_page(connect, replay):
    page = read(connect, replay, "idle_day", dt.date(2026, 11, 15))
    assert page.user_ids == []
    assert page.values.shape == (0, len(MEASURES))


@pytest.mark.parametrize(
    ("name", "newest"),
    [
        ("available_at_once", dt.date(2026, 11, 21)),
        ("too_recent", dt.date(2026, 11, 20)),
        ("too_recent_naming_two_days", dt.date(2026, 11, 19)),
        ("too_recent_naming_no_day", dt.date(2026, 11, 19)),
    ],
)
def test_the_newest_day_is_found_in_every_known_wording_r04(connect, replay, name, newest):
    with replay(name), connect() as client:
        assert client.newest_day() == newest
    with replay(name), connect() as client:
        assert client.validate() == newest


@pytest.mark.parametrize(
    ("name", "reason", "words"),
    [
        ("revoked", "revoked", "revoked"),
        ("refused_as_in_spring", "not_found", "read:analytics"),
        ("wrong_scope", "scope", "Needed: ['read:analytics']. Got: ['api:admin']"),
        ("wrong_plan", "plan", "Enterprise"),
    ],
)
def test_a_key_that_cannot_read_analytics_is_refused_with_its_reason(connect, replay, name, reason, words):
    with replay(name), connect() as client, pytest.raises(ApiKeyRejected) as refusal:
        client.validate()
    assert refusal.value.reason == reason
    assert words in str(refusal.value)


def test_a_rate_limited_request_waits_as_long_as_asked_and_is_sent_again_r06(connect, replay, waits):
    assert read(connect, replay, "rate_limited_then_ok").user_ids == ["user_01Example0002"]
    assert waits.slept == pytest.approx(7)


def test_a_burst_of_server_faults_is_waited_out_r08(connect, replay, waits):
    assert read(connect, replay, "overloaded_then_ok").user_ids == ["user_01Example0002"]
    assert 0 < waits.slept <= 2 + 4


def test_an_expired_cursor_is_named_as_such_r21(connect, replay):
    with replay("cursor_expired"), connect() as client, pytest.raises(CursorLost):
        client.users(DAY, "b2xk")


def recorded_bodies(path: Path) -> Iterator[dict]:
    for interaction in yaml.safe_load(path.read_text("utf-8"))["interactions"]:
        yield json.loads(interaction["response"]["body"]["string"])


def leaves(value: dict, above: str = "") -> Iterator[str]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from leaves(inner, f"{above}{name}.")
        else:
            yield above + name


COUNTED = {path for measure in MEASURES for path in measure.paths}
RECORDED = {
    path.stem: {leaf for body in recorded_bodies(path) for row in body.get("data", []) for leaf in leaves(row)}
    for path in CASSETTES
}


@pytest.mark.parametrize("name", sorted(RECORDED.keys() - {"unknown_field"}))
def test_every_recorded_value_is_counted_or_ignored_with_a_reason(name):
    blocks = {path.partition(".")[0] for path in COUNTED | set(IGNORED_FIELDS)}
    unknown = RECORDED[name] - COUNTED - set(IGNORED_FIELDS) - blocks
    assert unknown == set()


def test_every_counted_path_is_in_a_recording():
    assert set().union(*RECORDED.values()) >= COUNTED


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_recordings_hold_no_key_and_no_real_address(path):
    text = path.read_text("utf-8")
    assert not re.search(r"sk-[A-Za-z0-9]|[Bb]earer |set-cookie|authorization", text)
    assert set(re.findall(r"[\w.+-]+@([\w.-]+)", text)) <= {"example.com"}
    keys = [i["request"]["headers"]["x-api-key"] for i in yaml.safe_load(text)["interactions"]]
    assert set(map(tuple, keys)) == {("REDACTED",)}
