"""The organisation's totals: read after the users' days, each endpoint for itself, and never in their way."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import settings as configuration
from core.admin import syncs
from core.admin.access import operator
from core.admin.endpoints import endpoint_states
from core.api.client import AnalyticsClient
from core.api.governor import Governor
from core.store.connection import look_back
from core.store.tables.organisation import CONNECTOR_DAY, ENDPOINT_DAY, ORGANISATION_DAY, SKILL_DAY
from core.store.tables.usage import SYNC_RUN, UNKNOWN_FIELD
from core.sync import lease
from core.sync.lease import HeldLease, LeaseLost
from core.sync.run import SyncRunner
from core.sync.totals import TotalsSync
from simulator.api import create_app
from simulator.dataset import FixedDataset
from simulator.server import running
from simulator.summaries import Summaries
from simulator.tools import connector_rows, skill_rows
from simulator.wire import usage_row
from tests.support import stored
from tests.sync.conftest import KEY, environment

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
NEWEST = NOW.date() - dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
BY_NAME = {"skills": SKILL_DAY, "connectors": CONNECTOR_DAY}


def back(days: int) -> dt.date:
    return NEWEST - dt.timedelta(days=days)


def usage(day: dt.date) -> list[dict]:
    counts = {"cowork_metrics.skills_used_count": day.day, "chat_metrics.connectors_used_count": 2 * day.day}
    return [usage_row("user_ann", "ann@example.com", **counts), usage_row("user_ben", "ben@example.com", **counts)]


class Api:
    """The simulated API with trouble for chosen requests; it counts them by endpoint."""

    def __init__(self) -> None:
        self.now = NOW
        self.data = FixedDataset({back(n): usage(back(n)) for n in range(320)}, latest=dt.date(2999, 1, 1), seats=7)
        self.answer: Callable[[str, Request], Response | None] = lambda _endpoint, _request: None
        self.asked: Counter[str] = Counter()
        self.url = ""

    def trouble(self, request: Request) -> Response | None:
        endpoint = request.url.path.rpartition("/")[2]
        self.asked[endpoint] += 1
        return self.answer(endpoint, request)


@pytest.fixture
def api() -> Iterator[Api]:
    made = Api()
    with running(create_app(made.data, key=KEY, now=lambda: made.now, trouble=made.trouble)) as made.url:
        yield made


@pytest.fixture
def sync(api: Api, database, held: HeldLease, tmp_path: Path) -> Callable[..., object]:
    """One run of the whole sync; with `totals_only`, of the totals alone."""

    def run(*, totals_only: bool = False, version: str = "2023-06-01", **more: str):
        values = environment(api.url, database.url, tmp_path, **more)
        settings = configuration.load(values)
        api.asked.clear()

        def connect(key: str) -> AnalyticsClient:
            return AnalyticsClient(
                api.url,
                key,
                version=version,
                governor=Governor(60_000),
                sleep=lambda _seconds: None,
                clock=lambda: api.now,
            )

        if totals_only:
            with connect(KEY) as client:
                TotalsSync(database, held, lambda: api.now, lambda: False).read(client, NEWEST, settings)
            return None
        return SyncRunner(settings, database, connect, clock=lambda: api.now).run(held, "test")

    return run


def refuse(endpoints: str, status: int, message: str = "no", day: dt.date | None = None):
    def answer(endpoint: str, request: Request) -> Response | None:
        if endpoint not in endpoints or (day and request.query_params.get("date") != day.isoformat()):
            return None
        return JSONResponse({"type": "error", "error": {"type": "x", "message": message}}, status)

    return answer


def rows_of(database, table) -> list[dict]:
    with database.read("test") as connection:
        return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]


def days_of(database, endpoint: str) -> list[dt.date]:
    table = {"summaries": ORGANISATION_DAY, **BY_NAME}[endpoint]
    return sorted({row["day"] for row in rows_of(database, table)})


def problems(database) -> dict[str, str | None]:
    return {name: state.problem for name, state in endpoint_states(operator(), database).items()}


@pytest.mark.parametrize("version", ["2023-06-01", "2026-10-21"])
def test_a_run_stores_the_totals_that_the_api_says_day_by_day(sync, api, database, version):
    assert sync(version=version).outcome == "ok"
    days = [back(n) for n in reversed(range(6))]
    assert [days_of(database, endpoint) for endpoint in ("summaries", "skills", "connectors")] == [days] * 3
    found = {(row["day"], row["name"]): row for row in rows_of(database, SKILL_DAY)}
    for day in days:
        said = {row["skill_name"]: row for row in skill_rows(usage(day), ())}
        assert {name for d, name in found if d == day} == said.keys()
        for name, row in said.items():
            mine = found[day, name]
            assert (mine["invocations"], mine["users"]) == (row["invocation_count"], row["distinct_user_count"])
    calls = {(row["day"], row["name"]): row for row in rows_of(database, CONNECTOR_DAY)}
    for day in days:
        for row in connector_rows(usage(day), day, ()):
            mine = calls[day, row["connector_name"]]
            assert (mine["reads"], mine["writes"], mine["unclassified"]) == (
                row["read_call_count"],
                row["write_call_count"],
                row["unclassified_call_count"],
            )
    for row in rows_of(database, ORGANISATION_DAY):
        said = Summaries(api.data).summary(row["day"])
        assert (row["seats"], row["pending_invites"]) == (7, 0)
        assert row["monthly_active"] == said["monthly_active_user_count"]
        assert row["monthly_active"] > 0
        assert row["cowork_daily_active"] == said["cowork_daily_active_user_count"]


def test_an_unknown_field_of_a_total_is_reported_once_with_its_endpoint(sync, api, database):
    extended = {"skill_name": "x", "distinct_user_count": 1, "mood": 3}
    page = {"data": [extended], "next_page": None}
    api.answer = lambda endpoint, _request: JSONResponse(page) if endpoint == "skills" else None
    sync()
    sync()
    assert [row["path"] for row in rows_of(database, UNKNOWN_FIELD)] == ["skills.mood"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refuse("skills connectors summaries", 401, "invalid"), "401"),
        (refuse("skills connectors summaries", 403, "scope"), "403"),
        (refuse("skills connectors summaries", 404), "404"),
        (refuse("skills connectors summaries", 503), "503"),
        (lambda endpoint, _request: None if endpoint == "users" else Response("{"), "cannot be understood|not a page"),
        (lambda endpoint, _request: None if endpoint == "users" else Response("<html>"), "web page"),
    ],
    ids=["401", "403", "404", "503", "cut off", "html"],
)
def test_trouble_with_totals_leaves_the_users_days_and_the_run_as_they_are(sync, api, database, *, answer, said):
    sync()
    before = {endpoint: days_of(database, endpoint) for endpoint in ("summaries", "skills", "connectors")}
    users = stored.dump(database)
    api.answer = answer
    api.now += HOUR
    report = sync()
    assert (report.outcome, report.days_checked) == ("ok", 3)
    assert stored.dump(database) == users
    assert {endpoint: days_of(database, endpoint) for endpoint in before} == before

    assert all(re.search(said, problem or "") for problem in problems(database).values()), problems(database)
    with database.read() as connection:
        assert connection.execute(select(SYNC_RUN.c.outcome)).scalars().all() == ["ok", "ok"]
    api.answer = lambda _endpoint, _request: None
    sync()
    assert problems(database) == {"summaries": None, "skills": None, "connectors": None}


def test_an_endpoint_in_trouble_does_not_stop_the_others(sync, api, database):
    api.answer = refuse("skills", 403, "Missing required scopes")
    assert sync().outcome == "ok"
    assert days_of(database, "skills") == []
    assert len(days_of(database, "connectors")) == len(days_of(database, "summaries")) == 6
    assert [name for name, problem in problems(database).items() if problem] == ["skills"]


def test_one_day_that_cannot_be_understood_keeps_its_last_version_and_the_rest_is_read(sync, api, database):
    sync()
    before = rows_of(database, SKILL_DAY)
    broken = back(1).isoformat()
    api.answer = lambda endpoint, request: (
        Response('{"data": [{}]}') if (endpoint, request.query_params.get("date")) == ("skills", broken) else None
    )
    api.now += HOUR
    sync()
    assert rows_of(database, SKILL_DAY) == before
    state = endpoint_states(operator(), database)["skills"]
    assert (state.problem, state.failed_day, state.days) == (None, back(1), 6)
    assert "cannot be understood" in (state.day_problem or "")


def test_a_revised_day_replaces_the_whole_day(sync, api, database):
    old = {"data": [{"skill_name": "a", "distinct_user_count": 1}, {"skill_name": "b", "invocation_count": 2}]}
    api.answer = lambda endpoint, _request: JSONResponse(old) if endpoint == "skills" else None
    sync()
    page = {"data": [{"skill_name": "only-one", "distinct_user_count": 1}], "next_page": None}
    api.answer = lambda endpoint, _request: JSONResponse(page) if endpoint == "skills" else None
    api.now += HOUR
    sync()
    newest = [row for row in rows_of(database, SKILL_DAY) if row["day"] == NEWEST]
    assert [(row["name"], row["invocations"]) for row in newest] == [("only-one", None)]
    assert len(days_of(database, "skills")) == 6


def test_pages_are_followed_to_the_last_and_a_row_that_comes_twice_counts_once(sync, api, database):
    first = {"data": [{"skill_name": "a"}, {"skill_name": "b", "invocation_count": 2}], "next_page": "more"}
    second = {"data": [{"skill_name": "b", "invocation_count": 2}, {"skill_name": "c"}], "next_page": None}
    api.answer = lambda endpoint, request: (
        JSONResponse(second if "page" in request.query_params else first) if endpoint == "skills" else None
    )
    sync(totals_only=True, BACKFILL_DAYS="1")
    assert [(row["name"], row["invocations"]) for row in rows_of(database, SKILL_DAY)] == [
        ("a", None),
        ("b", 2),
        ("c", None),
    ]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        pytest.param({"data": [], "next_page": "again"}, "the list would never end", id="the same cursor for ever"),
        pytest.param(
            {"data": [{"skill_name": "a"}, {"skill_name": "a", "enable_count": 1}]},
            "listed an entry twice",
            id="contradiction",
        ),
    ],
)
def test_a_list_that_contradicts_itself_or_never_ends_stores_nothing_r16_r19(sync, api, database, *, page, said):
    api.answer = lambda endpoint, _request: JSONResponse(page) if endpoint == "skills" else None
    sync(totals_only=True, BACKFILL_DAYS="5")
    assert rows_of(database, SKILL_DAY) == []
    assert said in (problems(database)["skills"] or "")
    assert len(days_of(database, "connectors")) == 5


def test_names_are_back_filled_ninety_days_first_and_thirty_a_run_after_that(sync, api, database):
    sync(totals_only=True, BACKFILL_DAYS="200")
    assert api.asked == {"summaries": 1, "skills": 90, "connectors": 90}
    assert (days_of(database, "skills")[0], len(days_of(database, "summaries"))) == (back(89), 200)
    api.now += HOUR
    sync(totals_only=True, BACKFILL_DAYS="200")
    assert api.asked == {"summaries": 1, "skills": 33, "connectors": 33}  # the youngest three days again
    assert days_of(database, "skills")[0] == back(119)
    for _ in range(4):
        sync(totals_only=True, BACKFILL_DAYS="200")
    assert days_of(database, "skills") == days_of(database, "connectors") == days_of(database, "summaries")


def test_settled_days_are_left_alone(sync, api, database):
    sync(totals_only=True, BACKFILL_DAYS="40")
    api.now += dt.timedelta(hours=7)
    sync(totals_only=True, BACKFILL_DAYS="40")
    assert api.asked == {"summaries": 1, "skills": 7, "connectors": 7}


def test_with_names_switched_off_their_endpoints_are_not_asked_at_all(sync, api, database):
    assert sync(NAMES_OF_SKILLS="no").outcome == "ok"
    assert api.asked.keys() == {"users", "summaries"}
    assert set(problems(database)) == {"summaries"}


def test_an_endpoint_whose_newest_day_is_older_is_read_up_to_that_one(sync, api, database):
    def later(endpoint: str, request: Request) -> Response | None:
        message = f"Latest available data for this query is {back(2)}."
        asked = request.query_params.get("date") or request.query_params.get("ending_date") or ""
        late = asked > (back(2) if endpoint != "summaries" else back(1)).isoformat()
        return refuse("skills summaries", 400, message)(endpoint, request) if late else None

    api.answer = later
    sync()
    states = endpoint_states(operator(), database)
    assert {name: state.data_through for name, state in states.items()} == {
        "summaries": back(2),
        "skills": back(2),
        "connectors": NEWEST,
    }
    assert set(problems(database).values()) == {None}
    assert api.asked["skills"] == 5  # one refusal, and the four days that there are


def test_an_endpoint_is_left_alone_after_bad_days_in_a_row_of_whatever_kind(sync, api, database):
    def bad(endpoint: str, request: Request) -> Response | None:
        if (request.query_params.get("date") or "") >= back(2).isoformat():
            return refuse("connectors", 400, "Data is not yet available")(endpoint, request)
        return Response('{"data": [{}]}') if endpoint == "connectors" else None

    api.answer = bad
    sync(totals_only=True, BACKFILL_DAYS="40")
    assert problems(database)["connectors"]
    assert api.asked["connectors"] <= 6


def test_the_beginning_of_the_summaries_is_found_to_the_day_and_not_forgotten(sync, api, database):
    def short(endpoint: str, request: Request) -> Response | None:
        begins = request.query_params.get("starting_date") or ""
        too_old = begins and begins < back(49).isoformat()
        return refuse("summaries", 400, "Data is no longer available")(endpoint, request) if too_old else None

    api.answer = short
    sync(totals_only=True, BACKFILL_DAYS="200")
    assert days_of(database, "summaries") == [back(n) for n in reversed(range(50))]
    assert api.asked["summaries"] <= 11
    for _ in range(3):  # the youngest days again, and nothing older
        api.asked.clear()
        api.now += HOUR
        sync(totals_only=True, BACKFILL_DAYS="200")
        assert api.asked["summaries"] == 1
    with database.read("test") as connection:
        found = look_back.floor(connection, "summaries")
    assert found is not None and found.earliest == back(49)


@pytest.mark.parametrize("passing", [{1}, {1, 3}, {1, 4}, {1, 3, 5}])
def test_a_passing_refusal_is_not_taken_for_the_beginning_of_the_summaries(sync, api, database, passing):
    asked = itertools.count(1)

    def moody(endpoint: str, request: Request) -> Response | None:
        if endpoint != "summaries" or next(asked) not in passing:
            return None
        return refuse("summaries", 400, "Data is no longer available")(endpoint, request)

    api.answer = moody
    sync(totals_only=True, BACKFILL_DAYS="20")
    assert days_of(database, "summaries") == [back(n) for n in reversed(range(20))]
    with database.read("test") as connection:
        assert look_back.floor(connection, "summaries") is None


def test_days_before_the_apis_past_end_the_back_fill_without_being_trouble(sync, api, database):
    def short(endpoint: str, request: Request) -> Response | None:
        asked = request.query_params.get("date") or ""
        too_old = asked and asked < back(9).isoformat()
        return refuse("connectors", 400, "Data is no longer available")(endpoint, request) if too_old else None

    api.answer = short
    sync(totals_only=True, BACKFILL_DAYS="40")
    assert days_of(database, "connectors") == [back(n) for n in reversed(range(10))]
    state = endpoint_states(operator(), database)["connectors"]
    assert (state.problem, state.failed_day) == (None, None)
    assert api.asked["connectors"] == 10 + 3
    api.now += HOUR
    sync(totals_only=True, BACKFILL_DAYS="40")
    assert api.asked["connectors"] == 3  # the young days; what is older is known to be served no more


def test_an_idle_day_is_stored_as_read_and_empty(sync, api, database):
    api.answer = lambda endpoint, _request: (
        JSONResponse({"data": [], "next_page": None}) if endpoint in BY_NAME else None
    )
    sync()
    with database.read() as connection:
        days = connection.execute(
            select(ENDPOINT_DAY.c.rows, ENDPOINT_DAY.c.problem).where(ENDPOINT_DAY.c.endpoint == "skills")
        )
        assert [tuple(day) for day in days] == [(0, None)] * 6
    assert rows_of(database, SKILL_DAY) == []


def test_too_many_requests_end_the_totals_of_this_run(sync, api, database):
    api.answer = refuse("summaries skills connectors", 429)
    assert sync().outcome == "ok"
    assert set(problems(database)) == {"summaries"}
    assert "429" in (problems(database)["summaries"] or "")


@pytest.mark.parametrize("days", [[NEWEST, NEWEST], [back(40)]])
def test_summaries_that_repeat_a_day_or_hold_another_one_are_refused_r31(sync, api, database, days):
    body = json.dumps({"data": [{"starting_at": f"{day}T00:00:00Z", "assigned_seat_count": 1} for day in days]})
    api.answer = lambda endpoint, _request: Response(body) if endpoint == "summaries" else None
    assert sync().outcome == "ok"
    assert rows_of(database, ORGANISATION_DAY) == []
    assert "repeat a day or hold others" in (problems(database)["summaries"] or "")


EMPTY: dict[str, object] = {"data": [], "next_page": None}
UNMEASURED = {"data": [{"starting_at": f"{back(n)}T00:00:00Z"} for n in range(3)]}
ONE_OF_THREE = {"data": [{"skill_name": "a", "invocation_count": 9}], "next_page": None}


@pytest.mark.parametrize(
    ("endpoint", "lost"),
    [
        pytest.param("skills", EMPTY, id="skills empty"),
        pytest.param("skills", ONE_OF_THREE, id="skills one of three"),
        pytest.param("skills", {"data": [{"skill_name": name} for name in "abc"]}, id="skills unmeasured"),
        pytest.param("connectors", EMPTY, id="connectors empty"),
        pytest.param("summaries", EMPTY, id="summaries empty"),
        pytest.param("summaries", UNMEASURED, id="summaries unmeasured"),
        pytest.param("summaries", {"data": UNMEASURED["data"][:1]}, id="summaries one day unmeasured"),
    ],
)
def test_a_total_that_lost_most_of_a_day_leaves_it_until_an_admin_takes_the_loss(sync, api, database, endpoint, lost):
    three = {"data": [{"skill_name": name, "invocation_count": 9} for name in "abc"], "next_page": None}
    api.answer = lambda name, _request: JSONResponse(three) if name == "skills" else None
    sync()
    table = {"summaries": ORGANISATION_DAY, **BY_NAME}[endpoint]
    before = rows_of(database, table)
    api.answer = lambda name, _request: JSONResponse(lost) if name == endpoint else None
    for _ in range(2):
        api.now += HOUR
        assert sync().outcome == "ok"
        assert rows_of(database, table) == before
    state = endpoint_states(operator(), database)[endpoint]
    assert "stays until an admin" in (state.day_problem or "")
    syncs.read_again(operator(), database, back(5), NEWEST)
    sync()
    assert rows_of(database, table) == before, "asked without taking the loss"
    syncs.read_again(operator(), database, back(5), NEWEST, accept_losses=True)
    sync()
    assert rows_of(database, table) != before
    assert endpoint_states(operator(), database)[endpoint].day_problem is None


def test_a_total_that_is_whole_again_is_taken_without_an_admin(sync, api, database):
    sync()
    before = rows_of(database, CONNECTOR_DAY)
    api.answer = lambda name, _request: JSONResponse(EMPTY) if name == "connectors" else None
    sync()
    api.answer = lambda _name, _request: None
    sync()
    assert rows_of(database, CONNECTOR_DAY) == before
    assert endpoint_states(operator(), database)["connectors"].day_problem is None


def test_a_daemon_that_lost_its_lease_stores_no_totals(sync, api, database):
    sync()
    before = rows_of(database, ENDPOINT_DAY)
    taken = lease.take(database, "another daemon", dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    assert isinstance(taken, HeldLease)
    api.now += HOUR
    with pytest.raises(LeaseLost):
        sync(totals_only=True)
    assert rows_of(database, ENDPOINT_DAY) == before
