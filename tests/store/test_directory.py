"""An imported directory: who was added, what is wrong with which line, and who reported to whom when."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from core.people.roster import read_csv
from core.store.directory import directory, directory_lines
from core.store.engine import versions
from core.store.hierarchy import organisation
from core.store.matching import attribution
from core.store.tables.usage import ACCOUNT_LINK, EMPLOYEE, REPORTING_LINE
from core.store.usage import team_moves
from tests.support import personas, stored

TODAY = personas.TODAY
TOMORROW = TODAY + dt.timedelta(days=1)
HEADER = "email,name,manager_email,start_date\n"
START = dt.date(2024, 1, 15)
THREE = (
    HEADER
    + f"""boss@example.com,Boss,,
other@example.com,Other,boss@example.com,
ann@example.com,Ann,boss@example.com,{START}
"""
)


def _lines(database, email: str) -> list[tuple[str, dt.date | None, dt.date | None]]:
    person, manager = EMPLOYEE.alias(), EMPLOYEE.alias()
    statement = (
        select(manager.c.email, REPORTING_LINE.c.from_day, REPORTING_LINE.c.to_day)
        .join_from(REPORTING_LINE, person, person.c.id == REPORTING_LINE.c.employee_id)
        .join(manager, manager.c.id == REPORTING_LINE.c.manager_id)
        .where(person.c.email == email)
        .order_by(REPORTING_LINE.c.id)
    )
    with database.read("test") as connection:
        return [tuple(row) for row in connection.execute(statement)]


def _managers(database) -> dict[str, str | None]:
    with database.read("test") as connection:
        rows = connection.execute(select(EMPLOYEE.c.id, EMPLOYEE.c.email, EMPLOYEE.c.manager_id)).all()
    names = {row.id: row.email for row in rows}
    return {row.email: names.get(row.manager_id) for row in rows}


def test_an_import_reports_what_it_did_and_the_same_again_changes_nothing(import_csv):
    first = import_csv(THREE)
    assert (first.added, first.changed, first.moved, first.unchanged, first.absent) == (3, 0, 0, 0, 0)
    again = import_csv(THREE)
    assert (again.added, again.changed, again.moved, again.unchanged, again.absent) == (0, 0, 0, 3, 0)
    third = import_csv(f"{HEADER}ann@example.com,Ann Renamed,other@example.com,{START}\nnew@example.com,New,,\n")
    assert (third.added, third.changed, third.moved, third.unchanged, third.absent) == (1, 1, 1, 0, 2)


def test_people_whom_the_file_does_not_mention_stay_with_their_manager(import_csv, database):
    import_csv(THREE)
    import_csv(f"{HEADER}new@example.com,New,ann@example.com,\n")
    assert _managers(database) == {
        "boss@example.com": None,
        "other@example.com": "boss@example.com",
        "ann@example.com": "boss@example.com",
        "new@example.com": "ann@example.com",
    }


def test_faulty_lines_are_named_and_the_others_are_imported(import_csv, database):
    change = import_csv(f"{HEADER}ann@example.com,Ann,nobody@example.com,\nno address,Ben,,\n")
    assert [(note.line, note.value) for note in change.notes] == [(2, "nobody@example.com")]
    assert [(refused.line, refused.value) for refused in change.refused] == [(3, "no address")]
    assert _managers(database) == {"ann@example.com": None}


def test_a_circle_of_managers_is_named_with_its_line_and_none_of_it_is_used(import_csv, database):
    change = import_csv(
        f"{HEADER}a@example.com,A,b@example.com,\nb@example.com,B,a@example.com,\nc@example.com,C,b@example.com,\n"
    )
    assert len(change.notes) == 1
    assert change.notes[0].line == 2
    assert "a@example.com → b@example.com → a@example.com" in change.notes[0].reason
    assert _managers(database) == {"a@example.com": None, "b@example.com": None, "c@example.com": "b@example.com"}


def test_the_first_line_holds_since_the_start_and_a_move_ends_it_on_the_day_before(import_csv, database):
    import_csv(THREE)
    assert _lines(database, "ann@example.com") == [("boss@example.com", START, None)]
    import_csv(f"{HEADER}ann@example.com,Ann,other@example.com,{START}\n")
    yesterday = TODAY - dt.timedelta(days=1)
    moved = [("boss@example.com", START, yesterday), ("other@example.com", TODAY, None)]
    assert _lines(database, "ann@example.com") == moved
    import_csv(THREE, TOMORROW)
    assert _lines(database, "ann@example.com") == [
        moved[0],
        (*moved[1][:2], TODAY),
        ("boss@example.com", TOMORROW, None),
    ]


def test_a_correction_on_the_same_day_leaves_no_trace_of_the_slip(import_csv, database):
    import_csv(THREE)
    for manager in ("other", "boss", "other"):
        import_csv(f"{HEADER}ann@example.com,Ann,{manager}@example.com,{START}\n")
    assert [line for line in _lines(database, "ann@example.com") if line[2] is None] == [
        ("other@example.com", TODAY, None)
    ]
    assert all((start or START) <= (end or TODAY) for _, start, end in _lines(database, "ann@example.com"))
    assert len(_lines(database, "ann@example.com")) == 2


def test_somebody_without_a_manager_for_a_while_has_a_gap_and_no_overlap(import_csv, database):
    import_csv(THREE)
    import_csv(f"{HEADER}ann@example.com,Ann,,{START}\n")
    import_csv(THREE, TODAY + dt.timedelta(days=7))
    ended = TODAY - dt.timedelta(days=1)
    resumed = TODAY + dt.timedelta(days=7)
    assert _lines(database, "ann@example.com") == [
        ("boss@example.com", START, ended),
        ("boss@example.com", resumed, None),
    ]


def test_somebody_who_moves_before_the_first_day_has_only_the_later_manager(import_csv, database):
    future = TODAY + dt.timedelta(days=30)
    import_csv(THREE.replace(str(START), str(future)))
    import_csv(f"{HEADER}ann@example.com,Ann,other@example.com,{future}\n")
    assert [name for name, _, _ in _lines(database, "ann@example.com")] == ["other@example.com"]


def test_accounts_are_matched_whatever_their_case_and_several_may_be_one_person_r30(filled):
    """R30"""
    statement = select(EMPLOYEE.c.email, ACCOUNT_LINK.c.until).where(EMPLOYEE.c.id == ACCOUNT_LINK.c.employee_id)
    with filled.read("test") as connection:
        links = [tuple(row) for row in connection.execute(statement)]
    owners = sorted(email for email, _ in links)
    assert owners == sorted(owner for _, owner in personas.ACCOUNTS.values() if owner)
    assert owners.count(personas.BOB) == 2
    assert {email: until for email, until in links if until} == {personas.ERIN: personas.left_on()}


@pytest.mark.parametrize(
    "step",
    [
        (directory, "_add_people"),
        (directory, "change_people"),
        (directory_lines, "change"),
        (directory_lines, "place"),
        (attribution, "_apply"),
        (team_moves, "_add"),
        (versions, "bump"),
    ],
    ids=lambda step: step[1],
)
def test_an_import_that_fails_at_any_step_leaves_everything_as_it_was_r46(filled, monkeypatch, step):
    """R46"""

    def look() -> tuple[object, ...]:
        lines = [_lines(filled, email) for email in personas.MANAGER]
        with filled.read("test") as connection:
            version = versions.read(connection, versions.DIRECTORY)
        return _managers(filled), lines, version, stored.dump(filled)

    before = look()
    module, name = step
    original = getattr(module, name)

    def fail(*arguments: object, **options: object) -> object:
        original(*arguments, **options)
        raise ConnectionAbortedError

    monkeypatch.setattr(module, name, fail)
    file = (
        f"email,name,manager_email\n{personas.VISITOR},Visitor,{personas.FRANK}\n{personas.IVY},Ivy,{personas.GRETA}\n"
    )
    with pytest.raises(ConnectionAbortedError), filled.write() as connection:
        directory.apply(connection, read_csv(file.encode()), TODAY)
    assert look() == before


def test_the_snapshot_knows_chains_managers_and_employment(filled):
    with filled.read("test") as connection:
        found = organisation.load(connection)
    for email in personas.MANAGER:
        team = found.team(found.by_email[email])
        assert sorted(found.emails[team.left : team.right]) == sorted(personas.chain(email))
    members = found.members(found.everyone)
    assert [e for e, has in zip(members.emails, members.has_account, strict=True) if not has] == [personas.HUGO]
    employed = members.employed(TODAY)
    assert [e for e, here in zip(members.emails, employed, strict=True) if not here] == [personas.ERIN]
    above_bob = found.managers_of(found.position[found.by_email[personas.BOB]])
    assert [found.emails[place] for place in above_bob] == [personas.ALICE, personas.FRANK, personas.GRETA]
