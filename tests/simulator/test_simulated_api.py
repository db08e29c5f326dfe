from __future__ import annotations

import datetime as dt

import httpx
import pytest
from starlette.responses import PlainTextResponse

from simulator import wire
from simulator.dataset import ABSENT, FixedDataset, usage_row
from simulator.server import bind

from .conftest import DAY, KEY, TODAY, at_noon, seven_people

VERSION = {"anthropic-version": "2026-10-21"}


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    """Status, category and message; the envelope itself is checked on the way."""
    body = response.json()
    assert body["type"] == "error"
    assert body["request_id"] == response.headers["request-id"]
    return response.status_code, body["error"]["type"], body["error"]["message"]


def test_users_come_sorted_by_address_with_all_blocks_and_the_day(ask):
    response = ask()("users", date=DAY)
    rows = response.json()["data"]
    assert [row["chat_metrics"]["message_count"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert response.json()["next_page"] is None
    assert response.headers["request-id"].startswith("req_")
    assert rows[0]["user"] == {"id": "user_1", "email_address": "person1@example.com", "type": "user"}
    assert rows[0]["last_activity_date"] == "2026-11-20"
    assert rows[0]["chat_metrics"].keys() == wire.chat_block().keys()
    assert rows[0]["cowork_metrics"].keys() == wire.cowork_block().keys()
    assert rows[0]["cowork_metrics"]["plugins_used_count"] is None
    assert set(rows[0]["office_metrics"]) == {"excel", "powerpoint", "word", "outlook"}
    assert "chat_cowork_unified_metrics" not in rows[0]


def test_pages_join_to_the_whole_without_gap_or_repetition(ask):
    get = ask()
    seen: list[str] = []
    params: dict[str, str] = {}
    for _ in range(3):
        body = get("users", date=DAY, limit=3, **params).json()
        seen += [row["user"]["id"] for row in body["data"]]
        params = {"page": body["next_page"]}
    assert seen == [f"user_{number}" for number in range(1, 8)]
    assert body["next_page"] is None


def test_a_cursor_that_is_damaged_or_belongs_to_another_question_is_refused(ask):
    get = ask()
    cursor = get("users", date=DAY, limit=3).json()["next_page"]
    other_day = DAY - dt.timedelta(days=1)
    assert error_of(get("users", date=other_day, limit=3, page=cursor))[:2] == (400, "invalid_request_error")
    assert error_of(get("users", date=DAY, limit=4, page=cursor))[0] == 400
    assert error_of(get("skills", date=DAY, limit=3, page=cursor))[0] == 400
    for damaged in ("nonsense", "é", cursor[:-4], cursor[:20] + "A" + cursor[21:]):
        assert error_of(get("users", date=DAY, limit=3, page=damaged))[0] == 400


def test_an_unknown_cursor_parameter_serves_the_first_page_again_like_production(ask):
    get = ask()
    first = get("users", date=DAY, limit=3).json()
    assert get("users", date=DAY, limit=3, cursor=first["next_page"]).json()["data"] == first["data"]


@pytest.mark.parametrize("limit", ["0", "1001", "ten", "-1", "1" * 5000])
def test_a_limit_outside_1_to_1000_is_refused(ask, limit):
    assert error_of(ask()("users", date=DAY, limit=limit))[:2] == (400, "invalid_request_error")


def test_the_key_is_accepted_as_header_and_as_bearer_token(ask):
    get = ask()
    assert get("users", date=DAY, headers=VERSION | {"x-api-key": KEY}).status_code == 200
    assert get("users", date=DAY, headers=VERSION | {"authorization": f"Bearer {KEY}"}).status_code == 200


def test_a_wrong_key_and_a_missing_key_look_the_same(ask):
    get = ask()
    wrong = error_of(get("users", date=DAY, headers=VERSION | {"x-api-key": "sk-ant-api01-other"}))
    assert wrong[:2] == (401, "authentication_error")
    assert error_of(get("users", date=DAY, headers=VERSION)) == wrong


def test_a_console_admin_key_lacks_the_scope(ask):
    response = ask()("users", date=DAY, headers=VERSION | {"x-api-key": "sk-ant-admin01-x"})
    message = "Missing required scopes. Got: ['api:admin'] Needed: ['read:analytics']"
    assert error_of(response) == (403, "permission_error", message)


@pytest.mark.parametrize("version", [{}, {"anthropic-version": "2020-01-01"}])
def test_a_missing_or_unknown_version_is_refused(ask, version):
    assert error_of(ask()("users", date=DAY, headers={"x-api-key": KEY} | version))[0] == 400


def test_a_day_that_is_too_recent_is_refused_with_the_newest_day(ask):
    get = ask(lag_days=2)
    assert get("users", date="2026-11-20").status_code == 200
    for endpoint in ("users", "skills", "connectors"):
        refusal = error_of(get(endpoint, date="2026-11-21"))
        assert refusal == (400, "invalid_request_error", "Latest available data for this query is 2026-11-20.")
    assert "2026-11-20" in error_of(get("summaries", starting_date="2026-11-21"))[2]


def test_a_day_before_2026_is_refused_and_an_idle_day_is_empty(ask):
    get = ask()
    assert error_of(get("users", date="2025-12-31"))[:2] == (400, "invalid_request_error")
    assert error_of(get("summaries", starting_date="2025-12-31"))[0] == 400
    assert get("users", date="2026-01-01").json() == {"data": [], "next_page": None}


@pytest.mark.parametrize("params", [{}, {"date": "20261120"}, {"date": "tomorrow"}, {"starting_date": "2026-11-20"}])
def test_users_need_one_well_formed_day(ask, params):
    assert error_of(ask()("users", **params))[:2] == (400, "invalid_request_error")


@pytest.mark.parametrize("params", [{"filter[]": "user_id:user_1"}, {"order_by": "x"}, {"group_by[]": "rbac_group_id"}])
def test_what_is_not_simulated_is_refused_and_never_ignored(ask, params):
    assert error_of(ask()("users", date=DAY, **params))[0] == 400


def test_unknown_paths_and_methods_have_the_error_envelope(serve):
    url = serve(seven_people())
    assert error_of(httpx.get(f"{url}/v1/nothing"))[:2] == (404, "not_found_error")
    assert error_of(httpx.post(f"{url}/v1/organizations/analytics/users"))[0] == 405


def test_the_rate_limit_names_the_wait_and_ends_with_it(ask):
    seconds = [0.0]
    get = ask(rate_limit=2, clock=lambda: seconds[0])
    assert [get("users", date=DAY).status_code for _ in range(2)] == [200, 200]
    seconds[0] = 12.5
    refusal = get("skills", date=DAY)
    assert error_of(refusal)[:2] == (429, "rate_limit_error")
    assert refusal.headers["retry-after"] == "48"
    seconds[0] = 12.5 + 48
    assert get("users", date=DAY).status_code == 200


def test_trouble_comes_before_everything_else(ask):
    answers = iter([PlainTextResponse("Bad gateway", 502), None])
    get = ask(trouble=lambda request: next(answers))
    assert get("users", date=DAY, headers={}).status_code == 502
    assert get("users", date=DAY).status_code == 200


def test_summaries_have_the_envelope_of_the_version(ask):
    get = ask()
    old = get("summaries", headers={"x-api-key": KEY, "anthropic-version": "2023-06-01"}, starting_date=DAY)
    new = get("summaries", starting_date=DAY)
    assert set(old.json()) == {"summaries"}
    assert new.json() == {"data": old.json()["summaries"], "next_page": None}


def test_summaries_count_people_over_windows_in_per_cent_of_seats(ask):
    busy = {"chat_metrics.message_count": 1}
    days = {
        DAY: [usage_row("user_1", "a@example.com", **busy), usage_row("user_2", "b@example.com")],
        DAY - dt.timedelta(days=6): [usage_row("user_3", "c@example.com", web_search_count=1)],
        DAY - dt.timedelta(days=29): [usage_row("user_4", "d@example.com", claude_tag_metrics=ABSENT, **busy)],
    }
    get = ask(FixedDataset(days, seats=8))
    first, *others = get("summaries", starting_date=DAY, ending_date=DAY + dt.timedelta(days=1)).json()["data"]
    assert others == []
    assert (first["starting_at"], first["ending_at"]) == ("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z")
    assert [first[f"{word}_active_user_count"] for word in ("daily", "weekly", "monthly")] == [1, 2, 3]
    assert [first[f"chat_{word}_active_user_count"] for word in ("daily", "weekly", "monthly")] == [1, 1, 2]
    assert (first["daily_adoption_rate"], first["assigned_seat_count"]) == (12.5, 8)


def test_connectors_add_up_to_the_invocations_of_users_however_they_are_grouped(ask):
    get = ask()
    for dimensions in ([], ["product"], ["user_id"], ["user_id", "product"]):
        rows = get("connectors", date=DAY, limit=1000, **{"group_by[]": dimensions}).json()["data"]
        calls = sum(row["read_call_count"] + row["write_call_count"] + row["unclassified_call_count"] for row in rows)
        assert calls == 1 + 2 + 3 + 4 + 5 + 6 + 7
        assert all(set(dimensions) <= set(row) for row in rows)


def test_grouped_skills_say_whose_they_are_and_page_like_the_rest(ask):
    rows = [
        usage_row("user_a", "a@example.com", **{"cowork_metrics.skills_used_count": 2}),
        usage_row("user_b", "b@example.com", **{"chat_cowork_unified_metrics.sessions.skills_used_count": 3}),
    ]
    get = ask(FixedDataset({DAY: rows}))
    params = {"date": DAY, "limit": 1, "group_by[]": ["user_id", "product"]}
    body, found = get("skills", **params).json(), []
    found += body["data"]
    while body["next_page"]:
        body = get("skills", **params, page=body["next_page"]).json()
        found += body["data"]
    uses: dict[tuple[str, str], int] = {}
    for row in found:
        key = (row["user_id"], row["product"])
        uses[key] = uses.get(key, 0) + row["invocation_count"]
    assert uses == {("user_a", "cowork"): 2, ("user_b", "chat_cowork_unified"): 3}


def test_read_and_write_calls_are_null_before_the_split_existed(ask):
    day = dt.date(2026, 5, 28)
    rows = [usage_row("user_a", "a@example.com", **{"chat_metrics.connectors_used_count": 4})]
    row = ask(FixedDataset({day: rows}))("connectors", date=day).json()["data"][0]
    assert (row["read_call_count"], row["write_call_count"], row["unclassified_call_count"]) == (None, None, None)


def test_the_newest_days_grow_with_each_later_day_and_then_stay(ask):
    rows = [usage_row("user_a", "a@example.com", **{"chat_metrics.message_count": 200, "web_search_count": 1})]
    counts = []
    for age in range(1, 6):
        now = at_noon(DAY + dt.timedelta(days=age))
        row = ask(FixedDataset({DAY: rows}), now=now, revisions=True)("users", date=DAY).json()["data"][0]
        counts.append(row["chat_metrics"]["message_count"])
        assert row["web_search_count"] == 1
        assert row["cowork_metrics"]["plugins_used_count"] is None
    assert counts == [188, 194, 198, 200, 200]


def test_a_usage_row_refuses_a_path_that_does_not_exist():
    with pytest.raises(KeyError):
        usage_row("user_a", "a@example.com", **{"chat_metrics.mesage_count": 1})
    assert "office_metrics" not in usage_row("user_a", "a@example.com", office_metrics=ABSENT)


def test_a_fixed_dataset_hands_out_copies():
    dataset = seven_people()
    dataset.rows(DAY)[0]["chat_metrics"]["message_count"] = 99
    assert dataset.rows(DAY)[0]["chat_metrics"]["message_count"] == 7
    assert dataset.latest == TODAY


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "::"])
def test_only_loopback_can_be_bound(host):
    with pytest.raises(ValueError, match="this machine only"):
        bind(host=host)
