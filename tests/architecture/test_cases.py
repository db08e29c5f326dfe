"""The census of the numbered faults: each one stands in the name of a test.

The numbers are those of the project's list of reliability cases, R01 to R72.
"""

from __future__ import annotations

from tests.architecture.census import cases_in, sources

ALL = {f"R{number:02d}" for number in range(1, 73)}


def _covered() -> set[str]:
    return {case for source in sources() for case in cases_in(source, "R")}


def test_every_fault_of_the_list_is_in_the_name_of_a_test():
    assert sorted(ALL - _covered()) == []


def test_a_number_is_found_in_names_and_parameters_and_nowhere_else():
    source = 'def test_R07_a_thing(): """R08"""\ndef test_a_thing_r09_r10(): ...\nCase(id="R11", name="R12")  # R13'
    assert cases_in(source, "R") == {"R07", "R09", "R10", "R11"}
