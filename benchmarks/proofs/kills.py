"""kill -9 of a daemon, at random and at every step of its work, while a reader looks on.

The daemon is a process of its own that does `core.sync.daemon.run_once`, heartbeat and lease included; only its clock,
its way to the API (`tests.sync.faults.api`) and its engine are replaced, the last by one that can end the process at
its n-th statement, commit or request. After each kill the database is examined; every third time another daemon runs
to its end, after which it must hold what a store holds that nobody was killed over.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection as Pipe
from typing import Any

import httpx
from sqlalchemy import event, func, select, text

from benchmarks.figures import Figure, Figures, no
from core.errors import StorageError
from core.settings import Settings
from core.store.engine.database import Database
from core.store.tables.usage import SYNC_DAY, USER_DAY
from core.sync import daemon
from core.sync.run import SyncRunner
from tests.sync.faults.api import Api, Asked, Clock
from tests.sync.faults.stage import PHASES, Stage, dump, faultless, staged, users_by_day

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])
KILLS_BEFORE_HEALING = 3
STEPS = ("request", "answer", "statement", "executed", "commit", "committed")


def measure(
    kind: str, number: int = 1_000, seed: int = 7, steps: int | None = None, phases: Sequence[str] = PHASES
) -> Figures:
    """Kills at random and at each step (`steps`: at so many of them), and what was found wrong; that is printed."""
    logging.disable(logging.CRITICAL)
    dice, start = random.Random(seed), time.monotonic()
    bench = _Bench(kind)
    for phase in phases:
        share = number // len(phases) + (phase == phases[0]) * (number % len(phases))
        every = bench.steps_of(phase)
        named = every if steps is None else dice.sample(every, steps // len(phases))
        plans = [*named, *(("at random", 0) for _ in range(share))]
        dice.shuffle(plans)
        bench.try_all(phase, plans, dice)
    logging.disable(logging.NOTSET)
    return Figures(
        Figure("kills at random", bench.random_kills),
        Figure("kills at a step", bench.step_kills),
        Figure("daemons that ended before they were to be killed", bench.survivors),
        Figure("looks of a reader meanwhile", bench.looks),
        Figure("recoveries compared with an undisturbed store", bench.recoveries),
        no("half days, wrong sums or differences", bench.wrong),
        Figure("taken", time.monotonic() - start, unit="s"),
    )


class _Bench:
    """Counts of what was tried and found, on one kind of database."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.random_kills = self.step_kills = self.survivors = self.looks = self.recoveries = self.wrong = 0
        self._longest: dict[str, float] = {}

    def steps_of(self, phase: str) -> list[tuple[str, int]]:
        """Every step that a whole run in this phase takes, by name and number."""
        with staged(self._kind, phase) as stage:
            ours, theirs = _PROCESSES.Pipe()
            started = time.monotonic()
            child = _PROCESSES.Process(target=_sync, args=(stage.settings, stage.clock.now, ("none", 0), theirs))
            child.start()
            found: Counter[str] = ours.recv()
            child.join()
            self._longest[phase] = time.monotonic() - started
        return [(name, turn) for name in STEPS for turn in range(1, found[name] + 1)]

    def try_all(self, phase: str, plans: list[tuple[str, int]], dice: random.Random) -> None:
        """Carry the plans out, some on one database, then let a daemon finish there."""
        before, right = faultless(phase)
        for start in range(0, len(plans), KILLS_BEFORE_HEALING):
            with staged(self._kind, phase) as stage:
                look = _Look(stage.database, before, right)
                for plan in plans[start : start + KILLS_BEFORE_HEALING]:
                    # A daemon that ended before its moment came is followed by another one.
                    while not self._kill(stage, plan, look, dice.uniform(0, self._longest[phase])):
                        if plan[0] != "at random":
                            break
                    self._count(look.examine(), phase, plan)
                stage.clock.now += dt.timedelta(hours=1)
                stage.run()
                self.recoveries += 1
                self._count([] if dump(stage.database) == right else ["differs in the end"], phase, plans[start])

    def _kill(self, stage: Stage, plan: tuple[str, int], look: _Look, delay: float) -> bool:
        """Whether the daemon was killed."""
        stage.clock.now += dt.timedelta(minutes=5)  # the lease of the one killed before has run out
        ours, theirs = _PROCESSES.Pipe()
        child = _PROCESSES.Process(target=_sync, args=(stage.settings, stage.clock.now, plan, theirs))
        child.start()
        end = time.monotonic() + delay
        while child.is_alive():
            if plan[0] == "at random" and time.monotonic() > end:
                child.kill()
                break
            self.looks += 1
            time.sleep(0.01)  # leaves the daemon the processor
            self._count(look.glance(), "reader", plan)
        child.join()
        ours.close()
        killed = child.exitcode == -signal.SIGKILL
        self.survivors += not killed
        self.random_kills += killed and plan[0] == "at random"
        self.step_kills += killed and plan[0] != "at random"
        return killed

    def _count(self, problems: list[str], phase: str, plan: tuple[str, int]) -> None:
        self.wrong += len(problems)
        for problem in problems:
            print(f"  WRONG on {self._kind}, {phase}, {plan[0]} {plan[1]}: {problem}")


