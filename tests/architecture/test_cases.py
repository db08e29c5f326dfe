"""The census of the numbered faults: each one that docs/faults.md lists stands in the name of a test."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.census import listed, names, names_in, numbers_in, rows_in

ALL = set(listed("faults.md"))


def test_the_list_of_faults_runs_from_01_without_a_gap():
    assert listed("faults.md") == [f"R{number:02d}" for number in range(1, 73)]


def test_a_row_that_lacks_a_cell_or_its_sentence_does_not_count():
    table = "| R01 | A fault. | It goes on. |\n| R02 | A fault. |\n| R03 | A fault. | |\n| R04 | fault | It ends. |\n"
    assert rows_in(table) == ["R01"]


def test_every_fault_of_the_list_is_in_the_name_of_a_test():
    assert sorted(ALL - numbers_in(names(), "R")) == []


SOURCE = '''
"""R20 _r21"""
TEXT = 'def test_a_thing_r22(): Case(id="R23")'  # test_r24
def helper_r25(): call(id="R26", ids=["R27"])
@parametrize("r28", [param(1, id="one R09"), param("_r29")], ids=["two _r10", "three r11x"])
def test_a_thing_r07_r08(): """R30"""
class Tests:
    async def test_another_r12(self): return "_r31", Case(id="R13", name="R32")
'''


def test_a_number_is_found_in_names_of_tests_parameters_and_faults_and_nowhere_else():
    found = numbers_in(frozenset(names_in(SOURCE)), "R")
    assert found == {"R07", "R08", "R09", "R10", "R12", "R13"}


def test_the_tests_of_the_census_stand_for_no_case():
    own = frozenset(names_in(Path(__file__).read_text("utf-8")))
    assert numbers_in(own, "R") == set()
    assert "test_the_tests_of_the_census_stand_for_no_case" in own
