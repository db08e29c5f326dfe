"""An import is shown, applied in one transaction, kept on record, and taken back."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from sqlalchemy import insert, select

from core.errors import DirectoryError
from core.store.directory import (
    directory,
    directory_imports,
    directory_lines,
    directory_notes,
    directory_people,
)
from core.store.directory.directory_imports import DirectoryChanged, Unconfirmed
from core.store.engine import versions
from core.store.hierarchy import organisation
from core.store.tables.identities import ROLE_GRANT, SIGN_IN_IDENTITY
from core.store.tables.usage import ACCOUNT, ACCOUNT_LINK, EMPLOYEE, REPORTING_LINE
from core.store.usage import team_moves
from tests.store.imports import (
    CHANGED,
    DAY,
    HEADER,
    NOW,
    dump,
    import_directory,
    moved,
    preview,
    say_again,
    undo_import,
    without,
)
from tests.support import personas, stored
from tests.support.personas import ALICE, BOB, CHARLIE, DORA, ERIN, FRANK, GRETA, HUGO, TODAY


def test_a_preview_changes_nothing_and_the_import_does_what_it_said(filled):
    before = dump(filled)
    shown = preview(filled, CHANGED)
    assert dump(filled) == before
    import_directory(filled, shown)
    with filled.read("test") as connection:
        rows = {row["email"]: row for row in connection.execute(select(EMPLOYEE)).mappings()}
        stored.assert_sums_and_bitmaps_are_right(connection)
        (entry,) = directory_imports.history(connection, 10)
    assert rows[HUGO]["end_date"] == TODAY - DAY
    assert rows[BOB]["name"] == "Robert Example"
    assert rows["zoe@example.com"]["manager_id"] == rows[ALICE]["id"]
    assert rows[ALICE]["manager_id"] == rows[CHARLIE]["id"]
    assert (entry.by, entry.source, entry.at, entry.undone_at) == (DORA, "people.csv", NOW, None)
    assert (entry.added, entry.changed, entry.moved, entry.archived, entry.rehired, entry.refused) == (1, 1, 1, 1, 0, 0)


def test_an_undone_import_leaves_people_lines_links_and_sums_as_they_were(filled):
    before = dump(filled)
    number = import_directory(filled, preview(filled, CHANGED))
    assert dump(filled) != before
    undo_import(filled, number)
    assert dump(filled) == before
    with filled.read("test") as connection:
        assert [(entry.undone_by, entry.undoable) for entry in directory_imports.history(connection, 10)] == [
            (DORA, False)
        ]


def test_random_imports_are_undone_one_by_one_back_to_the_beginning(filled):
    rng = random.Random(3)  # noqa: S311 - repeatable
    states, numbers, text = [dump(filled)], [], personas.CSV
    emails = list(personas.MANAGER)
    for step in range(5):
        person, boss = rng.sample(emails[1:], 2)
        text = moved(text, person, personas.MANAGER[person] or "", boss)
        text = without(text, rng.choice(emails[5:])) + f"new{step}@example.com,New {step},{boss},,,,\n"
        text = text.replace(f"{person.partition('@')[0].capitalize()} Example", f"Renamed {step}")
        numbers.append(import_directory(filled, preview(filled, text, today=TODAY + DAY * step), now=NOW + DAY * step))
        states.append(dump(filled))
        with filled.read("test") as connection:
            stored.assert_sums_and_bitmaps_are_right(connection)
    assert states.pop() == dump(filled)
    while numbers:
        undo_import(filled, numbers.pop())
        assert dump(filled) == states.pop()


def test_only_the_last_import_that_stands_can_be_undone(filled):
    first = import_directory(filled, preview(filled, CHANGED))
    second = import_directory(filled, preview(filled, personas.CSV))
    with pytest.raises(DirectoryError, match="Only the last import"):
        undo_import(filled, first)
    undo_import(filled, second)
    with pytest.raises(DirectoryError, match="Only the last import"):
        undo_import(filled, second)
    undo_import(filled, first)


def test_an_import_that_changes_nothing_is_none_and_the_one_before_can_be_undone(filled):
    before = dump(filled)
    number = import_directory(filled, preview(filled, CHANGED))
    after = dump(filled)
    with filled.read("test") as connection:
        version = versions.read(connection, versions.DIRECTORY)
    for _ in range(directory_imports.UNDOABLE + 1):
        say_again(filled, preview(filled, CHANGED))
    with filled.read("test") as connection:
        assert [entry.id for entry in directory_imports.history(connection, 10) if entry.undoable] == [number]
        assert len(directory_imports.history(connection, 10)) == 1
        assert versions.read(connection, versions.DIRECTORY) == version
    assert dump(filled) == after
    undo_import(filled, number)
    assert dump(filled) == before


def test_a_preview_without_changes_is_refused_when_the_file_would_change_something_by_now(filled):
    same = preview(filled, personas.CSV)
    assert same.plan.is_empty
    import_directory(filled, preview(filled, CHANGED))
    with pytest.raises(DirectoryChanged), filled.write() as connection:
        directory_imports.take_in(connection, same, DORA, NOW, confirmed=True)


def test_an_import_that_is_too_old_cannot_be_undone(database):
    numbers = []
    for step in range(directory_imports.UNDOABLE + 1):
        text = f"{HEADER}a@example.com,A {step},\n"
        numbers.append(import_directory(database, preview(database, text)))
    for number in reversed(numbers[1:]):
        undo_import(database, number)
    with pytest.raises(DirectoryError, match="not older than the last 20"):
        undo_import(database, numbers[0])


def test_an_undo_is_refused_while_somebody_whom_the_import_added_holds_a_role(filled):
    number = import_directory(filled, preview(filled, CHANGED))
    with filled.write() as connection:
        person = connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == "zoe@example.com")).scalar_one()
        values = {"employee_id": person, "role": "people", "granted_by": DORA, "granted_at": NOW}
        connection.execute(insert(ROLE_GRANT).values(**values))
    before = dump(filled)
    with pytest.raises(DirectoryError, match="a role grant that was made since is about 1 of the people"):
        undo_import(filled, number)
    assert dump(filled) == before


def test_ids_of_people_whom_an_undo_removed_are_never_given_again(filled):
    number = import_directory(filled, preview(filled, CHANGED))
    with filled.write() as connection:
        zoe = connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == "zoe@example.com")).scalar_one()
        identity = {"issuer": "i", "subject": "s", "email": "zoe@example.com", "employee_id": zoe, "first_seen_at": NOW}
        connection.execute(insert(SIGN_IN_IDENTITY).values(**identity))
    undo_import(filled, number)
    import_directory(filled, preview(filled, personas.CSV + "yan@example.com,Yan,alice@example.com,,,,\n"))
    with filled.read("test") as connection:
        assert connection.execute(select(SIGN_IN_IDENTITY.c.employee_id)).scalars().all() == [None]
        yan = connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == "yan@example.com")).scalar_one()
    assert yan == zoe + 1


def test_a_preview_is_applied_only_while_it_is_still_true(filled):
    shown, other = preview(filled, CHANGED), preview(filled, without(personas.CSV, HUGO, ERIN))
    import_directory(filled, other)
    before = dump(filled)
    with pytest.raises(DirectoryChanged, match="Nothing was changed; look at the preview again"):
        import_directory(filled, shown)
    assert dump(filled) == before
    import_directory(filled, preview(filled, CHANGED))


def test_a_change_of_the_directory_that_makes_no_difference_to_a_preview_does_not_stop_it(filled):
    shown = preview(filled, CHANGED)
    with filled.write() as connection:
        versions.bump(connection, versions.DIRECTORY)
    import_directory(filled, shown)


def test_a_preview_of_yesterday_is_made_again_when_it_would_archive_on_another_day(filled):
    shown = preview(filled, CHANGED)
    with pytest.raises(DirectoryChanged):
        import_directory(filled, shown, now=NOW + DAY)


def test_an_import_with_concerns_needs_a_word_a57(filled):
    """A57"""
    shown = preview(filled, f"{HEADER}{GRETA},Greta Example,\n{DORA},Dora Example,{GRETA}\n")
    assert len(shown.plan.concerns) == 1
    before = dump(filled)
    with pytest.raises(Unconfirmed, match="archives 14 of 16"):
        import_directory(filled, shown, confirmed=False)
    assert dump(filled) == before
    import_directory(filled, shown, confirmed=True)


def test_what_an_archived_person_did_afterwards_is_not_theirs_and_a_rehire_brings_it_back(filled):
    with filled.read("test") as connection:
        links = dict(
            tuple(row)
            for row in connection.execute(
                select(ACCOUNT.c.user_id, ACCOUNT_LINK.c.until).join_from(ACCOUNT, ACCOUNT_LINK)
            )
        )
    assert links["user_ivy"] is None
    import_directory(filled, preview(filled, without(personas.CSV, "ivy@")))
    with filled.read("test") as connection:
        until = connection.execute(
            select(ACCOUNT_LINK.c.until).join_from(ACCOUNT, ACCOUNT_LINK).where(ACCOUNT.c.user_id == "user_ivy")
        ).scalar_one()
    assert until == TODAY - DAY
    back = preview(filled, personas.CSV)
    assert [change.email for change in back.plan.rehired] == [personas.IVY]
    import_directory(filled, back)
    with filled.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)


def test_a_changed_address_keeps_the_person_and_the_history(filled):
    with filled.read("test") as connection:
        before = stored.team_days(connection)
        bob = connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == BOB)).scalar_one()
    numbered = personas.CSV.replace("name,", "name,employee_id,", 1)
    for place, email in enumerate(personas.MANAGER):
        name = f"{email.partition('@')[0].capitalize()} Example"
        numbered = numbered.replace(f"{email},{name},", f"{email},{name},E{place},")
    import_directory(filled, preview(filled, numbered))
    import_directory(filled, preview(filled, numbered.replace(f"{BOB},", "robert@example.com,")))
    with filled.read("test") as connection:
        assert (
            connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == "robert@example.com")).scalar_one()
            == bob
        )
        stored.assert_sums_and_bitmaps_are_right(connection)
        after = stored.team_days(connection)
    assert {(team.replace("bob@", "robert@"), day): sums for (team, day), sums in before.items()} == after


@pytest.mark.parametrize(
    "step",
    [
        (directory, "_add_people"),
        (directory_lines, "drop_open"),
        (directory_lines, "place"),
        (team_moves, "move"),
        (versions, "bump"),
    ],
    ids=lambda step: step[1],
)
def test_an_undo_that_fails_at_any_step_leaves_everything_as_it_was_a56(filled, monkeypatch, step):
    """A56"""
    number = import_directory(filled, preview(filled, CHANGED))
    before = dump(filled)
    module, name = step
    original = getattr(module, name)

    def fail(*arguments: object, **options: object) -> object:
        original(*arguments, **options)
        raise ConnectionAbortedError

    monkeypatch.setattr(module, name, fail)
    if name == "_add_people":
        with pytest.raises(ConnectionAbortedError):
            import_directory(filled, preview(filled, CHANGED + "last@example.com,Last,,,,,\n"))
    else:
        with pytest.raises(ConnectionAbortedError):
            undo_import(filled, number)
    assert dump(filled) == before


def test_a_first_import_that_is_mended_on_the_same_day_leaves_no_trace_of_the_slip(database):
    def lines() -> list[tuple[dt.date | None, dt.date | None]]:
        with database.read("test") as connection:
            return [
                tuple(row) for row in connection.execute(select(REPORTING_LINE.c.from_day, REPORTING_LINE.c.to_day))
            ]

    slip, right = (
        f"{HEADER}a@example.com,A,\nb@example.com,B,\n",
        f"{HEADER}a@example.com,A,\nb@example.com,B,a@example.com\n",
    )
    import_directory(database, preview(database, slip))
    import_directory(database, preview(database, right))
    assert lines() == [(None, None)]


def test_somebody_who_had_no_manager_until_yesterday_has_one_from_today(database):
    slip, right = (
        f"{HEADER}a@example.com,A,\nb@example.com,B,\n",
        f"{HEADER}a@example.com,A,\nb@example.com,B,a@example.com\n",
    )
    import_directory(database, preview(database, slip), now=NOW)
    import_directory(database, preview(database, right, today=TODAY + DAY), now=NOW + DAY)
    with database.read("test") as connection:
        assert connection.execute(select(REPORTING_LINE.c.from_day)).scalars().all() == [TODAY + DAY]


def problems(database) -> list[tuple[int, str]]:
    with database.read("test") as connection:
        return [(problem.line, problem.value) for problem in directory_notes.problems(connection)]


def test_the_record_of_an_import_names_what_was_left_out(database):
    text = f"{HEADER}a@example.com,A,ghost@example.com\nno address,B,\n"
    import_directory(database, preview(database, text))
    assert problems(database) == [(2, "ghost@example.com"), (3, "no address")]


def test_a_file_that_changes_nothing_says_what_still_needs_a_look(database):
    text = f"{HEADER}a@example.com,A,ghost@example.com\nno address,B,\n"
    say_again(database, preview(database, f"{HEADER}a@example.com,A,\na@example.com,A,\nno address,B,\n"))
    assert problems(database) == []  # there is no import that could name it
    first = import_directory(database, preview(database, text))
    second = import_directory(database, preview(database, text + "c@example.com,C,\n"))
    say_again(database, preview(database, f"{HEADER}a@example.com,A,\nc@example.com,C,\nodd,D,\n"))
    assert problems(database) == [(4, "odd")]
    undo_import(database, second)
    assert problems(database) == [(2, "ghost@example.com"), (3, "no address")]
    undo_import(database, first)
    say_again(database, preview(database, f"{HEADER}a@example.com,A,\na@example.com,A,\n"))
    assert problems(database) == []


CIRCLE = f"{HEADER}a@example.com,A,b@example.com\nb@example.com,B,a@example.com\nc@example.com,C,ghost@example.com\n"


def test_many_refusals_do_not_crowd_out_a_circle(database):
    faulty = "".join(f"no address {number},X,\n" for number in range(directory_notes.KEPT_NOTES))
    import_directory(database, preview(database, CIRCLE + faulty))
    assert problems(database)[:3] == [(2, "a@example.com"), (4, "ghost@example.com"), (5, "no address 0")]
    assert len(problems(database)) == directory_notes.KEPT_NOTES


def test_reporting_lines_that_are_not_used_stay_named_until_a_file_names_the_people(database):
    import_directory(database, preview(database, CIRCLE))
    import_directory(database, preview(database, f"{HEADER}d@example.com,D,\nno address,X,\n", complete=False))
    assert problems(database) == [(0, "a@example.com"), (0, "ghost@example.com"), (3, "no address")]
    import_directory(database, preview(database, f"{HEADER}a@example.com,A,d@example.com\n", complete=False))
    assert problems(database) == [(0, "a@example.com"), (0, "ghost@example.com")]
    import_directory(database, preview(database, f"{HEADER}b@example.com,B,d@example.com\n", complete=False))
    assert problems(database) == [(0, "ghost@example.com")]
    import_directory(database, preview(database, f"{HEADER}d@example.com,D,\na@example.com,A,\nb@example.com,B,\n"))
    assert problems(database) == []  # the last one is archived


def lines_of(database, email: str) -> list[tuple[str, dt.date | None, dt.date | None]]:
    with database.read("test") as connection:
        person = connection.execute(select(EMPLOYEE.c.id).where(EMPLOYEE.c.email == email)).scalar_one()
        found = directory_people.lines_of(connection, person)
    return [(line.manager_email, line.from_day, line.to_day) for line in found]


def test_who_comes_after_the_first_import_is_in_nobodys_past_unless_a_first_day_says_so(database):
    first = "email,name,manager_email,start_date\nboss@example.com,Boss,,\np@example.com,P,boss@example.com,\n"
    import_directory(database, preview(database, first))
    more = first + "new@example.com,New,boss@example.com,\nold@example.com,Old,boss@example.com,2026-05-04\n"
    alone = "odd@example.com,Odd,ghost@example.com,\n"
    import_directory(database, preview(database, more + alone))
    import_directory(database, preview(database, more + alone.replace("ghost", "boss")))
    boss = "boss@example.com"
    assert lines_of(database, "p@example.com") == [(boss, None, None)]
    assert lines_of(database, "new@example.com") == [(boss, TODAY, None)]
    assert lines_of(database, "old@example.com") == [(boss, dt.date(2026, 5, 4), None)]
    assert lines_of(database, "odd@example.com") == [(boss, TODAY, None)]


def test_a_reorganisation_that_is_entered_late_holds_from_the_day_that_was_named(filled):
    day = TODAY - DAY * 20
    shown = preview(filled, moved(personas.CSV, ALICE, FRANK, CHARLIE), on=day)
    before = dump(filled)
    number = import_directory(filled, shown)
    assert lines_of(filled, ALICE) == [(CHARLIE, day, None), (FRANK, dt.date(2024, 2, 1), day - DAY)]
    undo_import(filled, number)
    assert dump(filled) == before


def test_a_day_in_the_future_or_before_a_line_that_the_file_would_change_is_refused(filled):
    def check(text: str, on: dt.date) -> None:
        with filled.read("test") as connection:
            directory_imports.check_day(connection, preview(filled, text, on=on), TODAY)

    there, back = moved(personas.CSV, ALICE, FRANK, CHARLIE), personas.CSV
    import_directory(filled, preview(filled, there, on=TODAY - DAY * 5))
    with pytest.raises(DirectoryError, match="lies in the future"):
        check(back, TODAY + DAY)
    with pytest.raises(DirectoryError, match=f"lies before {TODAY - DAY * 5}, on which the reporting line of {ALICE}"):
        check(back, TODAY - DAY * 6)
    with pytest.raises(DirectoryError, match="lies before"):
        check(without(there, ALICE), TODAY - DAY * 6)
    check(back, TODAY - DAY * 5)
    check(there.replace("Bob Example", "Robert Example"), TODAY - DAY * 40)


def test_people_are_counted_as_employed_by_both_dates(database):
    header = "email,name,manager_email,start_date,end_date\n"
    people = [
        ("boss", "", "", ""),
        ("first", "boss", TODAY, ""),
        ("last", "boss", "", TODAY),
        ("later", "last", TODAY + DAY, ""),
        ("never", "last", TODAY + DAY, TODAY + DAY),
        ("gone", "", "", TODAY - DAY),
        ("alone", "gone", "2026-01-01", ""),
    ]
    lines = [
        f"{name}@example.com,{name},{boss and boss + '@example.com'},{start},{end}\n"
        for name, boss, start, end in people
    ]
    import_directory(database, preview(database, header + "".join(lines)))
    with database.read("test") as connection:
        today = directory_people.counts(connection, TODAY)
        tomorrow = directory_people.counts(connection, TODAY + DAY)
    assert today == directory_people.DirectoryCounts(people=4, archived=1, later=2, teams=2, tops=1, under_archived=1)
    assert tomorrow == directory_people.DirectoryCounts(
        people=5, archived=2, later=0, teams=3, tops=1, under_archived=3
    )


def test_a_day_long_ago_does_not_hide_that_people_are_kept_out_today(filled):
    ended = personas.CSV.replace("2024-02-01,\n", f"2024-02-01,{TODAY - DAY}\n")
    shown = preview(filled, ended, on=TODAY - DAY * 20)
    with pytest.raises(Unconfirmed, match="archives 16 of 16"):
        import_directory(filled, shown, confirmed=False)


def test_who_comes_back_is_told_to_bring_the_days_between_along(filled):
    import_directory(filled, preview(filled, without(personas.CSV, "ivy@")))
    back = preview(filled, personas.CSV, today=TODAY + DAY)
    (remark,) = back.remarks
    assert remark.startswith(
        "People who come back: 1. What their Claude users did since their last day counts as theirs"
    )


@pytest.mark.parametrize("filled", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_sync_that_stores_a_day_meanwhile_waits_for_the_import(filled):
    """Both would else sum over a tree that the other one changes; SQLite has one writer anyway."""
    with filled.write() as importing:
        organisation.lock(importing)
        with filled.write() as storing, pytest.raises(Exception, match="LockNotAvailable"):
            storing.exec_driver_sql("LOCK TABLE user_day IN ROW EXCLUSIVE MODE NOWAIT")
    with filled.read("test") as reading:
        assert organisation.load(reading).ids.size == len(personas.MANAGER)
