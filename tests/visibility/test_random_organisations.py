"""Small organisations drawn at random, everybody against everybody, through every read method.

Each person's one day counts 2 to the power of their number, so a sum names exactly the people that are in it.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.visibility.random_organisations import check, draw

ORGANISATIONS, SEEDS = {"sqlite": 20, "postgresql": 6}, 2


@pytest.mark.parametrize("seed", range(SEEDS))
def test_in_any_organisation_everybody_sees_exactly_themselves_and_their_chain(database, seed):
    rng = Random(f"visibility:{seed}")  # noqa: S311 - repeatable on purpose
    for _ in range(ORGANISATIONS["sqlite" if database.is_sqlite else "postgresql"] // SEEDS):
        managers, admins, archived = draw(rng)
        check(database, managers, admins, archived)
