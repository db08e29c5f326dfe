"""Whatever is refused is in the log, once, and reads the same when the log cannot be written."""

from __future__ import annotations

import datetime as dt

import pytest

from core import settings as configuration
from core import viewers
from core.admin import directory_imports, matching, roles
from core.admin.access import admin_of, operator, people_admin_of
from core.errors import DirectoryError, MatchingRefused, NotPermitted, RoleRefused, SignInEnded
from core.viewers import Identity, Role, SignIn
from tests.audit.marks import ON_SQLITE
from tests.support.company import ISSUER
from tests.support.invented import SECRET
from tests.support.personas import ALICE, BOB, DORA, IVY

NOW = dt.datetime.now(dt.UTC)
SETTINGS = configuration.load({"UPTAKE_SECRET_KEY": SECRET})


def told(entries) -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.place, entry.details) for entry in entries("refusal")]


@ON_SQLITE
def test_a40_a_sign_in_that_has_ended_is_written_down_when_it_comes_again(logged, entries):
    ended = SignIn(ISSUER, "s-bob", NOW.timestamp() - 60, "n", Identity(BOB, True))
    viewers.signed_in(logged, SETTINGS, ended, NOW)
    viewers.end_session(logged, ended)
    old = SignIn(ISSUER, "s-ivy", NOW.timestamp() - 10**6, "n", Identity(IVY, False))
    for one in (ended, ended, old, old):
        with pytest.raises(SignInEnded, match="Please sign in again"):
            viewers.signed_in(logged, SETTINGS, one, NOW)
    assert told(entries) == [
        (BOB, "sign-in", '{"session":"ended"}'),
        ("unknown", "sign-in", f'{{"claimed":"{IVY}","session":"ended"}}'),
    ]


REFUSED = {
    "the last admin": (lambda logged: roles.revoke(operator(), logged, SETTINGS, DORA, Role.ADMIN), RoleRefused),
    "nobody": (lambda logged: roles.grant(operator(), logged, "no@example.com", Role.ADMIN), RoleRefused),
    "no decision": (lambda logged: matching.undo(operator(), logged, 999), MatchingRefused),
    "no import": (lambda logged: directory_imports.undo(operator(), logged, SETTINGS, 77), DirectoryError),
}


@ON_SQLITE
@pytest.mark.parametrize(("act", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_an_act_that_is_refused_is_written_down_once_and_refused_alike_without_a_log(
    logged, entries, full_disk, act, error
):
    roles.grant(operator(), logged, DORA, Role.ADMIN)
    sentences = set()
    for _ in range(2):
        with pytest.raises(error) as refusal:
            act(logged)
        sentences.add(str(refusal.value))
    ((actor, _, details),) = told(entries)
    assert actor == "command line" and str(refusal.value)[:40] in details
    full_disk()
    with pytest.raises(error) as refusal:
        act(logged)
    assert sentences == {str(refusal.value)}


@ON_SQLITE
def test_who_asks_for_an_admins_proof_without_the_role_is_written_down(logged, entries, as_viewer):
    for proof in (admin_of, people_admin_of, people_admin_of):
        with pytest.raises(NotPermitted):
            proof(as_viewer(ALICE))
    asked = [f'{{"asked":"what the role {role} is for"}}' for role in ("admin", "people")]
    assert told(entries) == [(ALICE, "another page", details) for details in asked]
