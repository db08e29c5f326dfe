"""Context marks: only their employee makes and removes them, and whoever sees the person sees them."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text

from core.errors import MarkRefused, NotPermitted
from core.people.roster import read_csv
from core.store.directory import directory
from core.store.engine.database import Database
from core.store.notes import context_marks
from core.store.notes.context_marks import MarkKind
from core.visibility import Identity, NewMark, Scope, scope_of, viewer_for
from tests.support.oracle import may_see
from tests.support.personas import ADMINS, ALICE, BOB, CHARLIE, DORA, ERIN, FRANK, GRETA, IVY, MANAGER, OSCAR, TODAY

NOW = dt.datetime.now(dt.UTC).date()
DAY = dt.timedelta(days=1)
WEEK = NewMark(MarkKind.LEAVE, NOW - DAY * 9, NOW - DAY * 5, "  Off to the\n coast ")


def scope(database: Database, email: str) -> Scope:
    return scope_of(database, viewer_for(database, ADMINS, Identity(email, True), TODAY))


def number(database: Database, email: str) -> int:
    with database.write() as connection:
        return int(connection.execute(text("SELECT id FROM employee WHERE email = :e"), {"e": email}).scalar_one())


def seen(database: Database, viewer: str, email: str) -> list[str | None]:
    return [mark.note for mark in scope(database, viewer).marks_of(number(database, email))]


def test_a_mark_is_seen_by_exactly_those_who_see_the_person(filled):
    scope(filled, BOB).mark(WEEK)
    for viewer in [email for email in MANAGER if email != ERIN] + [OSCAR]:
        if may_see(viewer, BOB, MANAGER, ADMINS):
            mine = scope(filled, viewer)
            assert seen(filled, viewer, BOB) == ["Off to the coast"]
            days = mine.context(mine.whole)
            ids = mine.members(mine.whole).ids[days.people].tolist()
            assert ids == [number(filled, BOB)]
        else:
            with pytest.raises(NotPermitted, match="nothing here"):
                seen(filled, viewer, BOB)
            mine = scope(filled, viewer)
            assert not len(mine.context(mine.whole).people)


def test_where_everybody_has_marked_days_each_viewer_is_told_of_all_whom_they_see(filled):
    for email in (people := [email for email in MANAGER if email != ERIN]):
        scope(filled, email).mark(WEEK)
    for viewer in [*people, OSCAR]:
        mine = scope(filled, viewer)
        found = mine.members(mine.whole).ids[mine.context(mine.whole).people].tolist()
        wanted = [number(filled, email) for email in people if may_see(viewer, email, MANAGER, ADMINS)]
        assert sorted(found) == sorted(wanted), viewer


def written(database: Database, kind: str) -> list[tuple[str, str, int | None, str]]:
    with database.write() as connection:
        columns = "actor, subject_kind, subject_id, details"
        rows = connection.execute(text(f"SELECT {columns} FROM access_log WHERE kind = '{kind}' ORDER BY sequence"))
        return [(row.actor, row.subject_kind, row.subject_id, row.details) for row in rows]


def test_reading_marks_of_others_is_a_look_at_them(filled):
    alice, bob = scope(filled, ALICE), number(filled, BOB)
    alice.context(alice.whole)
    assert [row[:3] for row in written(filled, "look")] == [(ALICE, "team", number(filled, ALICE))]
    alice.marks_of_people([bob])
    assert [row[:3] for row in written(filled, "look")][1:] == [(ALICE, "person", bob)]


@pytest.mark.parametrize(
    ("viewer", "act"),
    [
        (OSCAR, lambda scope: scope.mark(WEEK)),
        (OSCAR, lambda scope: scope.unmark(1)),
        (IVY, lambda scope: scope.unmark(1)),
    ],
    ids=["nobody's days", "nobody's mark", "not my mark"],
)
def test_a_refused_mark_is_written_down_as_it_was_asked_for(filled, viewer, act):
    with pytest.raises(NotPermitted):
        act(scope(filled, viewer))
    assert [(row[0], row[3]) for row in written(filled, "refusal")] == [(viewer, '{"asked":"a mark"}')]


def test_nobody_marks_or_unmarks_days_of_anybody_else(filled):
    scope(filled, BOB).mark(WEEK)
    (mark,) = scope(filled, BOB).marks_of(number(filled, BOB))
    for other in (ALICE, FRANK, GRETA, DORA, CHARLIE, IVY):
        with pytest.raises(NotPermitted, match="nothing here"):
            scope(filled, other).unmark(mark.id)
    for act in (lambda s: s.mark(WEEK), lambda s: s.unmark(mark.id)):
        with pytest.raises(NotPermitted):
            act(scope(filled, OSCAR))
    assert seen(filled, ALICE, BOB) == ["Off to the coast"]
    with pytest.raises(NotPermitted):
        scope(filled, BOB).unmark(mark.id + 1)
    scope(filled, BOB).unmark(mark.id)
    assert seen(filled, ALICE, BOB) == []
    with pytest.raises(NotPermitted):
        scope(filled, BOB).unmark(mark.id)
    with filled.write() as connection:
        assert connection.execute(text("SELECT note FROM context_mark")).scalars().all() == [None]


def test_marking_and_removing_are_the_employees_own_acts_in_the_log_without_their_words(filled):
    scope(filled, BOB).mark(WEEK)
    (mark,) = scope(filled, BOB).marks_of(number(filled, BOB))
    scope(filled, BOB).unmark(mark.id)
    with filled.write() as connection:
        rows = connection.execute(text("SELECT * FROM access_log WHERE kind = 'act' ORDER BY sequence")).all()
    assert [(row.act, row.actor, row.subject_id) for row in rows] == [
        ("context.marked", BOB, number(filled, BOB)),
        ("context.unmarked", BOB, number(filled, BOB)),
    ]
    said = {"kind": "leave", "first": str(WEEK.first), "last": str(WEEK.last)}
    assert [json.loads(row.details) for row in rows] == [said, said]


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (NewMark(MarkKind.LEAVE, NOW, NOW - DAY), "the same or a later one"),
        (NewMark(MarkKind.LEAVE, NOW, NOW + DAY * 366), "over 366 days at most"),
        (NewMark(MarkKind.LEAVE, NOW - DAY * 400, NOW - DAY * 390), "more than a year ago"),
        (NewMark(MarkKind.LEAVE, NOW + DAY * 368, NOW + DAY * 369), "a year ahead"),
        (NewMark(MarkKind.LEAVE, NOW, NOW, "x" * 141), "at most 140 letters"),
        (NewMark(MarkKind.LEAVE, NOW, NOW, "a\x1b[2Jb"), "plain text"),
        (NewMark(MarkKind.TRAINING, NOW - DAY * 5, NOW), "marked already"),
    ],
)
def test_days_that_cannot_be_marked_are_refused_in_a_sentence_and_change_nothing(filled, wanted, sentence):
    bob = scope(filled, BOB)
    bob.mark(WEEK)
    with pytest.raises(MarkRefused, match=sentence) as refusal:
        bob.mark(wanted)
    assert str(refusal.value).endswith("Nothing was changed.")
    assert seen(filled, BOB, BOB) == ["Off to the coast"]


def test_what_a_process_keeps_of_the_marks_follows_every_change(filled):
    def told() -> list[tuple[int, ...]]:
        admin = scope(filled, OSCAR)
        days = admin.context(admin.whole)
        ids = admin.members(admin.whole).ids[days.people]
        return sorted(zip(ids.tolist(), days.first.tolist(), days.last.tolist(), days.kind.tolist(), strict=True))

    def expected() -> list[tuple[int, ...]]:
        context_marks._kept.clear()
        return told()

    assert told() == []
    scope(filled, BOB).mark(WEEK)
    assert len(told()) == 1
    scope(filled, IVY).mark(NewMark(MarkKind.TRAINING, NOW, NOW))
    scope(filled, BOB).mark(NewMark(MarkKind.OTHER, NOW + DAY, NOW + DAY * 2))
    kept = told()
    assert len(kept) == 3
    (first, _) = scope(filled, BOB).marks_of(number(filled, BOB))
    scope(filled, BOB).unmark(first.id)
    kept = told()
    assert len(kept) == 2
    assert kept == expected()
    with filled.write() as connection:
        connection.execute(text("DELETE FROM context_mark"))
        connection.execute(text("UPDATE version SET number = 0 WHERE name = 'context'"))  # a restored backup
    assert told() == []


def test_what_my_manager_sees_holds_me_and_nothing_else_and_is_my_own_act(filled):
    own = number(filled, BOB)
    view = scope(filled, BOB).as_my_manager()
    assert view is not None
    assert view.viewer.email == ALICE
    assert view.members(view.whole).emails == (BOB,)
    assert view.people_sums([own], ["chat_messages"], NOW - DAY * 365, NOW + DAY)
    for other in MANAGER:
        if other != BOB:
            with pytest.raises(NotPermitted):
                view.person(number(filled, other))
            with pytest.raises(NotPermitted):
                view.team(number(filled, other))
    for act in (
        lambda: view.team(own),
        lambda: view.who_looked(dt.datetime.now(dt.UTC), 5),
        lambda: view.mark(WEEK),
        lambda: view.organisation_totals(NOW, NOW),
        view.as_my_manager,
    ):
        with pytest.raises(NotPermitted):
            act()
    assert not view.leads_people
    with filled.write() as connection:
        rows = connection.execute(text("SELECT * FROM access_log WHERE kind != 'refusal'")).all()
    assert [(row.kind, row.act, row.actor, row.subject_id) for row in rows] == [("act", "preview.opened", BOB, own)]
    assert json.loads(rows[0].details) == {"as": ALICE}
    assert scope(filled, BOB).who_looked(dt.datetime.now(dt.UTC) - DAY, 5) == ([], 0)


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("start", "end"), [(DAY, None), (None, -DAY)], ids=["not yet", "no more"])
def test_what_my_manager_sees_is_the_view_of_the_nearest_who_is_employed_today(filled, start, end):
    first, last = ("" if days is None else str(NOW + days) for days in (start, end))
    lines = f"{GRETA},Greta Example,,,", f"{ALICE},Alice Example,{GRETA},{first},{last}", f"{BOB},Bob,{ALICE},,"
    with filled.write() as connection:
        header = "email,name,manager_email,start_date,end_date\n"
        directory.apply(connection, read_csv((header + "\n".join(lines)).encode()), NOW)
    view = scope_of(filled, viewer_for(filled, ADMINS, Identity(BOB, True), NOW)).as_my_manager()
    assert view is not None
    assert (view.viewer.email, view.viewer.roles, view.viewer.sees_everyone) == (GRETA, frozenset(), False)


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_without_a_manager_there_is_no_such_view(filled):
    assert scope(filled, GRETA).as_my_manager() is None
    with pytest.raises(NotPermitted):
        scope(filled, OSCAR).as_my_manager()


def test_marks_are_read_of_more_people_than_one_statement_can_name(filled: Database) -> None:
    scope(filled, BOB).mark(WEEK)
    bob, others = number(filled, BOB), range(1_000, 101_000)
    for people in ([bob, *others], [*others, bob]):
        with filled.read("test") as connection:
            assert [mark.employee_id for mark in context_marks.marks_of(connection, people)] == [bob]