class _Look:
    """What may be seen: of each day the version before or the one after, whole."""

    def __init__(self, database: Database, before: dict[str, Any], right: dict[str, Any]) -> None:
        self._database = database
        self._old, self._new = users_by_day(before), users_by_day(right)

    def glance(self) -> list[str]:
        """One look of a reader: rows and messages of each day against the record of the day."""
        messages = func.coalesce(func.sum(USER_DAY.c.chat_messages), 0)
        with self._database.read("benchmark") as connection:
            recorded = connection.execute(select(SYNC_DAY.c.day, SYNC_DAY.c.rows).where(SYNC_DAY.c.revision > 0)).all()
            there = connection.execute(select(USER_DAY.c.day, func.count(), messages).group_by(USER_DAY.c.day)).all()
        rows = {day: (count, int(total)) for day, count, total in there}
        problems = [f"{day} has a part of its rows" for day, count in recorded if rows.get(day, (0, 0))[0] != count]
        problems += [f"{day} is shown without a record" for day in rows.keys() - {day for day, _ in recorded}]
        for day, found in rows.items():
            if found not in {_size(self._old.get(day, {})), _size(self._new.get(day, {}))}:
                problems.append(f"{day} is neither the old version nor the new one")
        return problems

    def examine(self) -> list[str]:
        """Everything: the file itself, all sums computed again, and each user-day."""
        problems = self.glance()
        with self._database.read() as connection:
            if self._database.is_sqlite and connection.execute(text("PRAGMA integrity_check")).scalar() != "ok":
                problems.append("the file is damaged")
        try:
            days = users_by_day(dump(self._database))
        except AssertionError:
            return [*problems, "a sum or bitmap is not what the user-days say"]
        problems += [
            f"{day} is mixed" for day, users in days.items() if users not in (self._old.get(day), self._new.get(day))
        ]
        return problems + [f"{day} went away" for day in self._old.keys() - days.keys()]


def _size(users: dict[str, dict[str, int]]) -> tuple[int, int]:
    return len(users), sum(counts.get("chat_messages", 0) for counts in users.values())


def _sync(settings: Settings, now: dt.datetime, plan: tuple[str, int], pipe: Pipe) -> None:
    """One sync that kills itself where the plan says, or tells how many steps it took when it comes to its end."""
    logging.disable(logging.CRITICAL)
    counts = Counter[str]()

    def step(name: str) -> None:
        counts[name] += 1
        if (name, counts[name]) == plan:
            os.kill(os.getpid(), signal.SIGKILL)

    clock = Clock(now)
    api = Api(clock)
    api.begin(functools.partial(_answer, step))
    replaced = {
        "now": clock.host,
        "connector": lambda _settings, _governor, _stop: api.connect,
        "Database": functools.partial(_watched, step),
        "SyncRunner": functools.partial(SyncRunner, clock=clock.host),
    }
    vars(daemon).update(replaced)
    with suppress(StorageError):
        daemon.run_once(settings)
    pipe.send(counts)


def _answer(step: Callable[[str], None], asked: Asked) -> httpx.Response:
    step("request")
    answer = asked.genuine()
    step("answer")
    return answer


def _watched(step: Callable[[str], None], url: str) -> Database:
    """A database whose writer tells of its steps."""
    database = Database(url)
    engine = database._writer  # noqa: SLF001 - the product has no hook for this, on purpose
    event.listen(engine, "before_cursor_execute", lambda *_: step("statement"))
    event.listen(engine, "after_cursor_execute", lambda *_: step("executed"))
    event.listen(engine, "commit", lambda _: step("commit"))
    event.listen(engine, "checkin", lambda *_: step("committed"))
    return database
