"""The command line of the benchmarks runs what is named and tells what was missed; mutants are what they say."""

from __future__ import annotations

import re
from math import nan
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks.commands import COMMANDS, UNASKED, Command
from benchmarks.figures import Figure, Figures, show, worst
from benchmarks.proofs import mutants, mutation_operators

SOURCE = '''
"""Words."""
from enum import Enum
LEAST = 2
@property
def seen(self, left: int = 0) -> bool:
    """More words."""
    if not self.known and left >= LEAST:
        raise ValueError("no")
    return left + 1 in self.all
'''

DOCS = [Path(__file__).resolve().parents[2] / "docs" / name for name in ("proofs.md", "performance.md")]


@pytest.fixture
def ran(monkeypatch):
    """What ran, by name and number; `good` finds what is wanted, `bad` does not."""
    found = []

    def command(name, value):
        def run(number):
            found.append((name, number))
            yield name, Figures(Figure("free", 7.0), Figure("bounded", value, most=1))

        return Command(run, "tries")

    monkeypatch.setattr(program, "COMMANDS", {"good": command("good", 1), "bad": command("bad", 2)})
    return found


def test_each_word_of_the_command_line_runs_whatever_kind_it_is(ran, capsys):
    assert program.main(["good", "5", "bad", "good"]) == 1
    assert ran == [("good", 5), ("bad", None), ("good", None)]
    assert capsys.readouterr().out.count("NOT REACHED: wanted at most 1") == 1
    assert program.main(["good"]) == 0


@pytest.mark.parametrize("words", [["good", "bda"], ["5"], ["good", "5", "5"], ["good", "0"], ["good", "-1"]])
def test_a_word_that_is_no_name_and_no_number_of_one_stops_everything(ran, capsys, words):
    assert program.main(words) == 2
    assert ran == []
    assert "good" in capsys.readouterr().err


def test_a_name_that_takes_no_number_is_given_none():
    assert program.read(["oracle", "kills", "3"]) == [("oracle", None), ("kills", 3)]
    assert program.read([]) == [(name, None) for name in UNASKED]
    with pytest.raises(ValueError, match="5"):
        program.read(["oracle", "5"])


def test_the_documents_name_every_command_and_no_other():
    text = "\n".join(document.read_text("utf-8") for document in DOCS)
    assert set(re.findall(r"python -m benchmarks ([a-z]+)", text)) | set(UNASKED) == COMMANDS.keys()


@pytest.mark.parametrize(
    ("figure", "reached", "wanted"),
    [
        (Figure("a", 1e9), True, ""),
        (Figure("a", 5, most=5), True, "wanted at most 5"),
        (Figure("a", 5.1, most=5), False, "wanted at most 5"),
        (Figure("a", 1.2, least=1.3), False, "wanted at least 1.3"),
        (Figure("a", 900, least=900, most=900), True, "wanted 900"),
        (Figure("a", 101, least=95, most=100.5), False, "wanted at least 95, at most 100.5"),
        (Figure("a", nan, most=5), False, "wanted at most 5"),
    ],
)
def test_a_figure_says_what_is_wanted_and_whether_it_is_so(figure, reached, wanted):
    assert (figure.is_reached, figure.wanted) == (reached, wanted)
    assert Figures(figure).missed == [figure] * (not reached)


def test_the_worst_is_the_nearest_to_its_own_bound():
    assert worst([Figure("a", 30, most=50), Figure("a", 9, most=10)]).value == 9
    assert worst([Figure("a", 3), Figure("a", 4), Figure("a", 2)]).value == 4


def test_a_table_has_a_row_for_each_and_marks_what_was_missed(capsys):
    cells = [
        Figure(name, value, most=1, unit="s", row=row) for row in ("x", "y") for name, value in (("a", 1), ("b", 2))
    ]
    show("Title", Figures(*cells, Figure("all", 3)))
    told = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert told == ["", "Title", "a, s b, s", "x 1.00 2.00!", "y 1.00 2.00!", "all 3.00"]


def test_every_decision_of_a_module_is_changed_in_each_way_and_its_words_are_not():
    found = {mutant.name.replace("'", '"') for mutant in mutation_operators.mutants("a", SOURCE, "a.py")}
    assert found == {
        "module: 2 → 3",
        "seen: 0 → 1",
        'seen: if not self.known and left >= LEAST: raise ValueError("no") → if True: raise ValueError("no")',
        'seen: if not self.known and left >= LEAST: raise ValueError("no") → if False: raise ValueError("no")',
        "seen: not self.known and left >= LEAST → not self.known or left >= LEAST",
        "seen: not self.known → self.known",
        "seen: left >= LEAST → left > LEAST",
        "seen: left >= LEAST → left < LEAST",
        'seen: raise ValueError("no") → pass',
        "seen: return left + 1 in self.all → return None",
        "seen: left + 1 in self.all → left + 1 not in self.all",
        "seen: left + 1 → left - 1",
        "seen: 1 → 2",
    }


@pytest.mark.parametrize("module", mutants.GUARDS)
def test_an_accepted_mutant_exists_and_has_its_reason(module):
    names = {mutant.name for mutant in mutants.of(module)}
    accepted = mutants.accepted().get(module, {})
    assert names
    assert accepted.keys() <= names
    assert all(reason.endswith(".") for reason in accepted.values())
    assert all((mutants.ROOT / guard).is_file() for guard in mutants.GUARDS[module])
