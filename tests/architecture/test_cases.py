"""The census of the numbered faults: each one stands in the name of a test, or here with the reason why none does.

The numbers are those of the project's list of reliability cases, R01 to R72.
"""

from __future__ import annotations

from tests.architecture.census import cases_in, sources

ALL = {f"R{number:02d}" for number in range(1, 73)}

OUT_OF_REACH: dict[str, str] = {}
"""Cases without a test, each with the reason in a sentence."""


def _covered() -> set[str]:
    return {case for source in sources() for case in cases_in(source, "R")}


def test_every_fault_of_the_list_is_in_the_name_of_a_test_or_out_of_reach_with_a_reason():
    assert sorted(ALL - _covered() - OUT_OF_REACH.keys()) == []


def test_no_fault_is_called_out_of_reach_that_has_a_test():
    assert sorted(_covered() & OUT_OF_REACH.keys()) == []
    assert OUT_OF_REACH.keys() <= ALL
    assert all(reason.endswith(".") for reason in OUT_OF_REACH.values())


def test_a_number_is_found_in_names_and_parameters_and_nowhere_else():
    source = 'def test_R07_a_thing(): """R08"""\ndef test_a_thing_r09_r10(): ...\nCase(id="R11", name="R12")  # R13'
    assert cases_in(source, "R") == {"R07", "R09", "R10", "R11"}
