"""Small shares of the long proofs (`python -m benchmarks fuzz`, `soak`, `kills`, `backfill`), by the same code."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.proofs import backfill, fuzz, kills, soak


def test_mutated_answers_crash_nothing_and_store_nothing_half_r13_r26(database_url):
    assert fuzz.measure(database_url, 100).missed == []


def test_a_day_in_trouble_ends_like_a_day_without_and_leaves_no_file_open_r69():
    before = _open_files()
    assert [figure for figure in soak.measure(1).missed if figure.name != soak.GROWTH] == []
    assert _open_files() <= before


def _open_files() -> int:
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.exists() else 0


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_daemon_killed_at_steps_of_its_work_loses_and_doubles_nothing_r46_r47(kind, request):
    if kind == "postgresql":
        request.getfixturevalue("postgresql_server")
    assert kills.measure(kind, 2, steps=4, phases=("back-fill",)).missed == []


def test_a_back_fill_uses_the_limit_and_never_exceeds_it_r66():
    figures = backfill.measure(seats=100, days=200)
    assert figures["requests for pages of users"] == 200
    assert figures.missed == []


def test_a_hundred_thousand_seats_stay_inside_the_hour_and_the_limit_r66():
    figures = backfill.measure_hours(hours=2, days=8)
    assert figures["requests an hour, most"] > 300
    assert figures.missed == []
