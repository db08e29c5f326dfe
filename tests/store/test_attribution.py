"""Links between accounts and employees: Claude's user id is the key, decisions hold, and undoing restores exactly."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.catalogue import ANY
from core.errors import MatchingRefused
from core.people.decisions import Verdict
from core.people.email import canonical
from core.people.matching import Matched, Origin, Reason
from core.store.day_writes import DayWriter
from core.store.engine.database import Database
from core.store.hierarchy import organisation
from core.store.matching import attribution
from core.store.tables.links import ACCOUNT_MATCH, MATCHING_DECISION
from core.store.tables.usage import EMPLOYEE
from core.store.usage import reads, team_reads
from tests.store.matching import BY, DAY, NOW, alias, decide, everything, number_of, person, rename, undo, whose
from tests.support import databases, personas, stored
from tests.support.personas import page

LINK, UNLINK, NONE = Verdict.LINK, Verdict.UNLINK, Verdict.NOT_AN_EMPLOYEE


@pytest.mark.parametrize("email", ["cleo.new@example.com", personas.DORA, "no address"])
def test_a_new_address_at_claude_does_not_move_anybodys_history_r29(filled, email):
    """R29"""
    before = stored.dump(filled)["team_day"]
    rename(filled, "user_cleo", email)
    assert whose(filled, "user_cleo") == personas.CLEO
    assert stored.dump(filled)["team_day"] == before


def test_a_recycled_address_gives_the_new_hires_account_nothing_of_the_leavers_a32(filled, import_csv):
    """A32"""
    with filled.write() as connection:
        connection.execute(
            EMPLOYEE.update().where(EMPLOYEE.c.email == personas.ERIN).values(email="erin.1@example.com")
        )
    import_csv(f"email,name,manager_email\n{personas.ERIN},Erin Other,{personas.CHARLIE}\n")
    with filled.write() as connection:
        DayWriter(connection).store(
            connection, personas.TODAY, [page([("user_9", personas.ERIN, {"commits": 1})])], b"", NOW
        )
    assert whose(filled, "user_erin") == "erin.1@example.com"
    assert whose(filled, "user_9") == personas.ERIN


@pytest.fixture
def database(filled):
    """`import_csv` imports into the company that is there."""
    return filled


def test_a_link_carries_all_history_and_undoing_it_restores_every_row(filled):
    before = everything(filled)
    decision = decide(filled, "user_visitor", LINK, personas.HUGO)
    assert whose(filled, "user_visitor") == personas.HUGO
    during = everything(filled)
    moved = sum(counts["chat_messages"] for (user, _), counts in before["user_day"].items() if user == "user_visitor")
    sums = [
        sum(counts.get("chat_messages", 0) for (team, _), counts in state["team_day"].items() if team == personas.GRETA)
        for state in (before, during)
    ]
    assert sums[1] - sums[0] == moved > 0
    undo(filled, decision)
    assert everything(filled) == before


@pytest.mark.parametrize(
    ("user", "verdict", "email"),
    [
        ("user_bob", LINK, personas.HUGO),
        ("user_erin", LINK, personas.CLEO),
        ("user_ivy", UNLINK, personas.IVY),
        ("user_ivy", NONE, None),
        ("user_visitor", NONE, None),
    ],
)
def test_whatever_is_decided_about_an_account_undoing_it_restores_every_row(filled, user, verdict, email):
    before = everything(filled)
    decision = decide(filled, user, verdict, email)
    whose(filled, user)
    undo(filled, decision)
    assert everything(filled) == before


def test_no_relink_overrides_an_admins_link_or_brings_a_removed_one_back(filled, import_csv):
    decide(filled, "user_ivy", LINK, personas.HUGO)
    decide(filled, "user_cleo", UNLINK, personas.CLEO)
    decide(filled, "user_bob_second", NONE)
    import_csv(personas.CSV)
    rename(filled, "user_ivy", personas.DORA)
    with filled.write() as connection:
        attribution.relink(connection)
    assert whose(filled, "user_ivy") == personas.HUGO
    assert whose(filled, "user_cleo") == Reason.REFUSED
    assert whose(filled, "user_bob_second") == Reason.NOT_AN_EMPLOYEE


def test_days_after_the_archive_date_stay_nobodys_under_an_admins_link_too(filled):
    decide(filled, "user_visitor", LINK, personas.ERIN)
    with filled.read("test") as connection:
        found = attribution.explain(connection, number_of(filled, "user_visitor"))
    assert found == Matched(person(filled, personas.ERIN), personas.left_on(), None, Origin.ADMIN)


def test_an_alias_matches_accounts_to_come_and_those_there_are_and_goes_with_its_undoing_a35(filled):
    """A35"""
    before = everything(filled)
    decision = alias(filled, personas.VISITOR, personas.HUGO)
    assert whose(filled, "user_visitor") == personas.HUGO
    undo(filled, decision)
    assert everything(filled) == before


@pytest.mark.parametrize("address", [personas.IVY, personas.ERIN])
def test_an_address_of_the_directory_cannot_be_an_alias_not_even_an_archived_persons_a35(filled, address):
    """A35"""
    before = everything(filled)
    with pytest.raises(MatchingRefused, match=f"{address} is somebody's own address.*Nothing was changed"):
        alias(filled, address, personas.HUGO)
    assert everything(filled) == before


def test_an_alias_has_one_person_until_it_is_undone_a35(filled):
    """A35"""
    first = alias(filled, "kite@example.com", personas.HUGO)
    with pytest.raises(MatchingRefused, match="is an alias already"):
        alias(filled, "kite@example.com", personas.IVY)
    undo(filled, first)
    alias(filled, "kite@example.com", personas.IVY)
    values = {"verdict": "alias", "address": "kite@example.com", "made_by": BY, "made_at": NOW}
    statement = MATCHING_DECISION.insert().values(**values)
    with filled.write() as connection, pytest.raises(IntegrityError):
        connection.execute(statement)


def test_an_alias_that_becomes_somebodys_own_address_matches_new_accounts_to_nobody_a37(filled, import_csv):
    """A37"""
    alias(filled, "kite@example.com", personas.HUGO)
    import_csv("email,name,manager_email\nkite@example.com,Kite Example,\n")
    with filled.write() as connection:
        DayWriter(connection).store(
            connection, personas.TODAY, [page([("user_9", "kite@example.com", {"commits": 1})])], b"", NOW
        )
    assert whose(filled, "user_9") == Reason.AMBIGUOUS
    decide(filled, "user_9", LINK, "kite@example.com")
    assert whose(filled, "user_9") == "kite@example.com"


def test_a_rehired_persons_account_counts_again_a32(filled, import_csv):
    """A32"""
    header = "email,name,manager_email,end_date\n"
    import_csv(f"{header}{personas.IVY},Ivy Example,{personas.BOB},{personas.DAYS[10]}\n")
    gone = stored.dump(filled)["team_day"]
    import_csv(f"{header}{personas.IVY},Ivy Example,{personas.BOB},\n")
    assert whose(filled, "user_ivy") == personas.IVY
    assert stored.dump(filled)["team_day"] != gone


def test_two_accounts_of_one_person_add_up_and_one_can_be_taken_away_r30(filled):
    """R30"""
    decide(filled, "user_bob_second", UNLINK, personas.BOB)
    assert (whose(filled, "user_bob"), whose(filled, "user_bob_second")) == (personas.BOB, Reason.REFUSED)


def test_a_decision_is_undone_once_and_an_unknown_one_never(filled):
    decision = decide(filled, "user_visitor", NONE)
    undo(filled, decision)
    with pytest.raises(MatchingRefused, match=f"Decision number {decision} was undone by {BY} before"):
        undo(filled, decision)
    with pytest.raises(MatchingRefused, match="no decision number 9999"):
        undo(filled, 9999)


def test_days_stored_while_an_admin_links_and_undoes_are_counted_by_one_or_the_other(filled):
    def store() -> None:
        for day in personas.DAYS[30:45]:
            if day in days:
                with filled.write() as connection:
                    DayWriter(connection).store(connection, day, personas.pages(day), b"again", NOW)

    with filled.read("test") as connection:
        days = {day for _, day in stored.user_days(connection)}
    with ThreadPoolExecutor(1) as daemon:
        storing = daemon.submit(store)
        for _ in range(6):
            undo(filled, decide(filled, "user_visitor", LINK, personas.HUGO))
        decide(filled, "user_visitor", LINK, personas.HUGO)
        storing.result()
    assert whose(filled, "user_visitor") == personas.HUGO


def test_the_matches_of_an_older_database_are_those_that_it_had(filled):
    """What the migration fills in is what a relink finds."""
    before = everything(filled)
    with filled.write() as connection:
        connection.execute(ACCOUNT_MATCH.delete())
        assert attribution.relink(connection) is False
    after = everything(filled)
    for state in (before, after):
        state["account_match"] = [row[:4] for row in state["account_match"]]
    assert after == before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_decided_and_undone_in_whatever_order_sums_stay_right_and_no_trace_is_left(
    seed, tmp_path, monkeypatch
):
    monkeypatch.setattr(organisation, "ROLLED_UP_FROM", 3)
    rng = random.Random(seed)  # noqa: S311 - repeatable
    database = Database(databases.prepared_database("sqlite", tmp_path, personas.migrate_and_fill))
    before = everything(database)
    made = []
    for _ in range(8):
        user = rng.choice(list(personas.ACCOUNTS))
        verdict = rng.choice([LINK, LINK, UNLINK, NONE])
        email = None if verdict is NONE else rng.choice(list(personas.MANAGER))
        dates = {key: rng.choice(personas.DAYS) for key in ("since",) if verdict is LINK and rng.random() < 0.5}
        made.append(decide(database, user, verdict, email, **dates))
        everything(database)
        if rng.random() < 0.3:
            undo(database, made.pop(rng.randrange(len(made))))
    rng.shuffle(made)
    for decision in made:
        undo(database, decision)
    assert everything(database) == before
    database.dispose()


def test_python_sqlite_and_postgresql_agree_on_which_addresses_are_equal_a34(database):
    """A34"""
    rng = random.Random(34)  # noqa: S311 - repeatable
    alphabet = [
        "k",
        "K",
        "\u212a",
        "s",
        "S",
        "\u017f",
        "i",
        "I",
        "\u0131",
        "\u0130",
        "ss",
        "\xdf",
        "\uff4b",
        "\u200b",
        "\u0430",
        "a",
        "A",
    ]
    pairs: list[tuple[str, str]] = []
    while len(pairs) < 10_000:
        length = rng.randint(1, 3)
        local = "".join(rng.choices(alphabet, k=length))
        other = local.swapcase() if rng.random() < 0.5 else "".join(rng.choices(alphabet, k=length))
        domain = rng.choice(["example.com", "EXAMPLE.com.", "b\xfccher.example.com", "xn--bcher-kva.example.com"])
        pairs.append((f"{local}@{domain}", f" mailto:{other}@{domain.upper()}"))
    compared = []
    for pair in pairs:
        try:
            compared.append(tuple(map(canonical, pair)))
        except ValueError:
            continue
    assert len(compared) > 500 and 0.1 < sum(a == b for a, b in compared) / len(compared) < 0.9
    with database.read("test") as connection:
        for start in range(0, len(compared), 200):
            part = compared[start : start + 200]
            columns = [column for a, b in part for column in (_literal(a) == _literal(b), func.lower(a) == a)]
            said = [bool(value) for value in connection.execute(select(*columns)).one()]
            assert said[::2] == [a == b for a, b in part]
            assert all(said[1::2])


def _literal(text: str):
    from sqlalchemy import Text, literal

    return literal(text, Text)


@pytest.mark.parametrize(
    ("since", "until"),
    [(personas.DAYS[5], None), (None, personas.DAYS[40]), (personas.DAYS[5], personas.DAYS[40]), (DAY, DAY)],
)
def test_a_dated_link_counts_the_days_between_both_included_on_every_way_of_reading(filled, since, until):
    before = everything(filled)
    decision = decide(filled, "user_visitor", LINK, personas.HUGO, since=since, until=until)
    inside = [day for day in personas.DAYS if (since or day) <= day <= (until or day)]
    wanted = {
        day: counts["chat_messages"]
        for (user, day), counts in before["user_day"].items()
        if user == "user_visitor" and day in inside and "chat_messages" in counts
    }
    assert wanted and whose(filled, "user_visitor") == personas.HUGO
    after = everything(filled)
    for day in personas.DAYS:
        was, now = (
            state["team_day"].get((personas.GRETA, day), {}).get("chat_messages", 0) for state in (before, after)
        )
        assert now - was == wanted.get(day, 0)
    hugo = person(filled, personas.HUGO)
    with filled.read("test") as connection:
        snapshot = organisation.load(connection)
        alone = organisation.Team(hugo, snapshot.position[hugo], snapshot.position[hugo] + 1)
        span = (personas.DAYS[0], personas.DAYS[-1])
        by_day: Any = reads.team_sums(connection, alone, ["chat_messages"], *span)
        in_all: Any = reads.people_sums(connection, [hugo], ["chat_messages"], *span)
        assert dict(map(tuple, by_day)) == wanted
        assert [row[1] for row in in_all] == [sum(wanted.values())]
        found = team_reads.active_days(connection, filled.url, snapshot, alone, {ANY.bit: span})[ANY.bit]
        active = {day for day, row in zip(found.days, found.rows, strict=True) if row.any()}
        assert active == set(wanted)
    company_day = personas.pages(DAY)
    with filled.write() as connection:
        DayWriter(connection).store(connection, DAY, company_day, b"again", NOW)
    assert everything(filled)["team_day"] == after["team_day"]
    undo(filled, decision)
    assert everything(filled)["team_day"] == before["team_day"]
