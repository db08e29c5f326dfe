"""Review exports of a chain of 1,000 people over a quarter: seconds, and peak memory of all processes together."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks import chain
from benchmarks.figures import Figure, Figures
from core.reports.exports.provenance import Ledger, Maker
from core.reports.exports.review_files import make
from core.reports.periods import DAY, Period
from core.reports.reviews import people
from core.reports.reviews.packet import Request, chosen_stats
from core.reports.reviews.readings import PresentReadings
from core.store.access import exports
from core.store.engine.database import Database
from core.visibility import Identity, scope_of, viewer_for

PEOPLE, DAYS = 1_000, 200
FORMS = ("csv", "json", "xlsx", "pdf")


def measure(people_count: int = PEOPLE) -> Figures:
    """Seconds and peak megabytes of each form, each made in a fresh process (and the typesetter's own) on SQLite."""
    result: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/uptake.db"
        chain.fill(url, people_count, DAYS).dispose()
        for form in FORMS:
            command = [sys.executable, "-m", "benchmarks.exports", url, form, folder]
            seconds, megabytes, size = map(float, subprocess.check_output(command, text=True).split())  # noqa: S603
            result += [
                Figure(f"{form}: made in", seconds, most=60, unit="s"),
                Figure(f"{form}: peak memory", megabytes, most=500, unit="MB"),
                Figure(f"{form}: the file", size, unit="MB"),
            ]
    return Figures(*result)


def _make(url: str, form: str, folder: Path) -> str:
    database = Database(url)
    scope = scope_of(
        database, viewer_for(database, [chain.ADMIN], Identity(chain.ADMIN, email_verified=True), chain.LAST)
    )
    period = Period(chain.LAST - DAY * 91, chain.LAST)
    request = Request(people.chain(scope, scope.whole.team_id, period), period, chosen_stats(()))
    scope.recorder.log_export(scope.whole.team_id, request.chosen.ids, {})
    peak = _Peak()
    start = time.perf_counter()
    with database.read() as connection:
        ledger = Ledger(**vars(exports.ledger_state(connection, period.first, period.last)))
    maker = Maker("0" * 32, "Benchmark", dt.datetime.now(dt.UTC), chain.LAST, "0")
    with tempfile.TemporaryDirectory(dir=folder) as where:
        made = make(PresentReadings(scope), request, maker, lambda: ledger, form=form, folder=Path(where))
        taken = time.perf_counter() - start
        return f"{taken} {peak.megabytes} {made.path.stat().st_size / 1e6}"


class _Peak:
    """The highest resident memory of this process and its children, looked at every 50 ms."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        own = Path("/proc/self/task")
        while True:
            children = [child for task in own.iterdir() for child in (task / "children").read_text().split()]
            self.megabytes = max(self.megabytes, sum(_resident(number) for number in ("self", *children)))
            time.sleep(0.05)


def _resident(number: str) -> float:
    try:
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    print(_make(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
