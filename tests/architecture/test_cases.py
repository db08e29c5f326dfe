"""The census of the numbered faults: each one that docs/faults.md lists stands in the name of a test."""

from __future__ import annotations

from tests.architecture.census import cases_in, listed, rows_in, sources

ALL = set(listed("faults.md"))


def _covered() -> set[str]:
    return {case for source in sources() for case in cases_in(source, "R")}


def test_the_list_of_faults_runs_from_01_without_a_gap():
    assert listed("faults.md") == [f"R{number:02d}" for number in range(1, 73)]


def test_a_row_that_lacks_a_cell_or_its_sentence_does_not_count():
    table = "| R01 | A fault. | It goes on. |\n| R02 | A fault. |\n| R03 | A fault. | |\n| R04 | fault | It ends. |\n"
    assert rows_in(table) == ["R01"]


def test_every_fault_of_the_list_is_in_the_name_of_a_test():
    assert sorted(ALL - _covered()) == []


def test_a_number_is_found_in_names_and_parameters_and_nowhere_else():
    source = 'def test_R07_a_thing(): """R08"""\ndef test_a_thing_r09_r10(): ...\nCase(id="R11", name="R12")  # R13'
    assert cases_in(source, "R") == {"R07", "R09", "R10", "R11"}
