"""What machines that watch over Uptake are told, whatever the database does, and who else is not."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import insert, text, update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.errors import StorageError
from core.store.connection import connections, offers
from core.store.engine import schema_version
from core.store.engine.database import Database
from core.store.tables.usage import LEASE, SYNC_RUN
from core.sync.health import DayCounts, Health
from core.sync.lateness import KeyState, State
from core.ui.session import resources
from core.web import metrics
from core.web.latest import Latest
from core.web.routes import watch_routes
from tests.support import personas
from tests.support.invented import SECRET
from tests.sync.faults.disks import absent

TOKEN = "an-invented-token-of-the-monitoring"
KEY = "sk-ant-api01-canary-key-of-the-tests"
NOW = dt.datetime.now(dt.UTC)
HOUR = dt.timedelta(hours=1)
WATCHED = ("/healthz", "/readyz", "/health", "/metrics")

Call = Callable[..., TestClient]


@pytest.fixture
def watched(environment, database: Database) -> Iterator[Database]:
    """The persona company of today, connected and read an hour ago, behind the settings of this process."""
    environment.setenv("UPTAKE_DATABASE_URL", database.url)
    personas.fill(database, NOW.date(), NOW - HOUR)
    with database.write() as connection:
        connections.replace(connection, SECRET, KEY, "dora@example.com", NOW - 90 * dt.timedelta(days=1))
        connections.note(connection, connections.ConnectionState.CONNECTED, "The API serves data.", NOW)
        offers.note(connection, NOW.date() - dt.timedelta(days=1), NOW)
        run = {"trigger": "hourly", "outcome": "ok", "message": "", "requests": 1}
        days = {"days_planned": 1, "days_checked": 1, "days_changed": 0}
        connection.execute(insert(SYNC_RUN).values(started_at=NOW - HOUR, finished_at=NOW - HOUR, **run, **days))
        lease = {"name": "sync", "holder": "canary-host process 7", "token": 1, "expires_at": NOW + HOUR}
        connection.execute(insert(LEASE).values(**_of_table(LEASE, lease)))
    yield database
    resources.close()


def _of_table(table, values: dict) -> dict:
    """The values, and an empty one for each further column that needs one."""
    empty = {column.name: 0 for column in table.c if not column.nullable and column.name not in values}
    return empty | values


@pytest.fixture
def call() -> Call:
    """A client of the routes as app.py makes them; it comes from this machine unless told otherwise."""

    def make(
        token: str | None = None,
        host: str = "127.0.0.1",
        base_url: str = "http://127.0.0.1:8501",
        asking: Callable[[Callable[[], Any]], Callable[[], Any]] = lambda question: question,
    ) -> TestClient:
        app = Starlette(routes=watch_routes(asking(resources.is_ready), asking(resources.health), "1.2.3", token))
        return TestClient(app, base_url=base_url, client=(host, 5000))

    return make


def until(found: Callable[[], Any]) -> Any:
    """What is found in the end; only what never comes takes longer than it may."""
    end = time.monotonic() + 60
    while not (value := found()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
    return value


def settled(client: TestClient, path: str):
    """The answer once the first questions, which open the database, have been answered."""

    def known():
        answer = client.get(path)
        return answer if "uptake_database_up 0.0" not in answer.text and not _unknown(answer) else None

    return until(known)


def _unknown(answer) -> bool:
    return answer.status_code == 503 and '"late"' not in answer.text


def comes(client: TestClient, path: str, status: int) -> None:
    """A status comes after a while: the answer of a moment ago stands in for one that takes its time."""
    until(lambda: client.get(path).status_code == status)


def late(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE sync_day SET checked_at = NULL"))
        connection.execute(update(SYNC_RUN).values(finished_at=NOW - 5 * HOUR))


def test_health_says_how_the_data_stands_and_names_nobody(watched, call):
    answer = settled(call(), "/health")
    assert answer.status_code == 200
    found = answer.json()
    assert list(found) == [
        "state",
        "reason",
        "data_through",
        "newest_offered",
        "lag_days",
        "last_attempt",
        "last_success",
        "key",
        "daemon_alive",
        "days",
    ]
    assert (found["state"], found["key"], found["daemon_alive"]) == ("healthy", "stored", True)
    assert dt.datetime.fromisoformat(found["last_attempt"]) == NOW - HOUR
    assert set(found["days"]) >= {"complete", "provisional", "failed", "missing"}
    assert answer.headers["cache-control"] == "no-store"


def test_late_data_is_503_although_everything_runs_r63(watched, call):
    late(watched)
    client = call()
    assert settled(client, "/readyz").status_code == 200
    answer = settled(client, "/health")
    assert (answer.status_code, answer.json()["state"]) == (503, "late")
    assert answer.json()["reason"].startswith("Nothing was read since")
    assert client.get("/healthz").status_code == 200


def test_without_a_key_it_is_not_connected_and_no_alarm(watched, call):
    with watched.write() as connection:
        connection.execute(text("DELETE FROM connection"))
    answer = settled(call(), "/health")
    assert (answer.status_code, answer.json()["state"], answer.json()["key"]) == (200, "not connected", "absent")


def test_no_answer_holds_a_person_an_address_a_key_or_a_machine_a24(watched, call):
    client = call()
    settled(client, "/health")
    answers = "".join(client.get(path).text for path in WATCHED).lower()
    with watched.read("test") as connection:
        people = connection.execute(text("SELECT name, email FROM employee")).all()
    canaries = {str(value).lower() for row in people for value in row} | {"canary", "@", KEY[-4:], "dora", SECRET}
    assert {canary for canary in canaries if canary in answers} == set()


METRIC_LINE = re.compile(r'uptake_[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"\})? -?\d+(\.\d+)?(e[+-]?\d+)?')


def samples(text_format: str) -> dict[str, float]:
    """The samples by name and labels; fails where a line has another form, or a metric lacks its head."""
    assert text_format.endswith("\n")
    found: dict[str, float] = {}
    head = ""
    for line in text_format.splitlines():
        if line.startswith("# HELP "):
            head = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {head} gauge"
        else:
            assert METRIC_LINE.fullmatch(line), line
            name, _, value = line.rpartition(" ")
            assert name.partition("{")[0] == head and name not in found
            found[name] = float(value)
    return found


def test_the_metrics_are_those_of_the_health(watched, call):
    client = call()
    answer = settled(client, "/metrics")
    health = settled(client, "/health").json()
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = samples(answer.text)
    assert found['uptake_build_info{version="1.2.3"}'] == 1
    assert [found[f'uptake_state{{state="{state}"}}'] for state in State] == [1, 0, 0, 0]
    assert found['uptake_key_state{state="stored"}'] == found["uptake_database_up"] == 1
    assert found["uptake_lease_holder_alive"] == 1
    assert found["uptake_last_success_timestamp_seconds"] == pytest.approx(
        dt.datetime.fromisoformat(health["last_success"]).timestamp()
    )
    through = dt.datetime.combine(dt.date.fromisoformat(health["data_through"]), dt.time(), dt.UTC)
    assert found["uptake_data_through_timestamp_seconds"] == through.timestamp()
    assert found["uptake_lag_days"] == health["lag_days"]
    assert found['uptake_days{state="complete"}'] == health["days"]["complete"]


def test_what_is_not_known_has_no_sample_and_is_not_zero():
    nothing = Health(
        State.NOT_CONNECTED, "No key.", None, None, None, None, None, KeyState.ABSENT, False, DayCounts(0, 0, 0, None)
    )
    found = samples(metrics.render('1"\\\n', nothing))
    assert not [name for name in found if "timestamp" in name or "lag" in name or "missing" in name]
    assert found[r'uptake_build_info{version="1\"\\\n"}'] == 1
    assert samples(metrics.render("1", None)) == {
        'uptake_build_info{version="1"}': 1,
        "uptake_database_up": 0,
        'uptake_state{state="healthy"}': 0,
        'uptake_state{state="late"}': 0,
        'uptake_state{state="not connected"}': 0,
        'uptake_state{state="unknown"}': 1,
    }


@pytest.mark.parametrize("path", ["/health", "/metrics"])
@pytest.mark.parametrize(
    ("origin", "headers"),
    [
        ({"host": "192.0.2.7"}, {}),
        ({"host": "testclient"}, {}),
        ({"host": "10.0.0.9", "base_url": "http://10.0.0.1:8501"}, {"host": "127.0.0.1"}),
        ({}, {"x-forwarded-for": "127.0.0.1"}),
        ({}, {"forwarded": "for=127.0.0.1"}),
        ({}, {"x-real-ip": "192.0.2.7"}),
        ({}, {"via": "1.1 proxy"}),
        ({}, {"host": "uptake.example.com"}),
        ({}, {"host": "rebound.example.com:8501"}),
        ({}, {"host": "["}),
    ],
)
def test_other_machines_are_told_nothing_unless_they_have_the_token_a24(environment, call, path, origin, headers):
    answer = call(**origin).get(path, headers=headers)
    assert (answer.status_code, answer.text) == (404, "Not found")
    client = call(token=TOKEN, **origin)
    for wrong in ("", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", "Bearer ü"):
        answer = client.get(path, headers=headers | {"authorization": wrong.encode("utf-8")})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), wrong
    assert client.get(path, headers=headers | {"authorization": f"bearer {TOKEN}"}).status_code not in {401, 404}


def test_a_token_given_without_one_in_the_settings_opens_nothing(environment, call):
    client = call(host="192.0.2.7")
    for given in ("None", "", TOKEN):
        assert client.get("/metrics", headers={"authorization": f"Bearer {given}"}).status_code == 404


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Nobody else can even read, as in a migration or under a foreign program."""
    resources.close()
    database.dispose()
    if database.is_sqlite:
        with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("UPDATE version SET number = number")
            yield
    else:
        with database.write() as connection:
            connection.exec_driver_sql("LOCK TABLE alembic_version, sync_day, sync_run IN ACCESS EXCLUSIVE MODE")
            yield


