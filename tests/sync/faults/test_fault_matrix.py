"""A slice of the fault matrix, phases and databases in turn. All of it: `python -m benchmarks faults`."""

from __future__ import annotations

import pytest

from tests.sync.faults.case import Case
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
        name = "-".join((f"{case} {phase} {kind}").split())
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
