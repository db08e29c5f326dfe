"""The lists of the catalogue fit each other, and the simulator's rows: a new counter is in all of them, or in none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from core.catalogue import ACROSS, IGNORED_FIELDS, MEASURE, MEASURES, PRODUCTS, STATS, Ratio, measures_of, sources_of
from core.catalogue.kinds import Adds
from simulator import wire

_FORMER_NAMES = {"bioscience_metrics"}
"""Blocks that answers had for a while: the simulator gives what the API gives now."""

_ONLY_IN_GROUPED_ROWS = {path for path, reason in IGNORED_FIELDS.items() if "grouped rows only" in reason}


def _fields(row: dict[str, Any], before: str = "") -> Iterator[str]:
    for key, value in row.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def test_no_two_entries_share_a_key_a_slot_or_a_field():
    for shared in (
        [measure.key for measure in MEASURES],
        [measure.slot for measure in MEASURES],
        [path for measure in MEASURES for path in measure.paths],
        [stat.key for stat in STATS],
        [stat.label for stat in STATS],
    ):
        assert [entry for entry, times in Counter(shared).items() if times > 1] == []


def test_every_counter_is_told_in_a_statistic_and_every_statistic_has_its_counters():
    told = {key for stat in STATS for key in measures_of(stat)}
    assert (MEASURE.keys() - told, told - MEASURE.keys()) == (set(), set())


def test_every_entry_belongs_to_a_product_that_there_is():
    products = {product.key for product in PRODUCTS} | {ACROSS}
    assert {entry.product for entry in (*MEASURES, *STATS)} <= products


def test_a_statistic_of_one_product_has_counters_of_that_product_alone():
    for stat in STATS:
        assert stat.product == ACROSS or {MEASURE[key].product for key in measures_of(stat)} == {stat.product}, stat.key


def test_the_simulator_gives_every_field_that_is_counted_and_no_other():
    row = wire.zero_row("user_1", "ada@example.com") | {"chat_cowork_unified_metrics": wire.unified_block()}
    counted = {path for measure in MEASURES for path in measure.paths if path.split(".")[0] not in _FORMER_NAMES}
    known = counted | IGNORED_FIELDS.keys()
    given = set(_fields(row))
    assert (counted - given, given - known) == (set(), set())
    assert known - given - counted <= _ONLY_IN_GROUPED_ROWS | {"last_activity_date"}


def test_a_rate_sums_whatever_it_divides_and_what_it_divides_by():
    rate = Ratio(
        key="commits_per_session",
        label="Commits per session",
        product="code",
        numerator=("commits",),
        denominator=("code_sessions",),
        counted="sessions",
        meaning="Commits divided by sessions.",
    )
    assert rate.adds is Adds.RATIO
    assert measures_of(rate) == ("code_sessions", "commits")
    assert sources_of(rate).split(" + ") == [
        "claude_code_metrics.core_metrics.distinct_session_count",
        "claude_code_metrics.core_metrics.commit_count",
    ]
