"""Viewers at once: the served application, one browser connection for each viewer, ten seconds between two clicks.

Beside it a sync stores the newest day again and again, each time with other numbers, as often as it could have read
all its pages from the API. The application has the first processor for itself, viewers and sync share the others. A
click is the message that a browser sends; it is answered when the page's script has finished.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import urlencode

import httpx
import numpy as np
from sqlalchemy import make_url
from streamlit.util import calc_hash

from benchmarks import large
from benchmarks.figures import Figure, Figures, no
from benchmarks.memory import peak_megabytes
from benchmarks.pages import ADMIN, environment
from core import settings as configuration
from core.cli.dashboard import free_port
from core.reports.periods import PRESETS
from core.store import process_cache
from core.store.day_writes import DayWriter
from core.store.engine.database import Database
from core.store.hierarchy.members import NEVER
from core.ui.frame.navigation import ROOT
from core.web import oidc
from tests.support.company import claims_of
from tests.support.sockets import Answer, Socket, rerun, signed

THINK_SECONDS = 10.0
ROWS_A_PAGE, REQUESTS_A_MINUTE = 1_000, 50
"""How fast a sync reads: the most rows that the API gives at once, and the rate that Uptake keeps to."""
MINUTES = 3.0
P95 = {50: 0.8, 100: 2.0}
"""So many viewers → seconds within which 95 of 100 clicks are to be answered; more viewers have no bound."""
_RANGES = [key for key in PRESETS if key != "custom"]
_PAGES = {
    "admin": ("adoption", "people", "teams", "person"),
    "lead": ("adoption", "adoption", "adoption", "people", "people", "teams", "person", "my-usage"),
    "employee": ("my-usage",),
}


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: the address, the team, and people of it; who leads nobody has none."""

    email: str
    team: int
    people: tuple[int, ...]

    @property
    def kind(self) -> str:
        """By which pages they have."""
        return "admin" if self.email == ADMIN else "lead" if self.people else "employee"


@dataclass
class Seen:
    """What all viewers together met with."""

    seconds: list[float] = field(default_factory=list)
    opening: list[float] = field(default_factory=list)
    kilobytes: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def measure(viewers: int, kind: str, minutes: float = MINUTES) -> Figures:
    """Seconds of a click, errors, and megabytes of the application, with so many viewers."""
    with tempfile.TemporaryDirectory() as folder, _copy(kind, Path(folder)) as url:
        people = _viewers(url, viewers)
        with _served(Path(folder), url) as (address, key, process), _syncing(url):
            seen, end = Seen(), time.monotonic() + 60 * minutes
            looks = [(address, key, viewer, seen, end) for viewer in people]
            threads = [threading.Thread(target=_look, args=look, daemon=True) for look in looks]
            for number, thread in enumerate(threads):
                thread.start()
                time.sleep(THINK_SECONDS / viewers if number else 2)
            for thread in threads:
                thread.join()
            peak = peak_megabytes(process.pid)
    for error in sorted(set(seen.errors))[:5]:
        print(f"  error: {error}")
    within = next((seconds for most, seconds in P95.items() if viewers <= most), None)
    return Figures(
        Figure("clicks", len(seen.seconds)),
        Figure("a click, median", float(np.percentile(seen.seconds, 50)), unit="s"),
        Figure("a click, p95", float(np.percentile(seen.seconds, 95)), most=within, unit="s"),
        Figure("first page of a connection, p95", float(np.percentile(seen.opening, 95)), unit="s"),
        no("errors", len(seen.errors)),
        Figure("peak memory of the application", peak, most=500, unit="MB"),
        *(Figure(f"{name}, most", max(sizes), unit="kB") for name, sizes in sorted(seen.kilobytes.items())),
    )


