"""Who a sign-in is: bound once by address, known by issuer and subject ever after, and ended on the server."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from core import settings as configuration
from core import viewers
from core.admin import identities, roles
from core.admin.access import operator
from core.errors import RoleRefused, SignInEnded, UnknownViewer
from core.people.roster import read_csv
from core.store.access import sessions
from core.store.directory import directory
from core.store.engine.database import Database
from core.viewers import Identity, SignIn, Viewer
from core.visibility import scope_of
from tests.support import personas
from tests.support.personas import ALICE, BOB, CHARLIE, DORA, ERIN, GRETA, IVY, OSCAR, TODAY

NOW = dt.datetime.now(dt.UTC)
MINUTE = dt.timedelta(minutes=1)
ISSUER = "https://sign-in.example.com"
OTHER_ISSUER = "https://other.example.com"
SETTINGS = configuration.load(
    {"UPTAKE_ADMINS": f"{DORA},{OSCAR}", "UPTAKE_SECRET_KEY": "c41f9b07d2e85a36b19c70f4e6d2385a"}
)


def sign_in(
    subject: str, email: str, *, issuer: str = ISSUER, issued: dt.datetime | float = NOW - MINUTE, nonce="n"
) -> SignIn:
    at = issued.timestamp() if isinstance(issued, dt.datetime) else issued
    return SignIn(issuer, subject, at, nonce, Identity(email, True))


def come(database: Database, one: SignIn, now: dt.datetime = NOW) -> Viewer:
    return viewers.signed_in(database, SETTINGS, one, now)


def stored(database: Database) -> list[tuple[str, bool]]:
    with database.write() as connection:
        rows = connection.execute(text("SELECT subject, bound_at FROM sign_in_identity ORDER BY subject"))
        return [(subject, bound is not None) for subject, bound in rows]


def import_lines(database: Database, *lines: str) -> None:
    header = "email,name,manager_email,end_date\n"
    with database.write() as connection:
        directory.apply(connection, read_csv((header + "\n".join(lines)).encode()), TODAY)


def test_the_first_sign_in_binds_and_later_ones_find_the_same_person(filled):
    first = come(filled, sign_in("s-alice", ALICE))
    assert (first.email, first.name) == (ALICE, "Alice Example")
    assert come(filled, sign_in("s-alice", "Alice@Example.com", nonce="m")) == first
    assert stored(filled) == [("s-alice", True)]


DAYS: dict[str, int | None] = {"none": None, "yesterday": -1, "today": 0, "tomorrow": 1}


SPANS = [
    (start, end)
    for start, first in DAYS.items()
    for end, last in DAYS.items()
    if first is None or last is None or first <= last
]


@pytest.mark.parametrize(("starts", "ends"), SPANS)
@pytest.mark.parametrize("bound", [False, True], ids=["first time", "known before"])
def test_only_whom_the_directory_employs_today_is_let_in(filled, bound, starts, ends):
    today = NOW.date()

    def written(day: str) -> str:
        ahead = DAYS[day]
        return "" if ahead is None else str(today + dt.timedelta(days=ahead))

    def import_alice(start: str, end: str) -> None:
        lines = f"{ALICE},Alice Example,,{start},{end}", f"{BOB},Bob Example,{ALICE},,"
        header = "email,name,manager_email,start_date,end_date\n"
        with filled.write() as connection:
            directory.apply(connection, read_csv((header + "\n".join(lines)).encode()), today)

    if bound:
        import_alice("", "")
        assert scope_of(filled, come(filled, sign_in("s-alice", ALICE))).leads_people
    import_alice(written(starts), written(ends))
    if starts == "tomorrow" or ends == "yesterday":
        with pytest.raises(UnknownViewer):
            come(filled, sign_in("s-alice", ALICE))
        with pytest.raises(UnknownViewer):
            viewers.viewer_for(filled, (), Identity(ALICE, True), today)
    else:
        assert scope_of(filled, come(filled, sign_in("s-alice", ALICE))).leads_people


def test_a31_an_address_changed_at_the_provider_to_a_managers_or_admins_changes_nothing(filled):
    bob = come(filled, sign_in("s-bob", BOB))
    for address in (GRETA, DORA, OSCAR, ALICE, "nobody@example.com"):
        assert come(filled, sign_in("s-bob", address)) == bob
    assert not bob.is_admin
    assert stored(filled) == [("s-bob", True)]


def test_a32_a_recycled_address_with_another_subject_is_refused_and_listed_until_an_admin_says_so(filled):
    come(filled, sign_in("s-bob", BOB))
    for _ in range(3):
        with pytest.raises(UnknownViewer, match="belongs to another account here"):
            come(filled, sign_in("s-new", BOB))
    waiting = [one for one in identities.sign_ins(operator(), filled) if one.state == identities.WAITING]
    assert [(one.subject, one.email, one.person) for one in waiting] == [("s-new", BOB, None)]
    identities.accept(operator(), filled, SETTINGS, ISSUER, "s-new")
    assert come(filled, sign_in("s-new", BOB)).email == BOB
    with pytest.raises(SignInEnded):
        come(filled, sign_in("s-bob", BOB))
    later = NOW + dt.timedelta(hours=1)
    with pytest.raises(UnknownViewer, match="another account"):
        come(filled, sign_in("s-bob", BOB, issued=later), later)


def test_a32_the_account_of_an_outside_admin_is_not_taken_over_by_its_address_either(filled):
    assert come(filled, sign_in("s-oscar", OSCAR)).is_admin
    with pytest.raises(UnknownViewer, match="belongs to another account"):
        come(filled, sign_in("s-other", OSCAR))


def test_a29_the_same_address_and_subject_at_another_issuer_is_somebody_else(filled):
    come(filled, sign_in("s-alice", ALICE))
    for subject in ("s-alice", "s-else"):
        with pytest.raises(UnknownViewer, match="belongs to another account"):
            come(filled, sign_in(subject, ALICE, issuer=OTHER_ISSUER))


def test_after_a_release_the_next_account_with_the_address_is_bound_and_the_released_one_stays_out(filled):
    come(filled, sign_in("s-old", ALICE))
    assert identities.release(operator(), filled, ALICE) == 1
    later = NOW + dt.timedelta(hours=1)
    with pytest.raises(UnknownViewer, match="another account"):
        come(filled, sign_in("s-old", ALICE, issued=later), later)
    assert come(filled, sign_in("s-new", ALICE, issued=later), later).email == ALICE
    with pytest.raises(UnknownViewer, match="another account"):
        come(filled, sign_in("s-old", ALICE, issued=later), later)


LATER = NOW + dt.timedelta(hours=1)


def refused(database: Database, one: SignIn, now: dt.datetime = NOW) -> None:
    with pytest.raises(UnknownViewer, match="another account"):
        come(database, one, now)


def states(database: Database) -> dict[str, str]:
    return {one.subject: one.state for one in identities.sign_ins(operator(), database)}


def test_a32_an_account_that_was_refused_does_not_come_in_by_itself_after_a_release(filled):
    """Its open page would ask again at once, and win the place of the account that is meant."""
    come(filled, sign_in("s-old", ALICE))
    refused(filled, sign_in("s-other", ALICE))
    identities.release(operator(), filled, ALICE)
    refused(filled, sign_in("s-other", ALICE))
    assert states(filled) == {"s-old": identities.RELEASED, "s-other": identities.WAITING}
    assert come(filled, sign_in("s-new", ALICE)).email == ALICE
    refused(filled, sign_in("s-other", ALICE))
    identities.accept(operator(), filled, SETTINGS, ISSUER, "s-other")
    assert come(filled, sign_in("s-other", ALICE)).email == ALICE
    refused(filled, sign_in("s-new", ALICE, issued=LATER), LATER)


def test_a32_a_release_by_the_address_of_old_holds_back_who_waits_for_the_new_one_too(filled):
    import_numbered(filled, f"{BOB},Bob Example,{ALICE},B1")
    come(filled, sign_in("s-bob", BOB))
    import_numbered(filled, f"robert@example.com,Bob Example,{ALICE},B1")
    refused(filled, sign_in("s-other", "robert@example.com"))
    assert identities.release(operator(), filled, BOB) == 1
    refused(filled, sign_in("s-other", "robert@example.com"))


def test_who_came_from_a_new_provider_too_early_comes_in_when_the_old_one_is_released(filled):
    """The operator need not accept each; where two want one place, neither has it by being quicker."""
    come(filled, sign_in("a", ALICE))
    come(filled, sign_in("b", BOB))
    early = sign_in("a", ALICE, issuer=OTHER_ISSUER)
    rivals = [sign_in(subject, BOB, issuer=OTHER_ISSUER) for subject in ("b", "c")]
    of_old = sign_in("d", ALICE)
    for one in (early, *rivals, of_old):
        refused(filled, one)
    assert identities.release(operator(), filled, ISSUER) == 2
    for one in (*rivals, of_old):
        refused(filled, one)
    assert come(filled, early).email == ALICE


def test_a_released_admin_is_not_said_to_be_in_force_until_an_account_is_bound_again(filled):
    roles.grant(operator(), filled, ALICE, viewers.Role.ADMIN)

    def in_force() -> dict[str, tuple[str, bool]]:
        found = roles.holders(operator(), filled, SETTINGS)
        return {one.email: (one.in_force.partition(":")[0], one.comes_in) for one in found}

    assert in_force()[ALICE] == ("not yet", False)
    come(filled, sign_in("s-alice", ALICE))
    come(filled, sign_in("s-oscar", OSCAR))
    assert in_force() == {ALICE: ("yes", True), DORA: ("not yet", False), OSCAR: ("yes", True)}
    for email in (ALICE, OSCAR):
        assert identities.release(operator(), filled, email) == 1
    assert {in_force()[email] for email in (ALICE, OSCAR)} == {("not yet", False)}
    assert come(filled, sign_in("s-anew", ALICE)).is_admin
    assert in_force()[ALICE] == ("yes", True)


def test_a59_no_account_is_accepted_in_place_of_that_of_the_last_admin_with_an_address_that_makes_nobody_one(filled):
    settings = dataclasses.replace(SETTINGS, admins=frozenset({DORA}))
    import_numbered(filled, f"{DORA},Dora Example,{GRETA},D1")
    come(filled, sign_in("s-dora", DORA))
    import_numbered(filled, f"dora.new@example.com,Dora Example,{GRETA},D1")
    refused(filled, sign_in("s-other", "dora.new@example.com"))
    with pytest.raises(RoleRefused, match="last admin"):
        identities.accept(operator(), filled, settings, ISSUER, "s-other")
    assert come(filled, sign_in("s-dora", DORA)).is_admin
    roles.grant(operator(), filled, ALICE, viewers.Role.ADMIN)
    identities.accept(operator(), filled, settings, ISSUER, "s-other")
    assert not come(filled, sign_in("s-other", "dora.new@example.com")).is_admin


def test_an_admin_with_another_address_is_one_again_by_release_sign_in_and_accept(filled):
    """As docs/operations.md says of a change of UPTAKE_ADMINS."""
    changed = dataclasses.replace(SETTINGS, admins=frozenset({"dora.new@example.com", OSCAR}))
    assert come(filled, sign_in("s-dora", DORA)).is_admin
    import_numbered(filled, f"{DORA},Dora Example,{GRETA},D1")
    import_numbered(filled, f"dora.new@example.com,Dora Example,{GRETA},D1")

    def comes(nonce: str) -> Viewer:
        one = sign_in("s-dora", "dora.new@example.com", issued=dt.datetime.now(dt.UTC), nonce=nonce)
        return viewers.signed_in(filled, changed, one, dt.datetime.now(dt.UTC))

    assert not comes("before").is_admin
    assert identities.release(operator(), filled, "dora.new@example.com") == 1
    time.sleep(0.01)
    with pytest.raises(UnknownViewer, match="another account"):
        comes("released")
    identities.accept(operator(), filled, changed, ISSUER, "s-dora")
    assert comes("accepted").is_admin
    assert {holder.email: holder.counts for holder in roles.holders(operator(), filled, changed)}[
        "dora.new@example.com"
    ]


def test_all_that_an_old_issuer_bound_can_be_released_at_once(filled):
    for subject, email in (("a", ALICE), ("b", BOB)):
        come(filled, sign_in(subject, email))
    come(filled, sign_in("c", CHARLIE, issuer=OTHER_ISSUER))
    assert identities.release(operator(), filled, ISSUER) == 2
    assert come(filled, sign_in("a", ALICE, issuer=OTHER_ISSUER)).email == ALICE
    assert come(filled, sign_in("c", CHARLIE, issuer=OTHER_ISSUER)).email == CHARLIE


def test_a_bound_subject_whose_employee_was_archived_sees_nothing(filled):
    one = sign_in("s-bob", BOB)
    come(filled, one)
    import_lines(filled, f"{BOB},Bob Example,{ALICE},{TODAY - dt.timedelta(days=1)}")
    with pytest.raises(UnknownViewer, match="not known here"):
        come(filled, one)
    with pytest.raises(UnknownViewer, match="not known here"):
        come(filled, sign_in("s-bob", GRETA))


def test_who_is_unknown_or_archived_is_refused_and_leaves_no_row(filled):
    for subject, email in (("x", "stranger@example.com"), ("y", ERIN), ("z", personas.VISITOR)):
        with pytest.raises(UnknownViewer, match="not known here"):
            come(filled, sign_in(subject, email))
    assert stored(filled) == []


def test_an_outside_admin_who_gets_a_place_in_the_directory_becomes_that_employee(filled):
    one = sign_in("s-oscar", OSCAR)
    assert come(filled, one).employee_id is None
    import_lines(filled, f"{OSCAR},Oscar Example,{GRETA},")
    found = come(filled, one)
    assert (found.name, found.is_admin, found.employee_id is not None) == ("Oscar Example", True, True)


def test_a32_a_place_in_the_directory_is_the_outside_admins_whose_address_it_has_and_no_other_accounts(filled):
    come(filled, sign_in("s-oscar", OSCAR))
    import_lines(filled, f"{OSCAR},Oscar Example,{GRETA},")
    refused(filled, sign_in("s-other", OSCAR))
    (held,) = [one for one in roles.holders(operator(), filled, SETTINGS) if one.email == OSCAR]
    assert (held.name, held.in_force) == ("Oscar Example", "yes")
    assert come(filled, sign_in("s-oscar", OSCAR)).name == "Oscar Example"
    identities.accept(operator(), filled, SETTINGS, ISSUER, "s-other")
    assert come(filled, sign_in("s-other", OSCAR)).name == "Oscar Example"


def test_an_account_from_outside_can_be_released_though_its_address_is_somebodys_by_now(filled):
    come(filled, sign_in("s-oscar", OSCAR))
    import_lines(filled, f"{OSCAR},Oscar Example,{GRETA},")
    assert identities.release(operator(), filled, OSCAR) == 1
    assert come(filled, sign_in("s-new", OSCAR)).name == "Oscar Example"


def import_numbered(database: Database, *lines: str) -> None:
    with database.write() as connection:
        text = "\n".join(["email,name,manager_email,employee_id", *lines])
        directory.apply(connection, read_csv(text.encode()), TODAY)


def test_a58_an_address_of_the_settings_that_an_import_gives_to_somebody_makes_nobody_an_admin(filled):
    import_numbered(filled, f"{BOB},Bob Example,{ALICE},B1", f"{IVY},Ivy Example,{BOB},I1")
    come(filled, sign_in("s-bob", BOB))
    import_numbered(filled, f"{OSCAR},Bob Example,{ALICE},B1")
    bob = come(filled, sign_in("s-bob", BOB))
    assert (bob.email, bob.is_admin, bob.sees_everyone) == (OSCAR, False, False)
    assert viewers.viewer_for(filled, SETTINGS.admins, Identity(OSCAR, True), TODAY) == bob
    assert not any(holder.counts for holder in roles.holders(operator(), filled, SETTINGS) if holder.email == OSCAR)


def test_a58_an_admin_of_the_settings_stays_one_when_an_import_changes_the_address_and_gives_it_to_another(filled):
    import_numbered(filled, f"{BOB},Bob Example,{ALICE},B1", f"{DORA},Dora Example,{GRETA},D1")
    for subject, email in (("s-bob", BOB), ("s-dora", DORA)):
        come(filled, sign_in(subject, email))
    import_numbered(filled, f"dora.new@example.com,Dora Example,{GRETA},D1")
    import_numbered(filled, f"{DORA},Bob Example,{ALICE},B1")
    dora, bob = come(filled, sign_in("s-dora", DORA)), come(filled, sign_in("s-bob", BOB))
    assert (dora.email, dora.is_admin, bob.email, bob.is_admin) == ("dora.new@example.com", True, DORA, False)
    held = {holder.email: (holder.name, holder.counts) for holder in roles.holders(operator(), filled, SETTINGS)}
    assert held == {DORA: ("Dora Example", True), OSCAR: (OSCAR, False)}


@pytest.mark.parametrize(("issuer", "subject"), [("", "s"), (ISSUER, ""), (ISSUER, "s" * 256), (ISSUER, "a\0b")])
def test_a38_a_sign_in_without_an_issuer_or_a_subject_is_nobody(filled, issuer, subject):
    with pytest.raises(UnknownViewer):
        come(filled, sign_in(subject, ALICE, issuer=issuer))


@pytest.mark.parametrize(
    "issued",
    [NOW - dt.timedelta(hours=12, seconds=1), NOW + dt.timedelta(minutes=6), math.nan, math.inf, -math.inf],
    ids=["too long ago", "in the future", "not a number", "endless", "before all"],
)
def test_a38_a41_a_sign_in_of_another_time_has_ended(filled, issued):
    with pytest.raises(SignInEnded, match="Please sign in again"):
        come(filled, sign_in("s-alice", ALICE, issued=issued))


def act(database: Database, one: SignIn, now: dt.datetime) -> dt.datetime:
    """Come and do something; until when the session lasts then."""
    return viewers.keep_signed_in(database, SETTINGS, viewers.signed_in(database, SETTINGS, one, now), now).until


def test_a41_a_session_is_over_after_half_an_hour_in_which_nothing_was_done(filled):
    one = sign_in("s-alice", ALICE, issued=NOW)
    assert act(filled, one, NOW + 29 * MINUTE) == NOW + 59 * MINUTE
    assert come(filled, one, NOW + 58 * MINUTE).until == NOW + 59 * MINUTE
    for minutes in (59, 60, 300):
        with pytest.raises(SignInEnded):
            come(filled, one, NOW + minutes * MINUTE)
        with pytest.raises(SignInEnded):
            act(filled, one, NOW + minutes * MINUTE)
    assert come(filled, sign_in("s-alice", ALICE, issued=NOW + 300 * MINUTE), NOW + 301 * MINUTE).email == ALICE


def test_a41_a_sign_in_that_nobody_used_for_half_an_hour_opens_nothing(filled):
    with pytest.raises(SignInEnded):
        come(filled, sign_in("s-alice", ALICE, issued=NOW), NOW + 30 * MINUTE)


def test_a41_who_is_never_idle_signs_in_again_after_the_longest_time_all_the_same(filled):
    one = sign_in("s-alice", ALICE, issued=NOW)
    for number in range(12 * 4):
        until = act(filled, one, NOW + number * 15 * MINUTE)
    assert until == NOW + 12 * 60 * MINUTE
    with pytest.raises(SignInEnded):
        act(filled, one, NOW + (12 * 60 + 1) * MINUTE)


def test_a41_what_is_done_in_one_session_keeps_no_other_one(filled):
    here, there = (sign_in("s-alice", ALICE, issued=NOW, nonce=nonce) for nonce in ("here", "there"))
    act(filled, here, NOW + 20 * MINUTE)
    assert come(filled, here, NOW + 40 * MINUTE).email == ALICE
    with pytest.raises(SignInEnded):
        come(filled, there, NOW + 40 * MINUTE)


def test_a40_a_session_that_was_signed_out_of_is_not_prolonged_by_a_page_that_was_on_its_way(filled):
    now = dt.datetime.now(dt.UTC)
    one = sign_in("s-alice", ALICE, issued=now - 20 * MINUTE)
    act(filled, one, now - 10 * MINUTE)
    viewers.end_session(filled, one)
    with filled.write() as connection:
        sessions.prolong(connection, one.digest, now + 30 * MINUTE, now + MINUTE)
    with pytest.raises(SignInEnded):
        come(filled, one, now + MINUTE)


def test_a_session_is_written_down_at_most_every_tenth_of_the_idle_time(filled):
    one = sign_in("s-alice", ALICE, issued=NOW)
    with filled.read("test") as connection:
        count = "SELECT count(*), max(ends_at) FROM session_end"
        act(filled, one, NOW + 2 * MINUTE)
        assert connection.execute(text(count)).one()[0] == 0
    act(filled, one, NOW + 4 * MINUTE)
    with filled.read("test") as connection:
        noted = connection.execute(text(count)).one()
        assert noted[0] == 1
    act(filled, one, NOW + 6 * MINUTE)
    with filled.read("test") as connection:
        assert connection.execute(text(count)).one() == noted


def test_a40_a_session_that_was_signed_out_of_is_over_and_the_others_of_the_person_are_not(filled):
    here, there = sign_in("s-alice", ALICE, nonce="here"), sign_in("s-alice", ALICE, nonce="there")
    come(filled, here)
    viewers.end_session(filled, here)
    viewers.end_session(filled, here)
    for _ in range(2):
        with pytest.raises(SignInEnded):
            come(filled, here)
    assert come(filled, there).email == ALICE


def test_a40_signing_out_everywhere_ends_every_session_and_the_next_sign_in_works(filled):
    now = dt.datetime.now(dt.UTC)
    old = [sign_in("s-alice", ALICE, nonce=nonce) for nonce in "abc"]
    for one in old:
        come(filled, one, now)
    viewers.end_all_sessions(filled, old[0])
    for one in old:
        with pytest.raises(SignInEnded):
            come(filled, one, now)
    new = sign_in("s-alice", ALICE, issued=now + dt.timedelta(seconds=2))
    assert come(filled, new, now + dt.timedelta(seconds=3)).email == ALICE
    come(filled, sign_in("s-bob", BOB, issued=now), now)


def test_a40_signing_out_everywhere_ends_a_session_that_the_provider_dated_ahead_of_our_clock(filled):
    now = dt.datetime.now(dt.UTC)
    ahead = sign_in("s-alice", ALICE, issued=now + dt.timedelta(minutes=4), nonce="ahead")
    earlier = sign_in("s-alice", ALICE, issued=now + dt.timedelta(minutes=3), nonce="earlier")
    for one in (earlier, ahead):
        come(filled, one, now)
    viewers.end_all_sessions(filled, ahead)
    for one in (earlier, ahead):
        with pytest.raises(SignInEnded):
            come(filled, one, now)
    new = sign_in("s-alice", ALICE, issued=now + dt.timedelta(minutes=4, seconds=1), nonce="new")
    assert come(filled, new, now).email == ALICE


def test_two_accounts_that_come_at_once_with_one_address_do_not_both_get_in(filled):
    def try_to_come(subject: str) -> bool:
        try:
            return come(filled, sign_in(subject, ALICE)).email == ALICE
        except UnknownViewer:
            return False

    with ThreadPoolExecutor(4) as threads:
        let_in = list(threads.map(try_to_come, ["one", "two", "three", "four"]))
    assert sum(let_in) == 1
    assert sum(bound for _, bound in stored(filled)) == 1


def test_an_account_cannot_be_accepted_whose_address_is_nobodys(filled):
    with pytest.raises(RoleRefused, match="No such sign-in"):
        identities.accept(operator(), filled, SETTINGS, ISSUER, "never seen")
    come(filled, sign_in("s-bob", BOB))
    with pytest.raises(RoleRefused, match="No such sign-in"):
        identities.accept(operator(), filled, SETTINGS, ISSUER, "s-bob")


def test_a_viewer_of_a_sign_in_is_the_viewer_that_the_operator_names(filled):
    for email in (ALICE, DORA, OSCAR):
        named = viewers.viewer_for(filled, SETTINGS.admins, Identity(email, True), TODAY)
        assert come(filled, sign_in(f"s-{email}", email)) == named


def test_the_fingerprint_moves_when_people_lines_roles_or_matches_do_and_not_otherwise(filled):
    def fingerprints() -> dict[str, str]:
        return {
            email: scope_of(filled, viewers.viewer_for(filled, (), Identity(email, True), TODAY)).fingerprint
            for email in (ALICE, CHARLIE, GRETA)
        }

    before = fingerprints()
    assert fingerprints() == before
    import_lines(filled, f"{BOB},Bob Example,{CHARLIE},")
    moved = fingerprints()
    assert {email for email in before if before[email] != moved[email]} == {ALICE, CHARLIE, GRETA}
    with filled.write() as connection:
        connection.execute(
            text("UPDATE account_link SET until = NULL, employee_id = :a WHERE employee_id = :b"),
            {"a": number(connection, BOB), "b": number(connection, personas.CLEO)},
        )
        connection.execute(text("UPDATE version SET number = number + 1 WHERE name = 'directory'"))
    linked = fingerprints()
    assert {email for email in moved if moved[email] != linked[email]} == {CHARLIE, GRETA}


def number(connection, email: str) -> int:
    return connection.execute(text("SELECT id FROM employee WHERE email = :e"), {"e": email}).scalar()
