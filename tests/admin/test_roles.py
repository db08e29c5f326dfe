"""Roles: given, dated and taken in the app; narrow ones see nobody more; the last admin stays."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from core import settings as configuration
from core import viewers
from core.admin import directory_imports, roles
from core.admin.access import (
    AdminViewer,
    ConnectionAdmin,
    PeopleAdmin,
    admin_of,
    connection_admin_of,
    operator,
    people_admin_of,
)
from core.admin.directory_imports import LastAdmin
from core.errors import NotPermitted, RoleRefused, UnknownViewer
from core.people.roster import read_csv
from core.store.directory import directory
from core.store.engine.database import Database
from core.viewers import Role, SignIn, Viewer
from core.visibility import EVERYONE, Identity, Scope, scope_of, viewer_for
from tests.support import personas
from tests.support.company import ISSUER
from tests.support.invented import SECRET
from tests.support.personas import ALICE, BOB, CHARLIE, DORA, ERIN, GRETA, IVY, OSCAR, TODAY


def settings_of(*admins: str, **more: str) -> configuration.Settings:
    return configuration.load({"UPTAKE_ADMINS": ",".join(admins), "UPTAKE_SECRET_KEY": SECRET, **more})


def scope(database, email: str, admins=(), *, everyone: bool = True) -> Scope:
    viewer = viewer_for(database, admins, Identity(email, True), TODAY, admins_see_everyone=everyone)
    return scope_of(database, viewer)


def test_a_granted_admin_is_one_and_a_revoked_one_is_not(filled):
    settings = settings_of(DORA)
    assert roles.grant(operator(), filled, "Ivy@Example.com", Role.ADMIN) is True
    assert roles.grant(operator(), filled, IVY, Role.ADMIN) is False
    assert set(scope(filled, IVY).members(scope(filled, IVY).team(EVERYONE)).emails) == set(personas.MANAGER)
    held = [(h.email, h.role, h.by) for h in roles.holders(operator(), filled, settings)]
    assert held == [(DORA, Role.ADMIN, None), (IVY, Role.ADMIN, "command line")]
    assert roles.revoke(operator(), filled, settings, IVY, Role.ADMIN) is True
    assert roles.revoke(operator(), filled, settings, IVY, Role.ADMIN) is False
    assert not scope(filled, IVY).viewer.is_admin
    past = roles.past_grants(operator(), filled)
    assert [(g.email, g.role, g.granted_by, g.revoked_by) for g in past] == [
        (IVY, "admin", "command line", "command line")
    ]
    assert past[0].revoked_at is not None and past[0].revoked_at >= past[0].granted_at


NARROW = {Role.CONNECTION: (connection_admin_of, people_admin_of), Role.PEOPLE: (people_admin_of, connection_admin_of)}


@pytest.mark.parametrize("role", NARROW)
def test_a_narrow_role_opens_its_own_door_and_nobodys_usage(filled, role):
    roles.grant(operator(), filled, IVY, role)
    mine = scope(filled, IVY)
    own, other = NARROW[role]
    assert own(mine).name == IVY
    assert not isinstance(own(mine), AdminViewer)
    for door in (other, admin_of):
        with pytest.raises(NotPermitted):
            door(mine)
    assert mine.members(mine.whole).emails == (IVY,)
    assert not mine.leads_people
    with pytest.raises(NotPermitted):
        mine.team(EVERYONE)


def test_an_admin_has_every_proof_and_an_employee_none(filled):
    admin = scope(filled, DORA, {DORA})
    for door in (admin_of, connection_admin_of, people_admin_of):
        proof = door(admin)
        assert isinstance(proof, AdminViewer) and isinstance(proof, ConnectionAdmin) and isinstance(proof, PeopleAdmin)
        with pytest.raises(NotPermitted):
            door(scope(filled, ALICE))


@pytest.mark.parametrize("kind", [AdminViewer, ConnectionAdmin, PeopleAdmin])
def test_no_proof_is_made_by_hand(kind):
    with pytest.raises(TypeError):
        kind(object(), DORA)


def test_a59_somebody_who_begins_later_is_no_admin_before(filled):
    """Neither by taking the role of the only one who is here, nor by an import that lets that one begin later."""
    settings, later = settings_of(), dt.datetime.now(dt.UTC).date() + 30 * dt.timedelta(days=1)
    lines = personas.csv_text().replace("2024-02-01", "")
    begins_later = lines.replace(
        "Ivy Example,bob@example.com,,Engineering,", f"Ivy Example,bob@example.com,,Engineering,{later}"
    )
    assert begins_later != lines

    def import_directory(text: str) -> None:
        shown = directory_imports.preview(operator(), filled, settings, text.encode(), "people.csv", complete=True)
        directory_imports.apply(operator(), filled, shown, confirmed=True)

    roles.grant(operator(), filled, DORA, Role.ADMIN)
    import_directory(begins_later)
    roles.grant(operator(), filled, IVY, Role.ADMIN)
    assert {held.email: held.counts for held in roles.holders(operator(), filled, settings)} == {DORA: True, IVY: False}
    with pytest.raises(RoleRefused, match="last admin"):
        roles.revoke(operator(), filled, settings, DORA, Role.ADMIN)
    import_directory(lines)
    assert roles.revoke(operator(), filled, settings, DORA, Role.ADMIN)
    with pytest.raises(LastAdmin):
        import_directory(begins_later)


def test_a59_the_last_admin_cannot_be_removed_by_anybody(filled):
    settings = settings_of()
    roles.grant(operator(), filled, DORA, Role.ADMIN)
    with pytest.raises(RoleRefused, match="last admin.*Nothing was changed"):
        roles.revoke(admin_of(scope(filled, DORA)), filled, settings, DORA, Role.ADMIN)
    assert scope(filled, DORA).viewer.is_admin
    roles.grant(operator(), filled, ALICE, Role.ADMIN)
    assert roles.revoke(admin_of(scope(filled, DORA)), filled, settings, DORA, Role.ADMIN)
    with pytest.raises(RoleRefused, match="last admin"):
        roles.revoke(operator(), filled, settings, ALICE, Role.ADMIN)


SLIP = "dora@exmaple.com"


def sign_in(database: Database, settings: configuration.Settings, email: str) -> Viewer:
    now = dt.datetime.now(dt.UTC)
    one = SignIn(ISSUER, f"s-{email}", now.timestamp(), "n", Identity(email, True))
    return viewers.signed_in(database, settings, one, now)


def import_directory(
    database: Database, settings: configuration.Settings, lines: str, *, complete: bool = False
) -> None:
    shown = directory_imports.preview(operator(), database, settings, lines.encode(), "people.csv", complete=complete)
    directory_imports.apply(operator(), database, shown, confirmed=True)


def test_a59_an_address_of_the_settings_that_nobody_ever_used_is_no_admin_who_stays(filled):
    """Neither when a role is taken nor when an import archives whoever has it."""
    settings = settings_of(OSCAR, SLIP)
    roles.grant(operator(), filled, DORA, Role.ADMIN)
    why = f"cannot be removed. The address {SLIP} of UPTAKE_ADMINS would not count: nobody has signed in with it"
    with pytest.raises(RoleRefused, match=f"last admin.*{why}.*Nothing was changed"):
        roles.revoke(operator(), filled, settings, DORA, Role.ADMIN)
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    gone = f"email,name,manager_email,end_date\n{DORA},Dora Example,{GRETA},{yesterday}\n"
    with pytest.raises(LastAdmin, match=why):
        import_directory(filled, settings, gone)
    held = {holder.email: holder for holder in roles.holders(operator(), filled, settings)}
    assert not held[OSCAR].counts and held[OSCAR].in_force.startswith("not yet: nobody in the directory has")
    assert sign_in(filled, settings, OSCAR).is_admin
    assert next(one for one in roles.holders(operator(), filled, settings) if one.email == OSCAR).in_force == "yes"
    import_directory(filled, settings, gone)
    assert roles.revoke(operator(), filled, settings, DORA, Role.ADMIN)


def test_a59_where_nobody_is_known_to_be_an_admin_nothing_is_in_the_way_of_the_first_one(database):
    settings = settings_of(SLIP)
    import_directory(database, settings, personas.CSV, complete=True)
    import_directory(database, settings, f"email,name,manager_email\n{IVY},Ivy Example,{ALICE}\n")
    assert roles.revoke(operator(), database, settings, IVY, Role.ADMIN) is False
    assert roles.grant(operator(), database, IVY, Role.PEOPLE)
    assert roles.revoke(operator(), database, settings, IVY, Role.PEOPLE)
    assert roles.grant(operator(), database, IVY, Role.ADMIN)


def test_a59_the_first_import_of_all_can_be_undone_and_leaves_the_settings_to_say_who_is_the_admin(database):
    settings = settings_of(DORA)
    import_directory(database, settings, personas.CSV, complete=True)
    directory_imports.undo(operator(), database, settings, 1)
    assert sign_in(database, settings, DORA).is_admin


@pytest.mark.parametrize(("first", "last", "counts"), [(-9, 9, True), (0, 0, True), (1, 9, False), (-9, -1, False)])
@pytest.mark.parametrize("bound", [False, True], ids=["not signed in yet", "signed in"])
def test_a59_somebody_of_the_settings_is_an_admin_who_stays_while_employed_only(filled, bound, first, last, counts):
    settings, today = settings_of(IVY), dt.datetime.now(dt.UTC).date()
    if bound:
        sign_in(filled, settings, IVY)
    start, end = (today + dt.timedelta(days=days) for days in (first, last))
    with filled.write() as connection:
        lines = f"email,name,manager_email,start_date,end_date\n{IVY},Ivy Example,{BOB},{start},{end}\n"
        directory.apply(connection, read_csv(lines.encode()), today)
    (ivy,) = roles.holders(operator(), filled, settings)
    assert (ivy.counts, ivy.bound, ivy.in_force == "no: not employed today") == (counts, bound, not counts)
    roles.grant(operator(), filled, DORA, Role.ADMIN)
    with pytest.raises(RoleRefused, match="last admin without a last day"):
        roles.revoke(operator(), filled, settings, DORA, Role.ADMIN)
    with filled.write() as connection:
        lines = f"email,name,manager_email,end_date\n{DORA},Dora Example,{GRETA},{today}\n"
        directory.apply(connection, read_csv(lines.encode()), today)
    if counts:
        assert roles.revoke(operator(), filled, settings, DORA, Role.ADMIN)
        return
    with pytest.raises(RoleRefused, match=f"The address {IVY} .* who has it does not work here today"):
        roles.revoke(operator(), filled, settings, DORA, Role.ADMIN)


def test_a59_an_address_whose_owner_signs_in_with_another_one_is_no_admin_who_stays(filled):
    before, after = settings_of(), settings_of("ivy.new@example.com")
    numbered = "email,name,manager_email,employee_id\n"
    import_directory(filled, before, f"{numbered}{IVY},Ivy Example,{BOB},I1\n")
    sign_in(filled, before, IVY)
    import_directory(filled, before, f"{numbered}ivy.new@example.com,Ivy Example,{BOB},I1\n")
    roles.grant(operator(), filled, DORA, Role.ADMIN)
    with pytest.raises(RoleRefused, match="ivy.new@example.com .* signs in with another address"):
        roles.revoke(operator(), filled, after, DORA, Role.ADMIN)
    ivy = next(one for one in roles.holders(operator(), filled, after) if one.email == "ivy.new@example.com")
    assert (ivy.counts, ivy.in_force) == (False, "no: signs in with another address")


def archive(database, email: str) -> None:
    line = next(line for line in personas.CSV.splitlines() if line.startswith(f"{email},"))
    header = personas.CSV.splitlines()[0]
    with database.write() as connection:
        gone = f"{header}\n{line}{(TODAY - dt.timedelta(days=1)).isoformat()}\n"
        directory.apply(connection, read_csv(gone.encode()), TODAY)


def test_a59_an_archived_admin_does_not_count_as_the_other_one(filled):
    roles.grant(operator(), filled, DORA, Role.ADMIN)
    roles.grant(operator(), filled, BOB, Role.ADMIN)
    archive(filled, BOB)
    assert {h.email: h.counts for h in roles.holders(operator(), filled, settings_of())} == {DORA: True, BOB: False}
    with pytest.raises(RoleRefused, match="last admin"):
        roles.revoke(operator(), filled, settings_of(), DORA, Role.ADMIN)


def test_a59_two_admins_who_remove_each_other_at_once_leave_one(filled):
    settings = settings_of()
    for email in (DORA, ALICE):
        roles.grant(operator(), filled, email, Role.ADMIN)

    def remove(email: str) -> bool:
        try:
            return roles.revoke(operator(), filled, settings, email, Role.ADMIN)
        except RoleRefused:
            return False

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(remove, [DORA, ALICE])) == [False, True]
    assert [h.counts for h in roles.holders(operator(), filled, settings)] == [True]


@pytest.mark.parametrize("email", [ERIN, OSCAR, "stranger@example.com", "no address", ""])
def test_a_role_goes_to_somebody_employed_only(filled, email):
    with pytest.raises(RoleRefused, match="Nothing was changed"):
        roles.grant(operator(), filled, email, Role.ADMIN)
    assert roles.holders(operator(), filled, settings_of()) == []


def test_a_role_of_somebody_archived_gives_nothing(filled):
    roles.grant(operator(), filled, BOB, Role.ADMIN)
    assert scope(filled, BOB).viewer.is_admin
    archive(filled, BOB)
    with pytest.raises(UnknownViewer):
        scope(filled, BOB)


def test_admins_who_may_not_see_everybody_see_their_own_chain_and_keep_their_other_rights(filled):
    inside, outside = scope(filled, CHARLIE, {CHARLIE}, everyone=False), scope(filled, OSCAR, {OSCAR}, everyone=False)
    assert set(inside.members(inside.whole).emails) == set(personas.chain(CHARLIE))
    assert not outside.leads_people and not outside.sees_totals
    for mine in (inside, outside):
        assert admin_of(mine).name == mine.viewer.email
        with pytest.raises(NotPermitted):
            mine.team(EVERYONE)
    with pytest.raises(NotPermitted):
        outside.members(outside.whole)
    with pytest.raises(NotPermitted):
        outside.team_sums(outside.whole, ["commits"], personas.DAYS[0], personas.DAYS[-1])


def test_a_word_that_is_no_role_gives_nothing(filled):
    roles.grant(operator(), filled, IVY, Role.PEOPLE)
    with filled.write() as connection:
        connection.execute(text("UPDATE role_grant SET role = 'emperor'"))
    assert scope(filled, IVY).viewer.roles == frozenset()


def test_a58_nothing_that_a_directory_file_says_gives_a_role(filled):
    """Whoever may write a title, or a column of the name, is an employee all the same."""
    said = "admin,yes,admin,Admin,people admin,Administrator"
    lines = personas.CSV.splitlines()
    fields = lines[0].split(",")
    ivy = f"{IVY},Ivy Example,{BOB},Admin,admin,2024-02-01,".split(",")
    assert len(ivy) == len(fields)
    file = "\n".join(
        [
            f"{lines[0]},role,is_admin,roles,admin,group,job_role",
            *(f"{','.join(ivy)},{said}" if line.startswith(IVY) else f"{line},,,,,," for line in lines[1:]),
        ]
    )
    roster = read_csv(file.encode())
    assert not roster.refused and {"role", "is_admin", "roles"} <= set(roster.ignored_columns)
    with filled.write() as connection:
        directory.apply(connection, roster, TODAY)
    mine = scope(filled, IVY, {OSCAR})
    assert (mine.viewer.roles, mine.viewer.is_admin, mine.viewer.sees_everyone) == (frozenset(), False, False)
    assert mine.members(mine.whole).titles == ("Admin",)
    held = roles.holders(operator(), filled, settings_of(OSCAR))
    assert [(holder.email, holder.by) for holder in held] == [(OSCAR, None)]
