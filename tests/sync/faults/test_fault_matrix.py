"""A slice of the fault matrix, phases and databases in turn. All of it: `python -m benchmarks faults`."""

from __future__ import annotations

import httpx
import pytest

from tests.sync.faults.api import Asked
from tests.sync.faults.case import HEALED, Case
from tests.sync.faults.play import CASES, play


def _slice() -> list[object]:
    """One case of each number in one of its phases; one in eight on PostgreSQL."""
    chosen: list[object] = []
    numbers: set[str] = set()
    for number, case in enumerate(CASES):
        if case.id in numbers:
            continue
        numbers.add(case.id)
        phase = case.phases[number % len(case.phases)]
        kind = "postgresql" if number % 8 == 7 or "sqlite" not in case.kinds else "sqlite"
        kind = kind if kind in case.kinds else case.kinds[0]
        marks = [pytest.mark.postgresql] if kind == "postgresql" else []
        name = "-".join(f"{case.name} {phase} {kind} {case.id.lower()}".split())
        chosen.append(pytest.param(case, phase, kind, id=name, marks=marks))
    return chosen


@pytest.mark.parametrize(("case", "phase", "kind"), _slice())
def test_a_fault_ends_as_if_it_had_not_been_or_with_whole_days_and_the_reason(
    case: Case, phase: str, kind: str, request
):
    if kind == "postgresql":
        request.getfixturevalue("postgresql_server")
    play(case, phase, kind)


def test_a_fault_that_is_not_tried_in_every_phase_and_database_says_why():
    partial = [case for case in CASES if len(case.phases) * len(case.kinds) < 6]
    assert [str(case) for case in partial if not case.why_not_all] == []
    assert len(CASES) - len(partial) >= 72
    assert len({str(case) for case in CASES}) == len(CASES)


def _nothing(asked: Asked) -> httpx.Response:
    return asked.genuine()


@pytest.mark.parametrize(
    "given",
    [
        {"says": ""},
        {"says": "not"},
        {"says": {"steady": "a sentence of its own"}},
        {"says": "a sentence of its own", "answer": None},
        {"says": "a sentence of its own", "ends": HEALED},
        {"says": "a sentence of its own", "why_not_on_page": "the database is gone"},
    ],
    ids=["nothing", "a word", "one phase of three", "no fault", "no trouble", "nobody is told"],
)
def test_a_fault_cannot_be_noted_without_a_sentence_that_tells_of_it(given):
    with pytest.raises(ValueError, match=r"^R00 a fault: "):
        Case(**{"id": "R00", "name": "a fault", "answer": _nothing, **given})
