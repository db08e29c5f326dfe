"""A few of the draws in which `python -m benchmarks numbers` compares the pages' numbers with the user-days."""

from __future__ import annotations

from benchmarks.proofs import numbers


def test_the_numbers_of_every_page_are_those_of_the_user_days():
    found = numbers.measure(6, ("sqlite",))
    assert found["differences"] == 0
    assert all(found[f"numbers of {page}"] > 50 for page in numbers.PAGES)
