"""An import that is undone leaves no account with a person to whom only its addresses led."""

from __future__ import annotations

import pytest

from core.people.decisions import Verdict
from core.people.matching import Reason
from tests.store.imports import import_directory, preview, undo_import
from tests.store.matching import alias, decide, everything, rename, undo, whose
from tests.support import personas
from tests.support.personas import BOB, CLEO, HUGO, IVY, VISITOR


def numbered(**addresses: str) -> str:
    """The directory file with an employee_id for everybody, and other addresses for some."""
    header, *lines = personas.CSV.splitlines()
    rows = [f"{header},employee_id"]
    for place, line in enumerate(lines):
        email, rest = line.split(",", 1)
        rows.append(f"{addresses.get(email.partition('@')[0], email)},{rest},E{place}")
    return "\n".join(rows) + "\n"


@pytest.fixture
def filled(filled):
    import_directory(filled, preview(filled, numbered()))
    return filled


def test_an_account_that_a_wrong_address_led_to_somebody_is_nobodys_again(filled):
    before = everything(filled)
    number = import_directory(filled, preview(filled, numbered(hugo=VISITOR)))
    assert whose(filled, "user_visitor") == VISITOR
    undo_import(filled, number)
    assert whose(filled, "user_visitor") is Reason.NOT_IN_DIRECTORY
    assert everything(filled) == before


def test_an_account_that_a_sync_met_while_the_wrong_address_stood_is_nobodys_either(filled):
    number = import_directory(filled, preview(filled, numbered(hugo="kite@example.com")))
    rename(filled, "user_visitor", "kite@example.com")
    assert whose(filled, "user_visitor") == "kite@example.com"
    undo_import(filled, number)
    assert whose(filled, "user_visitor") is Reason.NOT_IN_DIRECTORY


def test_an_account_that_was_somebodys_by_an_address_before_stays_theirs(filled):
    import_directory(filled, preview(filled, numbered(bob="robert@example.com")))
    rename(filled, "user_bob", "bobby@example.com")
    before = everything(filled)
    number = import_directory(filled, preview(filled, numbered()))
    assert whose(filled, "user_bob") == BOB
    undo_import(filled, number)
    assert whose(filled, "user_bob") == "robert@example.com"
    assert everything(filled) == before


def test_a_match_that_an_admin_refused_and_another_address_replaced_comes_back(filled):
    decision = decide(filled, "user_ivy", Verdict.UNLINK, IVY)
    import_directory(filled, preview(filled, numbered(ivy="ivy.new@example.com")))
    before = everything(filled)
    number = import_directory(filled, preview(filled, numbered(ivy="ivy.new@example.com", hugo=IVY)))
    assert whose(filled, "user_ivy") == IVY  # Hugo, by the address that he has now
    undo_import(filled, number)
    assert everything(filled) == before
    undo(filled, decision)
    assert whose(filled, "user_ivy") == "ivy.new@example.com"


def test_an_account_to_which_an_alias_led_only_while_the_address_was_away_is_ambiguous_again(filled):
    import_directory(filled, preview(filled, numbered(hugo="kite@example.com")))
    number = import_directory(filled, preview(filled, numbered(hugo=HUGO)))
    alias(filled, "kite@example.com", CLEO)
    rename(filled, "user_visitor", "kite@example.com")
    assert whose(filled, "user_visitor") == CLEO
    undo_import(filled, number)
    assert whose(filled, "user_visitor") is Reason.AMBIGUOUS