def test_no_answer_waits_for_a_locked_database_r63(watched, call, monkeypatch):
    began, ended = list[str](), list[str]()

    def noted(question: Callable[[], Any]) -> Callable[[], Any]:
        def ask() -> Any:
            began.append(question.__name__)
            try:
                return question()
            finally:
                ended.append(question.__name__)

        return ask

    monkeypatch.setattr("core.store.engine.database._BUSY_SECONDS", 60)  # for so long a read waits for the lock
    client = call(asking=noted)
    with locked(watched):
        for path, status in zip(WATCHED, (200, 503, 503, 200), strict=True):
            assert [client.get(path).status_code for _ in range(4)] == [status] * 4, path
        until(lambda: len(began) == 2)
        assert (sorted(began), ended) == (["health", "is_ready"], [])
    assert [settled(client, path).status_code for path in WATCHED] == [200] * 4


def test_a_database_that_is_gone_is_not_ready_but_the_process_lives_r63(environment, call):
    environment.setenv("UPTAKE_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    client = call()
    assert [client.get(path).status_code for path in WATCHED] == [200, 503, 503, 200]


def test_a_database_of_another_schema_is_not_ready(environment, company, call):
    client = call()
    assert settled(client, "/readyz").status_code == 200
    with company.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    comes(client, "/readyz", 503)
    assert not schema_version.is_current(company)


def test_one_question_at_a_time_is_asked_however_many_want_to_know():
    asked = []
    together, go = threading.Barrier(21), threading.Event()

    def ask() -> str:
        asked.append(threading.current_thread())
        go.wait()
        return "well"

    latest = Latest(ask, patience=60, fresh=60)
    found: list[str | None] = []

    def want_to_know() -> None:
        together.wait()
        found.append(latest.get())

    askers = [threading.Thread(target=want_to_know) for _ in range(20)]
    for asker in askers:
        asker.start()
    together.wait()
    go.set()
    for asker in askers:
        asker.join()
    assert found == ["well"] * 20
    assert len(asked) == 1


class Slow:
    """A question that is answered when the test says so, by a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.asked = 0
        self.given = threading.Event()
        self.latest = Latest(self._ask, patience=0.01, fresh=0.5, stale=15, clock=lambda: self.now)

    def _ask(self) -> str:
        self.asked += 1
        number = self.asked
        self.given.wait()
        return f"answer {number}"


@pytest.fixture
def slow() -> Iterator[Slow]:
    made = Slow()
    yield made
    made.given.set()


def test_an_answer_that_came_too_late_serves_the_next_one_who_asks(slow):
    assert slow.latest.get() is None
    slow.given.set()
    assert until(slow.latest.get) == "answer 1"
    assert slow.asked == 1


def test_an_answer_counts_for_a_moment_and_then_the_question_is_asked_again(slow):
    slow.given.set()
    assert until(slow.latest.get) == "answer 1"
    slow.now += 0.5
    assert slow.latest.get() == "answer 1"
    assert slow.asked == 1
    slow.now += 0.01
    until(lambda: slow.latest.get() == "answer 2")
    assert slow.asked == 2


def test_an_old_answer_stands_in_for_a_slow_one_but_not_for_ever(slow):
    slow.given.set()
    assert until(slow.latest.get) == "answer 1"
    slow.given.clear()
    slow.now += 15
    assert [slow.latest.get() for _ in range(3)] == ["answer 1"] * 3
    until(lambda: slow.asked == 2)
    slow.now += 0.01
    assert slow.latest.get() is None
    slow.given.set()
    assert until(slow.latest.get) == "answer 2"


def test_every_answer_comes_while_the_database_has_given_none_r63():
    given = threading.Event()

    def give() -> Health:
        given.wait()
        raise StorageError("Away.")

    try:
        app = Starlette(routes=watch_routes(given.wait, give, "1.2.3", None))
        client = TestClient(app, base_url="http://127.0.0.1:8501", client=("127.0.0.1", 5000))
        answers = {path: client.get(path) for path in WATCHED}
        assert not given.is_set()
    finally:
        given.set()
    assert [answers[path].status_code for path in WATCHED] == [200, 503, 503, 200]
    assert answers["/health"].json()["state"] == "unknown"
    assert samples(answers["/metrics"].text)["uptake_database_up"] == 0
    assert Latest(bool)._patience < 0.1


def test_a_database_that_goes_and_comes_back_is_ready_again_without_a_restart_r63(watched, call):
    assert settled(call(), "/readyz").status_code == 200
    if not watched.is_sqlite:
        resources.close()  # a server's database is not taken away under open connections
    with absent(cast("Any", SimpleNamespace(database=watched))):
        client = call()
        assert [client.get(path).status_code for path in WATCHED] == [200, 503, 503, 200]
    client = call()
    assert [settled(client, path).status_code for path in WATCHED] == [200] * 4
