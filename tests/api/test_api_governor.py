"""The limit on requests per minute, on a clock of the test's own."""

from __future__ import annotations

import itertools
import random

import pytest

from core.api.governor import Governor


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def most_in_a_minute(sent: list[float]) -> int:
    """The largest number of requests in any 60 seconds."""
    first, most = 0, 0
    for last, moment in enumerate(sent):
        while sent[first] <= moment - 60:
            first += 1
        most = max(most, last - first + 1)
    return most


def run(per_minute: int, minutes: float, work) -> list[float]:
    clock = Clock()
    governor = Governor(per_minute, clock, clock.sleep)
    sent: list[float] = []
    end = clock.now + 60 * minutes
    while clock.now < end:
        governor.wait()
        sent.append(clock.now)
        clock.now += work()
    return sent


@pytest.mark.parametrize("per_minute", [1, 7, 50, 60, 997])
def test_a_long_back_fill_uses_the_limit_and_never_exceeds_it(per_minute):
    sent = run(per_minute, 30, lambda: 0.0)
    assert most_in_a_minute(sent) <= per_minute
    assert len(sent) >= 0.95 * per_minute * 30


def test_answers_of_differing_speed_still_use_the_limit():
    work = random.Random(5)  # noqa: S311 - the same speeds in every run
    sent = run(50, 60, lambda: work.choice([0.05, 0.3, 0.9, 2.5]))
    assert most_in_a_minute(sent) <= 50
    assert len(sent) >= 0.95 * 50 * 60


def test_requests_come_evenly_and_not_in_a_burst():
    sent = run(50, 3, lambda: 0.0)
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(sent))
    assert gaps[5] == pytest.approx(1.2, abs=0.01), "after at most five requests to catch up, one every 1.2 seconds"


def test_a_pause_does_not_earn_a_burst():
    clock = Clock()
    governor = Governor(60, clock, clock.sleep)
    governor.wait()
    clock.now += 3_600
    start = clock.now
    for _ in range(10):
        governor.wait()
    assert clock.now - start >= 10 - 6


def test_a_process_that_is_restarted_again_and_again_does_not_exceed_the_limit_r66():
    clock, sent = Clock(), list[float]()
    for _ in range(10):
        clock.now += 1.5  # a start takes as long, and more
        governor = Governor(50, clock, clock.sleep)
        for _ in range(8):
            governor.wait()
            sent.append(clock.now)
    assert most_in_a_minute(sent) <= 50


def test_it_tells_how_much_of_the_minute_is_used():
    clock = Clock()
    governor = Governor(60, clock, clock.sleep)
    for _ in range(20):
        governor.wait()
    assert governor.used_last_minute() == 20
    clock.now += 61
    assert governor.used_last_minute() == 0


def test_a_wait_ends_early_when_told_to_stop_and_counts_nothing():
    clock = Clock()
    governor = Governor(1, clock, clock.sleep)
    governor.wait()
    start = clock.now
    assert governor.wait(stop=lambda: clock.now > start + 2) is False
    assert clock.now - start < 3
    assert governor.used_last_minute() == 1


def test_a_limit_that_lets_nothing_through_is_refused():
    with pytest.raises(ValueError, match="0 requests"):
        Governor(0)


def test_a_lowered_limit_holds_at_once_and_a_raised_one_never_exceeds_what_it_was_made_with_r07():
    clock = Clock()
    governor = Governor(50, clock, clock.sleep)
    sent: list[float] = []

    def spend(minutes: float) -> list[float]:
        first, end = len(sent), clock.now + 60 * minutes
        while clock.now < end:
            governor.wait()
            sent.append(clock.now)
        return sent[first:]

    spend(5)
    governor.limit(20)
    assert most_in_a_minute(spend(10)[20:]) <= 20
    governor.limit(500)
    assert governor.per_minute == 50
    assert len(spend(10)) >= 0.95 * 50 * 10
    assert most_in_a_minute(sent) <= 50
    governor.limit(0)
    assert governor.per_minute == 1
