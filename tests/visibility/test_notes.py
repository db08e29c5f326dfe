"""Context notes: the employee alone writes and removes one, and who sees the person reads it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from core.errors import NoteRefused, NotPermitted
from core.viewers.own_note import LONGEST
from core.visibility import Identity, MarkKind, NewMark, Scope, scope_of, viewer_for
from tests.support.personas import ADMINS, ALICE, BOB, CHARLIE, FRANK, HUGO, IVY, OSCAR, TODAY


def scope(database, email: str) -> Scope:
    return scope_of(database, viewer_for(database, ADMINS, Identity(email, True), TODAY))


def own_id(scope: Scope) -> int:
    assert scope.viewer.employee_id
    return scope.viewer.employee_id


def acts(database) -> list[tuple[str, str, str]]:
    with database.write() as connection:
        rows = connection.execute(
            text("SELECT act, actor, details FROM access_log WHERE act LIKE 'note.%' ORDER BY sequence")
        )
        return [tuple(row) for row in rows]


def test_a_note_is_read_by_those_who_see_its_writer_until_it_is_removed(filled):
    ivy = scope(filled, IVY)
    number = own_id(ivy)
    ivy.write_note("In a training  until\nMay.")
    for reader in (IVY, BOB, ALICE, FRANK, OSCAR):
        assert scope(filled, reader).notes_of([number])[number].words == "In a training until May."
    for stranger in (CHARLIE, HUGO):
        with pytest.raises(NotPermitted):
            scope(filled, stranger).notes_of([number])
    ivy.write_note("Back.")
    assert scope(filled, BOB).notes_of([number])[number].words == "Back."
    ivy.remove_note()
    ivy.remove_note()
    assert scope(filled, BOB).notes_of([number]) == {}
    said = acts(filled)
    assert [(act, actor) for act, actor, _ in said] == [
        ("note.written", IVY),
        ("note.written", IVY),
        ("note.removed", IVY),
    ]
    assert "training" not in str(said)


def test_nobody_writes_or_removes_another_persons_note(filled):
    ivy, alice = scope(filled, IVY), scope(filled, ALICE)
    ivy.write_note("Mine.")
    alice.write_note("Alice's own.")
    alice.remove_note()
    assert scope(filled, FRANK).notes_of([own_id(ivy), own_id(alice)]).keys() == {own_id(ivy)}
    for act in (lambda: scope(filled, OSCAR).write_note("Of nobody."), scope(filled, OSCAR).remove_note):
        with pytest.raises(NotPermitted):
            act()


def written(database, kind: str) -> list[tuple[str, int | None, str]]:
    with database.write() as connection:
        statement = text("SELECT actor, subject_id, details FROM access_log WHERE kind = :kind ORDER BY sequence")
        return [tuple(row) for row in connection.execute(statement, {"kind": kind})]


def test_reading_somebodys_note_is_a_look_at_them(filled):
    number = own_id(scope(filled, IVY))
    scope(filled, ALICE).notes_of([number])
    assert [row[:2] for row in written(filled, "look")] == [(ALICE, number)]


@pytest.mark.parametrize(
    "act", [lambda scope: scope.write_note("Of nobody."), lambda scope: scope.remove_note()], ids=["write", "remove"]
)
def test_a_refused_note_is_written_down_as_it_was_asked_for(filled, act):
    with pytest.raises(NotPermitted):
        act(scope(filled, OSCAR))
    assert written(filled, "refusal") == [(OSCAR, None, '{"asked":"a note"}')]


@pytest.mark.parametrize("words", ["می\u200cروم", "👩\u200d💻 and a\u00a0space", "Ça va, 🇫🇷"])
def test_words_of_every_script_are_taken(filled, words):
    ivy = scope(filled, IVY)
    ivy.write_note(words)
    assert ivy.notes_of([own_id(ivy)])[own_id(ivy)].words == " ".join(words.split())
    now = dt.datetime.now(dt.UTC).date()
    ivy.mark(NewMark(MarkKind.OTHER, now, now, words))
    assert [mark.note for mark in ivy.marks_of(own_id(ivy))] == [" ".join(words.split())]


@pytest.mark.parametrize("words", ["", " \n ", "x" * (LONGEST + 1), "a\x00b", "left\u202eright"])
def test_words_that_cannot_be_taken_are_refused_and_change_nothing(filled, words):
    ivy = scope(filled, IVY)
    ivy.write_note("👩\u200d💻 " + "x" * (LONGEST - 4))
    with pytest.raises(NoteRefused, match="1 to 500 letters"):
        ivy.write_note(words)
    assert ivy.notes_of([own_id(ivy)])[own_id(ivy)].words.endswith("xxx")
