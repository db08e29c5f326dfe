"""What nobody gets by an import or a match: the rights of an admin, more sight, or a company without any admin."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from core import settings as configuration
from core.admin import directory_imports, matching, roles
from core.admin.access import PeopleAdmin, admin_of, operator, people_admin_of
from core.admin.directory_imports import DirectoryChanged, LastAdmin, Unconfirmed
from core.errors import NotPermitted
from core.store.engine.database import Database
from core.viewers import Role, SignIn, signed_in
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.support import personas
from tests.support.company import ISSUER
from tests.support.invented import SECRET
from tests.support.personas import ALICE, BOB, CHARLIE, DORA, ERIN, FRANK, GRETA, HUGO, IVY, OSCAR, TODAY

NUMBERED = "email,name,manager_email,employee_id\n"
HEADER = "email,name,manager_email\n"


def settings_of(*admins: str) -> configuration.Settings:
    return configuration.load({"UPTAKE_ADMINS": ",".join(admins), "UPTAKE_SECRET_KEY": SECRET})


def scope(database: Database, email: str, *admins: str, everyone: bool = True) -> Scope:
    viewer = viewer_for(database, admins, Identity(email, True), TODAY, admins_see_everyone=everyone)
    return scope_of(database, viewer)


def import_directory(
    admin: PeopleAdmin, database: Database, content: str, *admins: str, complete: bool = False, confirmed: bool = True
) -> None:
    settings = settings_of(*admins)
    shown = directory_imports.preview(admin, database, settings, content.encode(), "people.csv", complete=complete)
    directory_imports.apply(admin, database, shown, confirmed=confirmed)


@pytest.fixture
def hugo(filled) -> PeopleAdmin:
    """A people admin with nobody below."""
    roles.grant(operator(), filled, HUGO, Role.PEOPLE)
    import_directory(operator(), filled, f"{NUMBERED}{HUGO},Hugo Example,{GRETA},H1\n{BOB},Bob Example,{ALICE},B1\n")
    return people_admin_of(scope(filled, HUGO))


def addresses(database: Database) -> set[str]:
    with database.write() as connection:
        return set(connection.execute(text("SELECT email FROM employee")).scalars())


@pytest.mark.parametrize(
    ("admin", "line", "sentence"),
    [
        (OSCAR, f"{OSCAR},Hugo Example,{GRETA},H1", f"Hugo Example would get the address {OSCAR}"),
        (BOB, f"robert@example.com,Bob Example,{ALICE},B1", f"Bob Example would not have the address {BOB} any more"),
        (OSCAR, f"{OSCAR},Oscar,{GRETA},O1", f"Oscar would be added with the address {OSCAR}"),
        (ERIN, f"{ERIN},Erin Example,{ALICE},E1", f"Erin Example would come back with the address {ERIN}"),
    ],
    ids=["given to somebody", "taken from somebody", "of somebody new", "of somebody who comes back"],
)
def test_a58_an_import_that_touches_an_address_of_the_settings_waits_for_an_admin_with_every_right(
    filled, hugo, admin, line, sentence
):
    roles.grant(operator(), filled, CHARLIE, Role.ADMIN)  # or Bob would be the last admin, which is another refusal
    before, content = addresses(filled), f"{NUMBERED}{line}\n"
    with pytest.raises(Unconfirmed, match=f"{sentence}.*UPTAKE_ADMINS"):
        import_directory(operator(), filled, content, admin, confirmed=False)
    if admin != ERIN:
        with pytest.raises(
            NotPermitted, match=r"gives or takes the address \S+, by which.*every right.*Nothing was changed"
        ):
            import_directory(hugo, filled, content, admin)
        assert addresses(filled) == before
    import_directory(operator(), filled, content, admin)


def test_a58_the_address_of_somebody_with_a_role_is_not_changed_by_a_people_admin_nor_by_an_undo(filled, hugo):
    roles.grant(operator(), filled, BOB, Role.ADMIN)
    renamed = f"{NUMBERED}robert@example.com,Bob Example,{ALICE},B1\n"
    with pytest.raises(Unconfirmed, match=f"Bob Example, who has a role here.*instead of {BOB}"):
        import_directory(operator(), filled, renamed, confirmed=False)
    with pytest.raises(NotPermitted, match="every right"):
        import_directory(hugo, filled, renamed)
    import_directory(operator(), filled, renamed)
    last = directory_imports.history(operator(), filled)[0].id
    with pytest.raises(NotPermitted, match="every right"):
        directory_imports.undo(hugo, filled, settings_of(), last)
    directory_imports.undo(operator(), filled, settings_of(), last)
    assert BOB in addresses(filled)


def test_the_first_import_of_all_may_name_the_admins(database):
    import_directory(operator(), database, personas.CSV, DORA, OSCAR, confirmed=False)
    assert DORA in addresses(database)


YESTERDAY = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
NEXT_YEAR = YESTERDAY + dt.timedelta(days=365)


@pytest.mark.parametrize("end", [YESTERDAY, NEXT_YEAR], ids=["left", "leaves"])
def test_a59_no_import_takes_away_the_last_admin(filled, end):
    roles.grant(operator(), filled, BOB, Role.ADMIN)
    gone = f"email,name,manager_email,end_date\n{BOB},Bob Example,{ALICE},{end}\n"
    with pytest.raises(LastAdmin, match="The last admin .*cannot be removed.*Nothing was changed"):
        import_directory(operator(), filled, gone)
    assert scope(filled, BOB).viewer.is_admin
    roles.grant(operator(), filled, CHARLIE, Role.ADMIN)
    import_directory(operator(), filled, gone)


def test_a59_a_file_without_the_last_admin_is_not_taken_in_and_an_undo_does_not_remove_them_either(filled):
    import_directory(operator(), filled, f"{HEADER}zoe@example.com,Zoe,{ALICE}\n")
    erin = f"email,name,manager_email,end_date\n{ERIN},Erin Example,{ALICE},\n"
    import_directory(operator(), filled, erin)
    roles.grant(operator(), filled, ERIN, Role.ADMIN)
    without = "".join(line for line in personas.CSV.splitlines(keepends=True) if not line.startswith(ERIN))
    with pytest.raises(LastAdmin, match="cannot be removed"):
        import_directory(operator(), filled, without, complete=True)
    back = directory_imports.history(operator(), filled)[0].id
    with pytest.raises(LastAdmin, match="cannot be removed"):
        directory_imports.undo(operator(), filled, settings_of(), back)
    with pytest.raises(LastAdmin, match=f"{OSCAR} of UPTAKE_ADMINS would not count"):
        directory_imports.undo(operator(), filled, settings_of(OSCAR), back)
    directory_imports.undo(operator(), filled, settings_of(DORA), back)


def test_a59_the_address_by_which_the_last_admin_will_come_in_is_not_changed_before_they_came(filled):
    """Nobody would have the address of the settings any more; once they came, their account is the admin."""
    dora = f"{NUMBERED}{DORA},Dora Example,{GRETA},D1\n"
    import_directory(operator(), filled, dora, DORA)
    renamed = dora.replace(DORA, "dora.new@example.com")
    with pytest.raises(LastAdmin, match=f"{DORA} of UPTAKE_ADMINS would not count: nobody has signed in with it"):
        import_directory(operator(), filled, renamed, DORA)
    assert DORA in addresses(filled)
    now, settings = dt.datetime.now(dt.UTC), settings_of(DORA)
    sign_in = SignIn(ISSUER, "s", now.timestamp(), "n", Identity(DORA, True))
    assert signed_in(filled, settings, sign_in, now).is_admin
    import_directory(operator(), filled, renamed, DORA)
    held = roles.holders(operator(), filled, settings)
    assert [(one.email, one.name, one.in_force) for one in held] == [(DORA, "Dora Example", "yes")]
    assert signed_in(filled, settings, sign_in, now).is_admin


@pytest.mark.parametrize(
    "lines",
    [
        f"{IVY},Ivy Example,{HUGO}\n",
        f"zoe@example.com,Zoe,{HUGO}\n",
        f"{FRANK},Frank Example,{HUGO}\n",
    ],
    ids=["somebody", "somebody new", "a whole chain"],
)
def test_a_people_admin_puts_nobody_below_themselves(filled, hugo, lines):
    before = scope(filled, HUGO).whole.size
    with pytest.raises(NotPermitted, match="below you.* Another admin .*Nothing was changed"):
        import_directory(hugo, filled, HEADER + lines)
    assert scope(filled, HUGO).whole.size == before
    import_directory(operator(), filled, HEADER + lines)


def test_an_admin_who_may_not_see_everybody_does_not_get_around_that_by_an_import(filled):
    content = f"{HEADER}{IVY},Ivy Example,{DORA}\n"
    with pytest.raises(NotPermitted, match="Ivy Example would come to stand below you"):
        import_directory(admin_of(scope(filled, DORA, DORA, everyone=False)), filled, content, DORA)
    outside = admin_of(scope(filled, OSCAR, OSCAR, everyone=False))
    with pytest.raises(NotPermitted, match="below you"):
        import_directory(outside, filled, f"{HEADER}{OSCAR},Oscar,\n{GRETA},Greta Example,{OSCAR}\n", OSCAR)
    import_directory(admin_of(scope(filled, DORA, DORA)), filled, content, DORA)


def test_a_people_admin_who_leads_a_team_moves_others_and_loses_people(filled):
    roles.grant(operator(), filled, ALICE, Role.PEOPLE)
    alice = people_admin_of(scope(filled, ALICE))
    import_directory(alice, filled, f"{HEADER}{IVY},Ivy Example,{ALICE}\n{HUGO},Hugo Example,{FRANK}\n")
    import_directory(operator(), filled, f"{NUMBERED}{IVY},Ivy Example,{ALICE},I1\n")
    with pytest.raises(NotPermitted, match=f"usage of {personas.VISITOR} would count as yours or your team's"):
        import_directory(alice, filled, f"{NUMBERED}{personas.VISITOR},Ivy Example,{ALICE},I1\n")
    import_directory(alice, filled, f"{HEADER}{BOB},Bob Example,{CHARLIE}\n")
    last = directory_imports.history(operator(), filled)[0].id
    with pytest.raises(NotPermitted, match="Bob Example would come to stand below you"):
        directory_imports.undo(alice, filled, settings_of(), last)


def account(database: Database, user_id: str) -> int:
    with database.write() as connection:
        found = connection.execute(text("SELECT id FROM account WHERE user_id = :u"), {"u": user_id})
        return int(found.scalar_one())


def person(database: Database, email: str) -> int:
    with database.write() as connection:
        return int(connection.execute(text("SELECT id FROM employee WHERE email = :e"), {"e": email}).scalar_one())


def test_a_people_admin_links_no_account_to_themselves_or_their_team_and_takes_no_longer_span(filled, hugo):
    visitor, me, charlie = account(filled, "user_visitor"), person(filled, HUGO), person(filled, CHARLIE)
    refused = pytest.raises(NotPermitted, match=f"usage of {personas.VISITOR} would count as yours")
    with refused:
        matching.link(hugo, filled, visitor, me)
    with refused:
        matching.add_alias(hugo, filled, personas.VISITOR, me)
    matching.link(hugo, filled, visitor, charlie)
    first = personas.DAYS[3]
    matching.link(operator(), filled, visitor, me, since=first)
    with refused:
        matching.link(hugo, filled, visitor, me, since=first - dt.timedelta(days=1))
    matching.link(hugo, filled, visitor, me, since=first + dt.timedelta(days=1))
    number = matching.unlink(hugo, filled, visitor)
    with refused:
        matching.undo(hugo, filled, number)


def test_a_role_that_is_given_after_the_preview_is_a_concern_that_was_not_shown(filled, hugo):
    renamed = f"{NUMBERED}robert@example.com,Bob Example,{ALICE},B1\n"
    shown = directory_imports.preview(operator(), filled, settings_of(), renamed.encode(), "people.csv", complete=False)
    roles.grant(operator(), filled, BOB, Role.ADMIN)
    with pytest.raises(DirectoryChanged, match="A role was given since this preview was made"):
        directory_imports.apply(operator(), filled, shown, confirmed=True)
    assert BOB in addresses(filled)
