"""Mutants of the modules that decide who sees whom: each is found by a test, or accepted with a written reason.

For every mutant a child process is forked that forgets the module and all that import it, is given the changed one in
place of the one in the file, and runs the tests that guard it. Nothing on disk is touched.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

import grimp
import hypothesis
import pytest

from benchmarks.figures import Figure, Figures, no
from benchmarks.proofs.mutation_operators import Mutant, mutants
from tests import conftest as _read_once_for_all_children  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
ACCEPTED = Path(__file__).with_name("accepted_mutants.toml")
SECONDS = 240
"""After which a child that still runs has noticed something: the mutant goes round in circles."""

_OPTIONS = (
    *("-x", "-q", "--assert=plain"),
    *("-p", "no:cacheprovider", "-p", "no:xdist"),
    *("-m", "not postgresql and not browser"),
)

GUARDS: dict[str, tuple[str, ...]] = {
    "core.people.email": ("tests/people/test_email.py",),
    "core.people.matching": ("tests/people/test_matching.py",),
    "core.people.decisions": ("tests/people/test_matching.py",),
    "core.people.hierarchy": ("tests/people/test_hierarchy.py",),
    "core.visibility.reach": (
        "tests/visibility/test_reach.py",
        "tests/visibility/test_reach_in_time.py",
        "tests/visibility/test_gate.py",
    ),
    "core.visibility.scope": (
        "tests/visibility/test_reach.py",
        "tests/visibility/test_reach_in_time.py",
        "tests/visibility/test_annotated.py",
        "tests/visibility/test_as_it_was.py",
        "tests/audit/test_looks.py",
        "tests/visibility/test_gate.py",
    ),
    "core.visibility.marks": ("tests/visibility/test_context_marks.py",),
    "core.visibility.notes": ("tests/visibility/test_notes.py",),
    "core.visibility.annotated": ("tests/visibility/test_annotated.py",),
    "core.visibility.totals": ("tests/visibility/test_organisation_totals.py",),
}
"""Module → the tests that have to notice each change of it, the quickest first."""


def of(module: str) -> list[Mutant]:
    """Every mutant of a module."""
    path = ROOT / f"{module.replace('.', '/')}.py"
    return list(mutants(module, path.read_text("utf-8"), str(path)))


def accepted() -> dict[str, dict[str, str]]:
    """Module → name of a mutant that no test has to notice → the reason."""
    return tomllib.loads(ACCEPTED.read_text("utf-8"))


def unnoticed(chosen: Sequence[Mutant], at_once: int = 1) -> list[Mutant]:
    """The mutants, of those chosen, with which every test passes."""
    running: dict[int, Mutant] = {}
    survived, waiting = [], list(chosen)
    while waiting or running:
        while waiting and len(running) < at_once:
            mutant = waiting.pop()
            running[_fork(mutant)] = mutant
        child, status = os.wait()
        if child in running:
            mutant = running.pop(child)
            if os.waitstatus_to_exitcode(status) == 0:
                survived.append(mutant)
    return survived


def _fork(mutant: Mutant) -> int:
    forgotten = _forgotten(mutant.module)
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.alarm(SECONDS)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        for name in forgotten:
            del sys.modules[name]
        sys.meta_path.insert(0, _Changed(mutant.module, mutant.code))
        hypothesis.settings.register_profile("mutants", max_examples=25, derandomize=True, database=None)
        hypothesis.settings.load_profile("mutants")
        code = int(pytest.main([*_OPTIONS, *(str(ROOT / guard) for guard in GUARDS[mutant.module])]))
    finally:
        os._exit(code)


def _forgotten(module: str) -> list[str]:
    """The modules that a child has to read anew."""
    above = {module, *_imports().find_downstream_modules(module)}
    ours = (name for name in sys.modules if name in above or name.partition(".")[0] == "tests")
    return [name for name in ours if name != "tests.support.databases"]  # it keeps the empty database for all children


@functools.cache
def _imports() -> grimp.ImportGraph:
    return grimp.build_graph("core", cache_dir=None)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the changed module to whoever imports it."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(self, name: str, _path: object, _target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102 - our own code, with one change


def measure(module: str, share: float = 1.0, seed: int = 4) -> Figures:
    """Mutants of a module that were tried, that are accepted, and that neither the tests nor the list know.

    Raises:
        AssertionError: the tests fail without any change, so that they would notice anything.
    """
    began, reasons = time.perf_counter(), accepted().get(module, {})
    path = ROOT / f"{module.replace('.', '/')}.py"
    unchanged = Mutant(module, "", "", "", compile(path.read_text("utf-8"), str(path), "exec"))
    assert unnoticed([unchanged]) == [unchanged], f"the tests of {module} fail as it is"
    chosen = [mutant for mutant in of(module) if mutant.name not in reasons]
    chosen = random.Random(seed).sample(chosen, max(1, round(len(chosen) * share)))
    survived = unnoticed(chosen, at_once=os.cpu_count() or 1)
    for mutant in survived:
        print(f"  NOT NOTICED  {mutant.name}", flush=True)
    return Figures(
        Figure("mutants tried", len(chosen)),
        Figure("accepted with a reason", len(reasons)),
        no("mutants noticed by no test", len(survived)),
        Figure("taken", (time.perf_counter() - began) / 60, unit="min"),
    )
