"""Whom a viewer reaches in a company of eleven, quickly: each sentence of the rule has a test that fails without it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import text, update

from core.errors import NotPermitted, UnknownViewer
from core.store.engine import versions
from core.store.engine.database import Database
from core.store.hierarchy import organisation
from core.store.tables.usage import EMPLOYEE
from core.viewers import Role
from core.visibility import EVERYONE, Scope, Team, Viewer, scope_of
from tests.visibility.small_company import DAY, TWO, ids_of, import_directory, refused, scope


@pytest.mark.parametrize(
    ("name", "size", "leads"), [("top", 11, True), ("lead", 3, True), ("peer", 2, True), ("one", 1, False)]
)
def test_somebody_reaches_their_chain_and_leads_it_when_there_is_anybody_in_it(small_company, name, size, leads):
    mine = scope(small_company, name)
    assert (mine.whole.size, mine.leads_people) == (size, leads)
    assert mine.whole == mine.team(ids_of(small_company)[name])


def test_an_admin_reaches_everyone_and_one_outside_who_may_not_reaches_nobody(small_company):
    assert scope(small_company, "outside", everyone=True).whole == Team(EVERYONE, 0, 11)
    narrow = scope(small_company, "outside", roles=frozenset({Role.ADMIN}))
    assert (narrow.whole.size, narrow.leads_people, narrow.sees_totals) == (0, False, False)
    assert narrow.whole.team_id not in ids_of(small_company).values()
    with pytest.raises(NotPermitted):
        narrow.team(ids_of(small_company)["top"])
    with pytest.raises(UnknownViewer, match="not known here"):
        scope(small_company, "outside")
    with pytest.raises(UnknownViewer):
        scope_of(small_company, Viewer("gone@example.com", "gone", 10**6, frozenset(), sees_everyone=False))


def test_an_admin_inside_who_may_not_see_everyone_reaches_the_own_chain(small_company):
    assert scope(small_company, "lead", roles=frozenset({Role.ADMIN})).whole.size == 3


def test_who_reaches_everybody_or_leaves_five_others_with_use_sees_the_totals(small_company):
    sees = {name: scope(small_company, name).sees_totals for name in ("top", "lead", "peer", "one")}
    assert sees == {"top": True, "lead": True, "peer": True, "one": False}
    assert scope(small_company, "outside", everyone=True).sees_totals
    import_directory(small_company, use0="-top")
    assert not scope(small_company, "lead").sees_totals and not scope(small_company, "peer").sees_totals
    assert scope(small_company, "top").sees_totals


def test_people_before_and_behind_a_chain_are_counted_as_others(small_company):
    import_directory(small_company, use0="lead", use1="lead")
    assert not scope(small_company, "lead").sees_totals
    assert scope(small_company, "third").leads_people is False
    import_directory(small_company, lead="use3", one="top")
    assert scope(small_company, "lead").sees_totals


def test_whoever_stands_first_in_the_directory_is_one_of_the_others(small_company):
    people = ids_of(small_company)
    with small_company.write() as connection:
        moved = text("UPDATE account_link SET employee_id = :top WHERE employee_id = :use3")
        connection.execute(moved, {"top": people["top"], "use3": people["use3"]})
        versions.bump(connection, versions.DIRECTORY)
    assert scope(small_company, "lead").sees_totals  # of the top, third, use0, use1 and use2


def test_the_state_of_a_scope_tells_readers_previews_and_versions_apart(small_company):
    mine, preview = scope(small_company, "lead"), scope(small_company, "one").as_my_manager()
    assert preview is not None
    others = [preview, *(scope(small_company, name) for name in ("top", "one", "two", "peer"))]
    others += [scope(small_company, "lead", roles=frozenset({role})) for role in Role]
    others += [scope(small_company, "lead", everyone=True)]
    assert len({each.state for each in [mine, *others]}) == 1 + len(others)
    assert scope(small_company, "lead").state == mine.state
    assert preview.viewer.email == mine.viewer.email
    for name in (versions.DATA, versions.DIRECTORY, versions.CONTEXT, versions.TOTALS):
        before = scope(small_company, "lead").state
        with small_company.write() as connection:
            versions.bump(connection, name)
        assert scope(small_company, "lead").state != before, name


def test_a_scope_says_how_far_the_data_reached_when_it_was_first_asked(small_company):
    mine = scope(small_company, "lead")
    first = mine.freshness()
    assert (first.first_day, first.data_through) == (DAY, DAY)
    with small_company.write() as connection:
        connection.execute(text("UPDATE sync_day SET revision = 0"))
    assert mine.freshness() == first
    assert scope(small_company, "lead").freshness().data_through is None


def test_the_leads_own_use_is_none_of_the_others(small_company):
    import_directory(small_company, one="use3")
    mine = scope(small_company, "use3")
    assert mine.leads_people and not mine.sees_totals  # third, use0, use1 and use2 are the others


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (lambda d: import_directory(d, two="peer"), {"top", "lead", "peer"}),
        (lambda d: import_directory(d, third="-peer"), {"top", "peer", "lead"}),  # who sees the totals no more
        (lambda d: import_directory(d, third="top"), {"top", "peer"}),
        (lambda d: import_directory(d, two="one"), {"top", "lead", "one"}),
        (
            lambda d: linked(d, "employee_id = (SELECT id FROM employee WHERE email = 'two@example.com')"),
            {"top", "lead", "one"},
        ),
        (
            lambda d: import_directory(d, two="use1"),
            {"top", "lead", "use1"},
        ),  # the places of peer and third move with it
        (lambda d: linked(d, "since = 20000"), {"top", "lead", "one"}),
        (lambda d: linked(d, "until = 20000"), {"top", "lead", "one"}),
        (lambda d: linked(d, "account_id = account_id"), set()),
    ],
    ids=[
        "moved",
        "archived",
        "taken out",
        "put below",
        "another's account",
        "put behind",
        "from a day",
        "to a day",
        "nothing",
    ],
)
def test_a_fingerprint_moves_for_whom_something_changed_and_for_nobody_else(small_company, change, moved):
    names = ("top", "lead", "one", "peer", "use1")
    before = {name: scope(small_company, name).fingerprint for name in names}
    change(small_company)
    assert {name for name in names if scope(small_company, name).fingerprint != before[name]} == moved


def linked(database: Database, change: str) -> None:
    """Change the link of the account of One."""
    with database.write() as connection:
        mine = "(SELECT id FROM account WHERE user_id = 'user_one')"
        connection.execute(text(f"UPDATE account_link SET {change} WHERE account_id = {mine}"))
        connection.execute(text("UPDATE version SET number = number + 1 WHERE name = 'directory'"))


def test_a_fingerprint_is_of_one_viewer_with_their_roles_and_reach(small_company):
    viewer = scope(small_company, "lead").viewer
    others = [
        viewer,
        dataclasses.replace(viewer, email="other@example.com"),
        dataclasses.replace(viewer, roles=frozenset({Role.PEOPLE})),
        dataclasses.replace(viewer, roles=frozenset({Role.PEOPLE, Role.CONNECTION})),
        dataclasses.replace(viewer, sees_everyone=True),
        dataclasses.replace(viewer, employee_id=ids_of(small_company)["two"]),
    ]
    assert len({scope_of(small_company, one).fingerprint for one in others}) == len(others)
    assert scope_of(small_company, viewer).fingerprint == scope_of(small_company, viewer).fingerprint


QUESTIONS: dict[str, Callable[[Scope, int, Team, Team], object]] = {
    "team": lambda mine, number, team, person: mine.team(number),
    "person": lambda mine, number, team, person: mine.person(number),
    "visible_to": lambda mine, number, team, person: mine.visible_to(number),
    "members": lambda mine, number, team, person: mine.members(team),
    "team_sums": lambda mine, number, team, person: mine.team_sums(team, ["commits"], DAY, DAY),
    "people_sums": lambda mine, number, team, person: mine.people_sums([number], ["commits"], DAY, DAY),
    "user_days": lambda mine, number, team, person: mine.user_days(person, ["commits"], DAY, DAY),
    "chain_sums": lambda mine, number, team, person: mine.chain_sums([team], ["commits"], DAY, DAY),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", ["top", "peer", "third", "use0"])
def test_each_question_about_somebody_else_is_refused_and_written_down(small_company, question, name):
    number, mine, every = (
        ids_of(small_company)[name],
        scope(small_company, "lead"),
        scope(small_company, "outside", everyone=True),
    )
    asked = QUESTIONS[question]
    before = refused(small_company)
    with pytest.raises(NotPermitted, match="^There is nothing here that you can see.$"):
        asked(mine, number, every.team(number), every.person(number))
    assert refused(small_company) == before + 1
    asked(every, number, every.team(number), every.person(number))
    own = ids_of(small_company)["two"]
    asked(mine, own, every.team(own), every.person(own))


def test_a_team_that_is_none_of_the_directory_is_refused(small_company):
    mine, ids = scope(small_company, "lead"), ids_of(small_company)
    whole = mine.whole
    for forged in (
        Team(ids["lead"], whole.left, whole.right - 1),
        Team(ids["lead"], whole.left + 1, whole.right),
        Team(ids["one"], whole.left, whole.right),
        Team(10**6, whole.left, whole.right),
        Team(EVERYONE, whole.left, whole.right),
        scope(small_company, "outside", everyone=True).whole,
    ):
        with pytest.raises(NotPermitted):
            mine.members(forged)
    for number in (10**6, -1, EVERYONE):
        for method in (mine.team, mine.person, mine.visible_to):
            with pytest.raises(NotPermitted):
                method(number)


def employed(database: Database, name: str, column: str, day: dt.date) -> None:
    with database.write() as connection:
        values = {"day": day, "email": f"{name}@example.com"}
        statement = update(EMPLOYEE).where(EMPLOYEE.c.email == values["email"]).values({column: values["day"]})
        connection.execute(statement)
        versions.bump(connection, versions.DIRECTORY)


def test_watchers_are_the_managers_above_who_work_here_today_the_nearest_first(small_company):
    one, today, a_day = ids_of(small_company)["one"], dt.datetime.now(dt.UTC).date(), dt.timedelta(days=1)
    assert scope(small_company, "one").visible_to(one) == ["Lead", "Top"]
    for column, day, works in (
        ("start_date", today, True),
        ("start_date", today + a_day, False),
        ("start_date", today - a_day, True),
        ("end_date", today, True),
        ("end_date", today - a_day, False),
    ):
        employed(small_company, "lead", column, day)
        assert scope(small_company, "one").visible_to(one) == (["Lead", "Top"] if works else ["Top"])


def acts(database: Database) -> list[tuple[str, str, str]]:
    with database.write() as connection:
        statement = "SELECT actor, kind, details FROM access_log WHERE kind <> 'look' ORDER BY sequence"
        return [tuple(row) for row in connection.execute(text(statement))]


def test_what_is_somebodys_own_is_neither_an_outsiders_nor_their_managers(small_company):
    mine, yesterday = scope(small_company, "one"), dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    of_lead = scope(small_company, "lead")
    of_lead.user_days(of_lead.person(ids_of(small_company)["one"]), ["commits"], DAY, DAY)
    rows, count = mine.who_looked(yesterday, 10)
    assert (len(rows), count) == (1, 1)
    assert of_lead.who_looked(yesterday, 10) == ([], 0)
    preview = mine.as_my_manager()
    assert preview is not None and preview.is_preview and not mine.is_preview
    assert scope(small_company, "top").as_my_manager() is None
    outside = scope(small_company, "outside", everyone=True)
    for asked in (
        lambda: outside.who_looked(yesterday, 10),
        outside.as_my_manager,
        lambda: preview.who_looked(yesterday, 10),
    ):
        with pytest.raises(NotPermitted, match="nothing here"):
            asked()
    assert acts(small_company) == [
        ("one@example.com", "act", '{"as":"lead@example.com"}'),
        ("outside@example.com", "refusal", '{"asked":"who looked"}'),
        ("outside@example.com", "refusal", '{"asked":"the manager\'s view"}'),
        ("one@example.com", "refusal", '{"asked":"who looked"}'),
    ]


def test_a_read_is_answered_after_a_match_changed(small_company):
    mine = scope(small_company, "lead")
    linked(small_company, f"employee_id = {TWO}")
    assert [row[1] for row in mine.people_sums([ids_of(small_company)["two"]], ["chat_messages"], DAY, DAY)] == [1]


@pytest.mark.parametrize(
    "change", [{"two": "peer"}, {"two": "one"}, {"use4": "use3"}], ids=["away", "below a peer", "elsewhere"]
)
def test_a_read_is_refused_after_people_moved(small_company, change):
    mine = scope(small_company, "lead")
    import_directory(small_company, **change)
    with pytest.raises(NotPermitted, match="^The directory was changed a moment ago"):
        mine.team_sums(mine.whole, ["chat_messages"], DAY, DAY)


def test_the_directory_is_not_read_anew_while_nothing_changed(small_company, monkeypatch):
    mine = scope(small_company, "lead")
    monkeypatch.setattr(organisation, "load", lambda _: pytest.fail("it was"))
    assert mine.team_sums(mine.whole, ["chat_messages"], DAY, DAY)


def test_a_scope_is_made_by_its_function_alone(small_company):
    mine = scope(small_company, "lead")
    with pytest.raises(TypeError, match="scope_of"):
        Scope(object(), small_company, mine.viewer, mine._directory, {})