def _viewers(url: str, count: int) -> list[Viewer]:
    """An admin, the reader of a tenth, and people drawn at random: two leads of a team for each who leads nobody."""
    database = Database(url)
    company = process_cache.directory(database, "benchmark")
    database.dispose()
    dice = np.random.default_rng(5)
    sizes = company.right - np.arange(len(company.ids))
    staying = company.ends == NEVER
    leads, others = np.flatnonzero(staying & (sizes > 1)), np.flatnonzero(staying & (sizes == 1))
    chosen = [0, large.readers(company)["a tenth"], *dice.choice(leads, size=count * 2 // 3, replace=False)]
    chosen += list(dice.choice(others, size=count, replace=False))
    found = [Viewer(ADMIN, 0, tuple(company.ids[1:50].tolist()))]
    for at in map(int, chosen[: count - 1]):
        team = company.ids[at + 1 : company.right[at]][:50]
        found.append(Viewer(company.emails[at], int(company.ids[at]), tuple(team.tolist())))
    return found


def _look(address: str, key: str, viewer: Viewer, seen: Seen, end: float) -> None:
    """Open the application, then click now and then until the end."""
    dice = random.Random(viewer.email)
    claims = {name: said for name, said in claims_of(viewer.email).items() if name != "is_logged_in"}
    try:
        with Socket(address, cookie=signed(key, claims, address)) as connection:
            start = time.monotonic()
            _check(connection.run(), "the first page", seen)
            with seen.lock:
                seen.opening.append(time.monotonic() - start)
            while time.monotonic() < end:
                _think(connection, dice.uniform(0.5, 1.5) * THINK_SECONDS)
                page = dice.choice(_PAGES[viewer.kind])
                query = {"range": dice.choice(_RANGES)}
                if page == "person":
                    query["person"] = str(dice.choice(viewer.people))
                message = rerun(urlencode(query), page=page, page_hash=calc_hash(page))
                start = time.monotonic()
                answer = connection.run(message)
                while not _took(answer, query):  # the server was just drawing anew what stood there before
                    answer = connection.until_finished()
                with seen.lock:
                    seen.seconds.append(time.monotonic() - start)
                    seen.kilobytes.setdefault(page, []).append(len(answer.raw) / 1_000)
                _check(answer, page, seen)
    except Exception as error:  # noqa: BLE001 - whatever a viewer meets with is what is counted
        with seen.lock:
            seen.errors.append(f"{type(error).__name__}: {error}")


def _took(answer: Answer, query: dict[str, str]) -> bool:
    with suppress(AssertionError):
        return answer.took(query)
    return False


def _think(connection: Socket, seconds: float) -> None:
    """Wait, taking in what the page asks by itself meanwhile."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        with suppress(TimeoutError):
            connection.receive(left)


def _check(answer: Answer, page: str, seen: Seen) -> None:
    found = [one.message for one in answer.elements("exception")]
    found += [one.body for one in answer.elements("alert") if one.format == one.ERROR]
    found += [] if answer.elements("heading") else ["no heading"]
    with seen.lock:
        seen.errors += [f"{page}: {text}" for text in found]


@contextmanager
def _copy(kind: str, folder: Path) -> Iterator[str]:
    """A copy of the large company, which the sync may change."""
    url = large.kept(kind)
    if kind == "sqlite":
        shutil.copyfile(make_url(url).database or "", folder / "uptake.db")
        yield f"sqlite:///{folder / 'uptake.db'}"
        return
    yield url  # what the sync stores there is replaced by the next one


@contextmanager
def _served(folder: Path, database_url: str) -> Iterator[tuple[str, str, subprocess.Popen[bytes]]]:
    """The application on the first processor: its address, the key of its cookies, and its process."""
    port = free_port(8650)
    address = f"http://localhost:{port}"
    ours = environment(database_url, folder) | {"UPTAKE_PORT": str(port), "UPTAKE_PUBLIC_URL": address}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("UPTAKE_")} | ours
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, str(ROOT / "app.py")], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(process.pid, processors[:1])
    os.sched_setaffinity(0, processors[1:] or processors)
    try:
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{address}/healthz").is_success:
                    break
            assert process.poll() is None, (folder / "app.log").read_text()
            time.sleep(0.2)
        yield address, oidc.cookie_key(configuration.load(ours)), process
    finally:
        os.sched_setaffinity(0, processors)
        process.terminate()
        process.wait(20)


@contextmanager
def _syncing(url: str) -> Iterator[None]:
    """A process that stores days as a running sync does."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    child = context.Process(target=_store, args=(url, stop))
    child.start()
    try:
        yield
    finally:
        stop.set()
        child.join()


def _store(url: str, stop: Event) -> None:
    database, everybody = Database(url), large.People(large.PEOPLE, large.DAYS)
    with database.write() as connection:
        writer = DayWriter(connection)
    number, first = 0, everybody.page(large.LAST)[1]
    requests = -(-len(first.values) // ROWS_A_PAGE)
    while not stop.wait(60 * requests / REQUESTS_A_MINUTE):
        number += 1
        # The same people, who did more: a version that lost people is held.
        page = replace(first, values=np.where(first.values > 0, first.values + number, 0))
        with database.write() as connection:
            writer.store(connection, large.LAST, [page], f"{number}".encode(), dt.datetime.now(dt.UTC))
    database.dispose()
