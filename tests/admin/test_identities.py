"""Accounts of the sign-in provider as an admin finds them: by words, a page at a time, each under one state."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event, insert

from core.admin.access import operator
from core.admin.directory import import_directory
from core.admin.identities import BOUND, RELEASED, WAITING, SignInPage, search, sign_ins
from core.store.access import identities
from core.store.engine.database import Database
from core.store.tables.identities import SIGN_IN_IDENTITY
from tests.support.company import ISSUER

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
STATES = (BOUND, WAITING, RELEASED)
DIRECTORY = b"""email,name,manager_email
alice@example.com,Alice Archer,
bob_b@example.com,Bob 100% Baker,
bobxb@example.com,Bert Baker,
"""


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """Three people, of whom nobody has signed in; their address → their number."""
    import_directory(operator(), database, DIRECTORY)
    with database.read("test") as connection:
        return dict(connection.exec_driver_sql("SELECT email, id FROM employee").all())


def bind(database: Database, subject: str, email: str, employee: int | None) -> bool:
    with database.write() as connection:
        return identities.bind(connection, ISSUER, subject, email, employee, now=NOW)


def fill(database: Database, count: int) -> None:
    """Store `count` outside admins whose accounts are bound, and `count` accounts that wait for their places."""
    rows = [
        {"issuer": ISSUER, "subject": f"{state}-{n}", "email": f"extra{n:03}@example.com", "bound_at": bound_at}
        for n in range(count)
        for state, bound_at in ((BOUND, NOW), (WAITING, None))
    ]
    with database.write() as connection:
        connection.execute(insert(SIGN_IN_IDENTITY), [row | {"first_seen_at": NOW} for row in rows])


def find(database: Database, words: str = "", page: int = 1, size: int = 30) -> dict[str, SignInPage]:
    return search(operator(), database, words, dict.fromkeys(STATES, page), size)


def subjects(found: SignInPage) -> list[str]:
    return [one.subject for one in found.accounts]


def test_an_account_is_found_by_its_address_its_persons_name_or_present_address_and_its_subject(database, people):
    assert bind(database, "s-alice", "a.maiden@example.com", people["alice@example.com"])
    assert bind(database, "s-outside", "outside@example.com", None)
    for words in ("A.Maiden@", "archer", "ALICE archer", "alice@example", "S-Alice", "maiden archer", " "):
        (one, *others) = find(database, words)[BOUND].accounts
        assert (one.subject, one.person) == ("s-alice", "Alice Archer")
        assert [other.person for other in others] == ([] if words.strip() else ["outside@example.com"])
    for words in ("archer outside", "nobody"):
        assert find(database, words)[BOUND] == SignInPage([], 0, 1)


def test_signs_that_a_database_takes_for_any_letter_are_looked_for_as_they_stand(database, people):
    assert bind(database, "s/1", "bob_b@example.com", people["bob_b@example.com"])
    assert bind(database, "s-2", "bobxb@example.com", people["bobxb@example.com"])
    for words in ("bob_b", "100%", "%", "_", "/", "s/1"):
        assert subjects(find(database, words)[BOUND]) == ["s/1"], words
    assert find(database, "\\")[BOUND].found == find(database, "bob%b")[BOUND].found == 0
    assert find(database, "'; DROP TABLE sign_in_identity; --")[BOUND].found == 0


def test_every_account_stands_in_the_list_of_its_state_alone(database, people):
    alice, bob = people["alice@example.com"], people["bob_b@example.com"]
    for subject, email, employee in (("a-1", "alice@example.com", alice), ("b-1", "bob_b@example.com", bob)):
        assert bind(database, subject, email, employee)
        assert not bind(database, subject.replace("1", "2"), email, employee)
    with database.write() as connection:
        identities.release(connection, ISSUER, "a-1", NOW)
        identities.hold_back(connection, [(ISSUER, "a-2")], NOW)
    assert {state: subjects(found) for state, found in find(database).items()} == {
        BOUND: ["b-1"],
        WAITING: ["a-2", "b-2"],
        RELEASED: ["a-1"],
    }
    named = {one.subject: (one.state, one.person) for one in sign_ins(operator(), database)}
    assert list(named) == ["a-2", "b-2", "a-1", "b-1"]
    assert {person for state, person in named.values() if state != BOUND} == {None}
    assert named["b-1"] == (BOUND, "Bob 100% Baker")


def test_pages_are_of_the_given_size_by_address_and_hold_everybody_once(database):
    fill(database, 7)
    for state in (BOUND, WAITING):
        pages = [find(database, page=page, size=3)[state] for page in (1, 2, 3)]
        assert {(page.found, page.pages) for page in pages} == {(7, 3)}
        assert [len(page.accounts) for page in pages] == [3, 3, 1]
        assert [one.email for page in pages for one in page.accounts] == [f"extra{n:03}@example.com" for n in range(7)]
    assert find(database, page=900, size=3)[BOUND] == find(database, page=3, size=3)[BOUND]
    assert find(database, page=0, size=3)[BOUND] == find(database, page=1, size=3)[BOUND]
    assert find(database, "extra00 bound-6", page=2, size=3)[BOUND].pages == 1


def test_the_lists_stand_on_pages_of_their_own(database):
    fill(database, 7)
    found = search(operator(), database, "", {WAITING: 3, BOUND: 1}, 3)
    assert subjects(found[WAITING]) == ["waiting-6"]
    assert subjects(found[BOUND]) == ["bound-0", "bound-1", "bound-2"]


def test_the_database_hands_over_no_more_accounts_than_a_page_and_no_list_of_names(database):
    fill(database, 40)
    statements: list[str] = []
    event.listen(database._reader, "before_cursor_execute", lambda *given: statements.append(given[2]))
    find(database, size=5)
    counts = [statement for statement in statements if statement.startswith("SELECT count(")]
    rows = [statement for statement in statements if statement not in counts and "sign_in_identity" in statement]
    assert len(counts) == len(STATES)
    assert len(rows) == 2  # nothing is asked of a state without accounts
    assert all("LIMIT" in statement for statement in rows)
    assert not any("FROM employee" in statement for statement in statements)
