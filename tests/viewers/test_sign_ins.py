"""Who a sign-in is: bound once by address, and known by issuer and subject ever after."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from core import viewers
from core.admin import identities, roles
from core.admin.access import operator
from core.errors import RoleRefused, SignInEnded, UnknownViewer
from core.people.roster import read_csv
from core.store.directory import directory
from core.viewers import Identity, Viewer
from core.visibility import scope_of
from tests.support import personas
from tests.support.company import ISSUER
from tests.support.personas import ALICE, BOB, CHARLIE, DORA, ERIN, GRETA, IVY, OSCAR, TODAY
from tests.viewers.sign_ins import (
    LATER,
    NOW,
    OTHER_ISSUER,
    SETTINGS,
    a_sign_in,
    import_lines,
    import_numbered,
    refused,
    sign_in,
    states,
    stored,
)


def test_the_first_sign_in_binds_and_later_ones_find_the_same_person(filled):
    first = sign_in(filled, a_sign_in("s-alice", ALICE))
    assert (first.email, first.name) == (ALICE, "Alice Example")
    assert sign_in(filled, a_sign_in("s-alice", "Alice@Example.com", nonce="m")) == first
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
        assert scope_of(filled, sign_in(filled, a_sign_in("s-alice", ALICE))).leads_people
    import_alice(written(starts), written(ends))
    if starts == "tomorrow" or ends == "yesterday":
        with pytest.raises(UnknownViewer):
            sign_in(filled, a_sign_in("s-alice", ALICE))
        with pytest.raises(UnknownViewer):
            viewers.viewer_for(filled, (), Identity(ALICE, True), today)
    else:
        assert scope_of(filled, sign_in(filled, a_sign_in("s-alice", ALICE))).leads_people


def test_a31_an_address_changed_at_the_provider_to_a_managers_or_admins_changes_nothing(filled):
    bob = sign_in(filled, a_sign_in("s-bob", BOB))
    for address in (GRETA, DORA, OSCAR, ALICE, "nobody@example.com"):
        assert sign_in(filled, a_sign_in("s-bob", address)) == bob
    assert not bob.is_admin
    assert stored(filled) == [("s-bob", True)]


def test_a32_a_recycled_address_with_another_subject_is_refused_and_listed_until_an_admin_says_so(filled):
    sign_in(filled, a_sign_in("s-bob", BOB))
    for _ in range(3):
        with pytest.raises(UnknownViewer, match="belongs to another account here"):
            sign_in(filled, a_sign_in("s-new", BOB))
    waiting = [one for one in identities.sign_ins(operator(), filled) if one.state == identities.WAITING]
    assert [(one.subject, one.email, one.person) for one in waiting] == [("s-new", BOB, None)]
    identities.accept(operator(), filled, SETTINGS, ISSUER, "s-new")
    assert sign_in(filled, a_sign_in("s-new", BOB)).email == BOB
    with pytest.raises(SignInEnded):
        sign_in(filled, a_sign_in("s-bob", BOB))
    later = NOW + dt.timedelta(hours=1)
    with pytest.raises(UnknownViewer, match="another account"):
        sign_in(filled, a_sign_in("s-bob", BOB, issued=later), later)


def test_a32_the_account_of_an_outside_admin_is_not_taken_over_by_its_address_either(filled):
    assert sign_in(filled, a_sign_in("s-oscar", OSCAR)).is_admin
    with pytest.raises(UnknownViewer, match="belongs to another account"):
        sign_in(filled, a_sign_in("s-other", OSCAR))


def test_a29_the_same_address_and_subject_at_another_issuer_is_somebody_else(filled):
    sign_in(filled, a_sign_in("s-alice", ALICE))
    for subject in ("s-alice", "s-else"):
        with pytest.raises(UnknownViewer, match="belongs to another account"):
            sign_in(filled, a_sign_in(subject, ALICE, issuer=OTHER_ISSUER))


def test_after_a_release_the_next_account_with_the_address_is_bound_and_the_released_one_stays_out(filled):
    sign_in(filled, a_sign_in("s-old", ALICE))
    assert identities.release(operator(), filled, ALICE) == 1
    later = NOW + dt.timedelta(hours=1)
    with pytest.raises(UnknownViewer, match="another account"):
        sign_in(filled, a_sign_in("s-old", ALICE, issued=later), later)
    assert sign_in(filled, a_sign_in("s-new", ALICE, issued=later), later).email == ALICE
    with pytest.raises(UnknownViewer, match="another account"):
        sign_in(filled, a_sign_in("s-old", ALICE, issued=later), later)


def test_a32_an_account_that_was_refused_does_not_come_in_by_itself_after_a_release(filled):
    """Its open page would ask again at once, and win the place of the account that is meant."""
    sign_in(filled, a_sign_in("s-old", ALICE))
    refused(filled, a_sign_in("s-other", ALICE))
    identities.release(operator(), filled, ALICE)
    refused(filled, a_sign_in("s-other", ALICE))
    assert states(filled) == {"s-old": identities.RELEASED, "s-other": identities.WAITING}
    assert sign_in(filled, a_sign_in("s-new", ALICE)).email == ALICE
    refused(filled, a_sign_in("s-other", ALICE))
    identities.accept(operator(), filled, SETTINGS, ISSUER, "s-other")
    assert sign_in(filled, a_sign_in("s-other", ALICE)).email == ALICE
    refused(filled, a_sign_in("s-new", ALICE, issued=LATER), LATER)


def test_a32_a_release_by_the_address_of_old_holds_back_who_waits_for_the_new_one_too(filled):
    import_numbered(filled, f"{BOB},Bob Example,{ALICE},B1")
    sign_in(filled, a_sign_in("s-bob", BOB))
    import_numbered(filled, f"robert@example.com,Bob Example,{ALICE},B1")
    refused(filled, a_sign_in("s-other", "robert@example.com"))
    assert identities.release(operator(), filled, BOB) == 1
    refused(filled, a_sign_in("s-other", "robert@example.com"))


def test_who_came_from_a_new_provider_too_early_comes_in_when_the_old_one_is_released(filled):
    """The operator need not accept each; where two want one place, neither has it by being quicker."""
    sign_in(filled, a_sign_in("a", ALICE))
    sign_in(filled, a_sign_in("b", BOB))
    early = a_sign_in("a", ALICE, issuer=OTHER_ISSUER)
    rivals = [a_sign_in(subject, BOB, issuer=OTHER_ISSUER) for subject in ("b", "c")]
    of_old = a_sign_in("d", ALICE)
    for one in (early, *rivals, of_old):
        refused(filled, one)
    assert identities.release(operator(), filled, ISSUER) == 2
    for one in (*rivals, of_old):
        refused(filled, one)
    assert sign_in(filled, early).email == ALICE


def test_a_released_admin_is_not_said_to_be_in_force_until_an_account_is_bound_again(filled):
    roles.grant(operator(), filled, ALICE, viewers.Role.ADMIN)

    def in_force() -> dict[str, tuple[str, bool]]:
        found = roles.holders(operator(), filled, SETTINGS)
        return {one.email: (one.in_force.partition(":")[0], one.comes_in) for one in found}

    assert in_force()[ALICE] == ("not yet", False)
    sign_in(filled, a_sign_in("s-alice", ALICE))
    sign_in(filled, a_sign_in("s-oscar", OSCAR))
    assert in_force() == {ALICE: ("yes", True), DORA: ("not yet", False), OSCAR: ("yes", True)}
    for email in (ALICE, OSCAR):
        assert identities.release(operator(), filled, email) == 1
    assert {in_force()[email] for email in (ALICE, OSCAR)} == {("not yet", False)}
    assert sign_in(filled, a_sign_in("s-anew", ALICE)).is_admin
    assert in_force()[ALICE] == ("yes", True)


def test_a59_no_account_is_accepted_in_place_of_that_of_the_last_admin_with_an_address_that_makes_nobody_one(filled):
    settings = dataclasses.replace(SETTINGS, admins=frozenset({DORA}))
    import_numbered(filled, f"{DORA},Dora Example,{GRETA},D1")
    sign_in(filled, a_sign_in("s-dora", DORA))
    import_numbered(filled, f"dora.new@example.com,Dora Example,{GRETA},D1")
    refused(filled, a_sign_in("s-other", "dora.new@example.com"))
    with pytest.raises(RoleRefused, match="last admin"):
        identities.accept(operator(), filled, settings, ISSUER, "s-other")
    assert sign_in(filled, a_sign_in("s-dora", DORA)).is_admin
    roles.grant(operator(), filled, ALICE, viewers.Role.ADMIN)
    identities.accept(operator(), filled, settings, ISSUER, "s-other")
    assert not sign_in(filled, a_sign_in("s-other", "dora.new@example.com")).is_admin


def test_an_admin_with_another_address_is_one_again_by_release_sign_in_and_accept(filled):
    """As docs/operations.md says of a change of UPTAKE_ADMINS."""
    changed = dataclasses.replace(SETTINGS, admins=frozenset({"dora.new@example.com", OSCAR}))
    assert sign_in(filled, a_sign_in("s-dora", DORA)).is_admin
    import_numbered(filled, f"{DORA},Dora Example,{GRETA},D1")
    import_numbered(filled, f"dora.new@example.com,Dora Example,{GRETA},D1")

    def comes(nonce: str) -> Viewer:
        one = a_sign_in("s-dora", "dora.new@example.com", issued=dt.datetime.now(dt.UTC), nonce=nonce)
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
        sign_in(filled, a_sign_in(subject, email))
    sign_in(filled, a_sign_in("c", CHARLIE, issuer=OTHER_ISSUER))
    assert identities.release(operator(), filled, ISSUER) == 2
    assert sign_in(filled, a_sign_in("a", ALICE, issuer=OTHER_ISSUER)).email == ALICE
    assert sign_in(filled, a_sign_in("c", CHARLIE, issuer=OTHER_ISSUER)).email == CHARLIE


def test_a_bound_subject_whose_employee_was_archived_sees_nothing(filled):
    one = a_sign_in("s-bob", BOB)
    sign_in(filled, one)
    import_lines(filled, f"{BOB},Bob Example,{ALICE},{TODAY - dt.timedelta(days=1)}")
    with pytest.raises(UnknownViewer, match="not known here"):
        sign_in(filled, one)
    with pytest.raises(UnknownViewer, match="not known here"):
        sign_in(filled, a_sign_in("s-bob", GRETA))


def test_who_is_unknown_or_archived_is_refused_and_leaves_no_row(filled):
    for subject, email in (("x", "stranger@example.com"), ("y", ERIN), ("z", personas.VISITOR)):
        with pytest.raises(UnknownViewer, match="not known here"):
            sign_in(filled, a_sign_in(subject, email))
    assert stored(filled) == []


def test_an_outside_admin_who_gets_a_place_in_the_directory_becomes_that_employee(filled):
    one = a_sign_in("s-oscar", OSCAR)
    assert sign_in(filled, one).employee_id is None
    import_lines(filled, f"{OSCAR},Oscar Example,{GRETA},")
    found = sign_in(filled, one)
    assert (found.name, found.is_admin, found.employee_id is not None) == ("Oscar Example", True, True)


def test_a32_a_place_in_the_directory_is_the_outside_admins_whose_address_it_has_and_no_other_accounts(filled):
    sign_in(filled, a_sign_in("s-oscar", OSCAR))
    import_lines(filled, f"{OSCAR},Oscar Example,{GRETA},")
    refused(filled, a_sign_in("s-other", OSCAR))
    (held,) = [one for one in roles.holders(operator(), filled, SETTINGS) if one.email == OSCAR]
    assert (held.name, held.in_force) == ("Oscar Example", "yes")
    assert sign_in(filled, a_sign_in("s-oscar", OSCAR)).name == "Oscar Example"
    identities.accept(operator(), filled, SETTINGS, ISSUER, "s-other")
    assert sign_in(filled, a_sign_in("s-other", OSCAR)).name == "Oscar Example"


def test_an_account_from_outside_can_be_released_though_its_address_is_somebodys_by_now(filled):
    sign_in(filled, a_sign_in("s-oscar", OSCAR))
    import_lines(filled, f"{OSCAR},Oscar Example,{GRETA},")
    assert identities.release(operator(), filled, OSCAR) == 1
    assert sign_in(filled, a_sign_in("s-new", OSCAR)).name == "Oscar Example"


def test_a58_an_address_of_the_settings_that_an_import_gives_to_somebody_makes_nobody_an_admin(filled):
    import_numbered(filled, f"{BOB},Bob Example,{ALICE},B1", f"{IVY},Ivy Example,{BOB},I1")
    sign_in(filled, a_sign_in("s-bob", BOB))
    import_numbered(filled, f"{OSCAR},Bob Example,{ALICE},B1")
    bob = sign_in(filled, a_sign_in("s-bob", BOB))
    assert (bob.email, bob.is_admin, bob.sees_everyone) == (OSCAR, False, False)
    assert viewers.viewer_for(filled, SETTINGS.admins, Identity(OSCAR, True), TODAY) == bob
    assert not any(holder.counts for holder in roles.holders(operator(), filled, SETTINGS) if holder.email == OSCAR)


def test_a58_an_admin_of_the_settings_stays_one_when_an_import_changes_the_address_and_gives_it_to_another(filled):
    import_numbered(filled, f"{BOB},Bob Example,{ALICE},B1", f"{DORA},Dora Example,{GRETA},D1")
    for subject, email in (("s-bob", BOB), ("s-dora", DORA)):
        sign_in(filled, a_sign_in(subject, email))
    import_numbered(filled, f"dora.new@example.com,Dora Example,{GRETA},D1")
    import_numbered(filled, f"{DORA},Bob Example,{ALICE},B1")
    dora, bob = sign_in(filled, a_sign_in("s-dora", DORA)), sign_in(filled, a_sign_in("s-bob", BOB))
    assert (dora.email, dora.is_admin, bob.email, bob.is_admin) == ("dora.new@example.com", True, DORA, False)
    held = {holder.email: (holder.name, holder.counts) for holder in roles.holders(operator(), filled, SETTINGS)}
    assert held == {DORA: ("Dora Example", True), OSCAR: (OSCAR, False)}


@pytest.mark.parametrize(("issuer", "subject"), [("", "s"), (ISSUER, ""), (ISSUER, "s" * 256), (ISSUER, "a\0b")])
def test_a38_a_sign_in_without_an_issuer_or_a_subject_is_nobody(filled, issuer, subject):
    with pytest.raises(UnknownViewer):
        sign_in(filled, a_sign_in(subject, ALICE, issuer=issuer))


def test_two_accounts_that_come_at_once_with_one_address_do_not_both_get_in(filled):
    def try_to_come(subject: str) -> bool:
        try:
            return sign_in(filled, a_sign_in(subject, ALICE)).email == ALICE
        except UnknownViewer:
            return False

    with ThreadPoolExecutor(4) as threads:
        let_in = list(threads.map(try_to_come, ["one", "two", "three", "four"]))
    assert sum(let_in) == 1
    assert sum(bound for _, bound in stored(filled)) == 1


def test_an_account_cannot_be_accepted_whose_address_is_nobodys(filled):
    with pytest.raises(RoleRefused, match="No such sign-in"):
        identities.accept(operator(), filled, SETTINGS, ISSUER, "never seen")
    sign_in(filled, a_sign_in("s-bob", BOB))
    with pytest.raises(RoleRefused, match="No such sign-in"):
        identities.accept(operator(), filled, SETTINGS, ISSUER, "s-bob")


def test_a_viewer_of_a_sign_in_is_the_viewer_that_the_operator_names(filled):
    for email in (ALICE, DORA, OSCAR):
        named = viewers.viewer_for(filled, SETTINGS.admins, Identity(email, True), TODAY)
        assert sign_in(filled, a_sign_in(f"s-{email}", email)) == named


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
