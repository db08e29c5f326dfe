"""A session that a sign-in opens ends: by age, when nothing is done, and where somebody signs out."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from sqlalchemy import text

from core import viewers
from core.errors import SignInEnded
from core.store.access import sessions
from core.store.engine.database import Database
from core.viewers import SignIn
from tests.support.personas import ALICE, BOB
from tests.viewers.sign_ins import (
    MINUTE,
    NOW,
    SETTINGS,
    a_sign_in,
    sign_in,
)


@pytest.mark.parametrize(
    "issued",
    [NOW - dt.timedelta(hours=12, seconds=1), NOW + dt.timedelta(minutes=6), math.nan, math.inf, -math.inf],
    ids=["too long ago", "in the future", "not a number", "endless", "before all"],
)
def test_a38_a41_a_sign_in_of_another_time_has_ended(filled, issued):
    with pytest.raises(SignInEnded, match="Please sign in again"):
        sign_in(filled, a_sign_in("s-alice", ALICE, issued=issued))


def act(database: Database, one: SignIn, now: dt.datetime) -> dt.datetime:
    """Come and do something; until when the session lasts then."""
    return viewers.keep_signed_in(database, SETTINGS, viewers.signed_in(database, SETTINGS, one, now), now).until


def test_a41_a_session_is_over_after_half_an_hour_in_which_nothing_was_done(filled):
    one = a_sign_in("s-alice", ALICE, issued=NOW)
    assert act(filled, one, NOW + 29 * MINUTE) == NOW + 59 * MINUTE
    assert sign_in(filled, one, NOW + 58 * MINUTE).until == NOW + 59 * MINUTE
    for minutes in (59, 60, 300):
        with pytest.raises(SignInEnded):
            sign_in(filled, one, NOW + minutes * MINUTE)
        with pytest.raises(SignInEnded):
            act(filled, one, NOW + minutes * MINUTE)
    assert sign_in(filled, a_sign_in("s-alice", ALICE, issued=NOW + 300 * MINUTE), NOW + 301 * MINUTE).email == ALICE


def test_a41_a_sign_in_that_nobody_used_for_half_an_hour_opens_nothing(filled):
    with pytest.raises(SignInEnded):
        sign_in(filled, a_sign_in("s-alice", ALICE, issued=NOW), NOW + 30 * MINUTE)


def test_a41_who_is_never_idle_signs_in_again_after_the_longest_time_all_the_same(filled):
    one = a_sign_in("s-alice", ALICE, issued=NOW)
    for number in range(12 * 4):
        until = act(filled, one, NOW + number * 15 * MINUTE)
    assert until == NOW + 12 * 60 * MINUTE
    with pytest.raises(SignInEnded):
        act(filled, one, NOW + (12 * 60 + 1) * MINUTE)


def test_a41_what_is_done_in_one_session_keeps_no_other_one(filled):
    here, there = (a_sign_in("s-alice", ALICE, issued=NOW, nonce=nonce) for nonce in ("here", "there"))
    act(filled, here, NOW + 20 * MINUTE)
    assert sign_in(filled, here, NOW + 40 * MINUTE).email == ALICE
    with pytest.raises(SignInEnded):
        sign_in(filled, there, NOW + 40 * MINUTE)


def test_a40_a_session_that_was_signed_out_of_is_not_prolonged_by_a_page_that_was_on_its_way(filled):
    now = dt.datetime.now(dt.UTC)
    one = a_sign_in("s-alice", ALICE, issued=now - 20 * MINUTE)
    act(filled, one, now - 10 * MINUTE)
    viewers.end_session(filled, one)
    with filled.write() as connection:
        sessions.prolong(connection, one.digest, now + 30 * MINUTE, now + MINUTE)
    with pytest.raises(SignInEnded):
        sign_in(filled, one, now + MINUTE)


def test_a_session_is_written_down_at_most_every_tenth_of_the_idle_time(filled):
    one = a_sign_in("s-alice", ALICE, issued=NOW)
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
    here, there = a_sign_in("s-alice", ALICE, nonce="here"), a_sign_in("s-alice", ALICE, nonce="there")
    sign_in(filled, here)
    viewers.end_session(filled, here)
    viewers.end_session(filled, here)
    for _ in range(2):
        with pytest.raises(SignInEnded):
            sign_in(filled, here)
    assert sign_in(filled, there).email == ALICE


def test_a40_signing_out_everywhere_ends_every_session_and_the_next_sign_in_works(filled):
    now = dt.datetime.now(dt.UTC)
    old = [a_sign_in("s-alice", ALICE, nonce=nonce) for nonce in "abc"]
    for one in old:
        sign_in(filled, one, now)
    viewers.end_all_sessions(filled, old[0])
    for one in old:
        with pytest.raises(SignInEnded):
            sign_in(filled, one, now)
    new = a_sign_in("s-alice", ALICE, issued=now + dt.timedelta(seconds=2))
    assert sign_in(filled, new, now + dt.timedelta(seconds=3)).email == ALICE
    sign_in(filled, a_sign_in("s-bob", BOB, issued=now), now)


def test_a40_signing_out_everywhere_ends_a_session_that_the_provider_dated_ahead_of_our_clock(filled):
    now = dt.datetime.now(dt.UTC)
    ahead = a_sign_in("s-alice", ALICE, issued=now + dt.timedelta(minutes=4), nonce="ahead")
    earlier = a_sign_in("s-alice", ALICE, issued=now + dt.timedelta(minutes=3), nonce="earlier")
    for one in (earlier, ahead):
        sign_in(filled, one, now)
    viewers.end_all_sessions(filled, ahead)
    for one in (earlier, ahead):
        with pytest.raises(SignInEnded):
            sign_in(filled, one, now)
    new = a_sign_in("s-alice", ALICE, issued=now + dt.timedelta(minutes=4, seconds=1), nonce="new")
    assert sign_in(filled, new, now).email == ALICE
