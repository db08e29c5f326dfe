"""The proof by mutants changes what it says it changes, and accepts nothing that is not there."""

from __future__ import annotations

import pytest

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
