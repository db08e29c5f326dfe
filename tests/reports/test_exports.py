"""Files to take away hold the stored rows, cell by cell, and are safe to open."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping

import pandas as pd
import pytest

from core.catalogue import ANY, STATS
from core.errors import NotPermitted
from core.people.roster import read_csv
from core.reports.exports.csv import write_csv
from core.reports.exports.json import write_json
from core.reports.exports.table import Table, usage_table
from core.reports.people.people import people
from core.reports.people.person import person_usage
from core.reports.periods import Period
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import Database
from core.visibility import Identity, PastDays, scope_of, viewer_for
from tests.reports.expected import expected_total
from tests.reports.world import DAY, EMPTY, FIRST, GAP, LAST, LATE, UNKNOWN, World
from tests.support import personas

TWENTY_AND_MORE = [
    *("conversations", "chat_messages", "artifacts_created"),
    *("code_sessions", "commits", "pull_requests", "lines_added", "lines_removed"),
    *("edits_accepted", "edits_rejected", "edit_acceptance_rate", "skill_usage", "connector_usage"),
    *("excel_sessions", "excel_messages", "excel_skills_used", "excel_connectors_used"),
    *("powerpoint_sessions", "powerpoint_messages", "powerpoint_skills_used", "powerpoint_connectors_used"),
]
WHOLE = Period(FIRST, LAST)
NOW = dt.datetime.combine(LAST + DAY, dt.time(6), dt.UTC)


def read_back(table: Table) -> tuple[list[str], list[dict[str, str]], list[dict[str, object]]]:
    """Header and rows of the table as CSV, and its rows as JSON."""
    rows = list(table.rows)
    text, objects = io.StringIO(newline=""), io.StringIO()
    write_csv(Table(table.columns, iter(rows)), text)
    write_json(Table(table.columns, iter(rows)), objects)
    parsed = list(csv.DictReader(io.StringIO(text.getvalue(), newline="")))
    return text.getvalue().split("\r\n")[0].split(","), parsed, json.loads(objects.getvalue())


TOTALS_LEAD = [
    *("email", "name", "title", "department", "first_day", "last_day"),
    *("status", "active_days", "last_active"),
]


@pytest.mark.parametrize(("grain", "lead"), [("day", ["email", "name", "day"]), ("total", TOTALS_LEAD)])
def test_the_header_has_the_promised_columns_in_the_promised_order(scope, grain, lead):
    header, _, objects = read_back(usage_table(scope, scope.whole, Period(LAST - DAY * 6, LAST), grain))
    assert header[: len(lead) + 21] == [*lead, *TWENTY_AND_MORE]
    assert header[len(lead) :] == [*(stat.key for stat in STATS), "note"]
    assert len(set(header)) == len(header)
    assert all(list(row) == header for row in objects)


def test_each_line_of_a_day_holds_the_stored_rows_of_that_person(world: World, scope):
    _, lines, objects = read_back(usage_table(scope, scope.whole, WHOLE, "day"))
    expected = {(p, day.isoformat()) for p in world.managers for day in world.stored if world.person_rows(p, day)}
    assert len(lines) == len(objects) == len(expected)
    assert {(line["email"], line["day"]) for line in lines} == expected
    for line, row in zip(lines, objects, strict=True):
        day = dt.date.fromisoformat(line["day"])
        for stat in STATS:
            value = expected_total(world, line["email"], stat, [day])
            assert row[stat.key] == (None if value is None else pytest.approx(value, abs=1e-6)), (line, stat.key)
            assert line[stat.key] == ("" if row[stat.key] is None else str(row[stat.key]))


@pytest.mark.parametrize("length", [1, 98])
def test_the_totals_have_a_line_for_everybody_with_the_figures_of_their_page(world, scope, length):
    period = Period(LAST - DAY * (length - 1), LAST)
    _, lines, objects = read_back(usage_table(scope, scope.whole, period, "total"))
    assert sorted(line["email"] for line in lines) == sorted(world.managers)
    for row in objects[::3]:
        usage = person_usage(scope, world.ids[str(row["email"])], period, FIRST)
        assert (row["name"], row["first_day"], row["last_day"]) == (usage.name, str(period.first), str(period.last))
        for stat in STATS:
            there = any(usage.employed(day) for day in period)
            value = usage.total(stat) if usage.has_account and there else None
            assert row[stat.key] == (None if value is None else pytest.approx(value, abs=1e-6)), (row, stat.key)


@pytest.mark.parametrize(
    "period", [Period(LAST - DAY * 27, LAST), Period(FIRST, EMPTY), Period(GAP, GAP), Period(FIRST, GAP)], ids=str
)
def test_the_totals_say_of_everybody_what_the_table_of_people_says_in_its_order(world, scope, period):
    shown = people(scope, scope.whole, ANY, period, FIRST, size=100).rows
    _, lines, rows = read_back(usage_table(scope, scope.whole, period, "total"))
    assert [row["name"] for row in rows] == shown["name"].tolist()
    for line, row, (_, told) in zip(lines, rows, shown.iterrows(), strict=True):
        days = None if pd.isna(told["days"]) else int(told["days"])
        last = None if pd.isna(told["last_active"]) else str(told["last_active"])
        assert (row["status"], row["active_days"], row["last_active"]) == (told["status"], days, last), row["name"]
        assert (row["title"], row["department"]) == (told["title"], told["department"])
        assert line["active_days"] == ("" if days is None else str(days))
        assert line["last_active"] == (last or "")


def test_in_the_totals_archived_no_account_and_no_use_are_told_apart(world, scope):
    _, lines, _ = read_back(usage_table(scope, scope.whole, Period(LAST - DAY * 6, LAST), "total"))
    words = {line["email"]: (line["status"], line["active_days"]) for line in lines}
    nobody = next(p for p in world.managers if p not in world.accounts.values() and world.employed(p, LAST))
    gone = next(p for p, end in world.ends.items() if end and end < LAST - DAY * 7 and p in world.accounts.values())
    assert words[nobody] == ("No Claude account", "")
    assert words[gone] == ("Archived", "")  # on none of these days could there be use
    assert ("No use", "0") in words.values()


def test_totals_of_days_behind_the_data_and_before_it_say_how_everybody_stands_when_the_data_ends(scope):
    _, _, told = read_back(usage_table(scope, scope.whole, WHOLE, "total"))
    _, _, wide = read_back(usage_table(scope, scope.whole, Period(dt.date.min, dt.date.max), "total"))
    keys = ("email", "status", "active_days", "last_active")
    assert [[row[key] for key in keys] for row in wide] == [[row[key] for key in keys] for row in told]


def test_a_team_of_somebody_is_only_that_team(world, scope):
    boss = max((p for p in world.managers if world.managers[p]), key=lambda p: len(world.chain(p)))
    _, lines, _ = read_back(usage_table(scope, scope.team(world.ids[boss]), WHOLE, "total"))
    assert {line["email"] for line in lines} == set(world.chain(boss))


def test_what_was_not_measured_is_empty_and_what_was_not_used_is_zero(world, scope):
    known = {world.accounts[user] for user, _ in world.rows} & world.managers.keys()
    someone, day = next(
        (p, day) for p in sorted(known) for day in sorted(world.stored) if day > EMPTY and not world.person_rows(p, day)
    )
    _, (line,), (row,) = read_back(usage_table(scope, scope.person(world.ids[someone]), Period(day, day), "total"))
    assert (line[UNKNOWN], row[UNKNOWN]) == ("", None)
    assert (line[LATE], row[LATE]) == ("0", 0)
    assert (line["edit_acceptance_rate"], row["edit_acceptance_rate"]) == ("", None)


def test_who_has_no_account_has_empty_totals_and_no_zero(world, scope):
    nobody = next(p for p in world.managers if p not in world.accounts.values())
    table = usage_table(scope, scope.person(world.ids[nobody]), Period(EMPTY + DAY, LAST), "total")
    _, (line,), (row,) = read_back(table)
    assert {line[stat.key] for stat in STATS} == {""} and {row[stat.key] for stat in STATS} == {None}


def test_a_period_without_data_has_no_day_and_only_empty_totals(world, scope):
    nothing = Period(GAP, GAP)
    assert list(usage_table(scope, scope.whole, nothing, "day").rows) == []
    _, lines, objects = read_back(usage_table(scope, scope.whole, nothing, "total"))
    assert len(lines) == len(world.managers)
    assert all(row[stat.key] is None for row in objects for stat in STATS)


def test_an_export_of_nothing_is_still_a_whole_file(scope):
    text = io.StringIO()
    write_json(usage_table(scope, scope.whole, Period(GAP, GAP), "day"), text)
    assert json.loads(text.getvalue()) == []


def test_a_name_that_is_a_formula_does_not_leave_as_one(database):
    roster = 'email,name,manager_email\n=cmd@example.com,"=HYPERLINK(""http://x"")",\n'
    day = dt.date(2026, 11, 20)
    with database.write() as connection:
        directory.apply(connection, read_csv(roster.encode()), day)
        page = personas.page([("user_1", "=cmd@example.com", {"commits": 3})])
        DayWriter(connection).store(connection, day, [page], b"x", dt.datetime.now(dt.UTC))
    admin = viewer_for(database, {"o@example.com"}, Identity("o@example.com", True), day)
    scope = scope_of(database, admin)
    for grain in ("day", "total"):
        _, (line,), (row,) = read_back(usage_table(scope, scope.whole, Period(day, day), grain))
        assert line["name"].startswith("'=")
        assert line["email"].startswith("'=")
        assert line["commits"] == "3"
        assert row["email"] == "=cmd@example.com"


def test_an_export_goes_through_the_gate(world, scope, drawn):
    mine = scope_of(drawn[1], viewer_for(drawn[1], (), Identity("n05@example.com", True), LAST))
    foreign = scope.whole
    with pytest.raises(NotPermitted):
        list(usage_table(mine, foreign, WHOLE, "total").rows)


def test_a_rate_is_rounded_and_between_nought_and_one(scope):
    _, _, rows = read_back(usage_table(scope, scope.whole, WHOLE, "total"))
    rates = [float(str(row["edit_acceptance_rate"])) for row in rows if row["edit_acceptance_rate"] is not None]
    assert any(0 < rate < 1 for rate in rates)
    assert all(0 <= rate <= 1 and round(rate, 6) == rate for rate in rates)


def test_totals_of_a_team_as_it_was_are_no_zero_for_what_was_measured_only_while_somebody_was_elsewhere(database):
    moved = LAST - DAY * 6

    def people(lead: str) -> bytes:
        below = [("top", ""), ("first", "top"), ("second", "top"), ("wanda", lead)]
        rows = [f"{name}@example.com,{name},{f'{above}@example.com' if above else ''}" for name, above in below]
        return "\n".join(["email,name,manager_email", *rows]).encode()

    with database.write() as connection:
        directory.apply(connection, read_csv(people("first")), FIRST)
        for day in Period(LAST - DAY * 20, LAST):
            unmeasured = ("excel_sessions",) if day >= moved else ()
            rows = [("user_wanda", "wanda@example.com", {"chat_messages": 2})]
            page = personas.page(rows, unmeasured=unmeasured)
            DayWriter(connection).store(connection, day, [page], str(day).encode(), NOW)
        directory.apply(connection, read_csv(people("second")), moved)
    viewer = viewer_for(database, ["operator@example.com"], Identity("operator@example.com", True), LAST + DAY)
    scope, period = scope_of(database, viewer), Period(LAST - DAY * 20, LAST)
    members = scope.members(scope.whole)
    ids = dict(zip(members.emails, members.ids.tolist(), strict=True))
    teams = [scope.team(ids[f"{lead}@example.com"]) for lead in ("first", "second")]
    days = PastDays(period.first, period.last, period.first)
    first, second = (
        next(row for row in read_back(usage_table(scope, team, period, "total"))[1] if row["email"][0] == "w")
        for team in scope.as_they_were(teams, days)
    )
    assert (first["chat_messages"], first["excel_sessions"]) == ("28", "0")
    assert (second["chat_messages"], second["excel_sessions"]) == ("14", "")


def test_of_a_team_as_it_was_the_totals_say_who_left_it_and_of_the_others_what_the_table_of_people_says(database):
    """Wanda went to another team, Gus left the company, Nell came, Zoe has no account; use began weeks before."""
    begin, came, last = LAST - DAY * 60, LAST - DAY * 9, LAST
    lines = {"top": "", "first": "top", "second": "top", "wanda": "first", "gus": "first", "nell": "second"}
    lines |= {"zoe": "first", "kim": "first"}

    def file(managers: dict[str, str], gone: str = "") -> bytes:
        rows = [
            f"{name}@example.com,{name},{f'{above}@example.com' if above else ''},{gone if name == 'gus' else ''}"
            for name, above in managers.items()
        ]
        return "\n".join(["email,name,manager_email,end_date", *rows]).encode()

    with database.write() as connection:
        directory.apply(connection, read_csv(file(lines)), begin)
        for day in Period(begin, last):
            quiet = {"zoe", *({"gus"} if day >= came else ()), *({"kim"} if day >= last - DAY * 40 else ())}
            users = [(f"user_{name}", f"{name}@example.com", {"chat_messages": 2}) for name in lines.keys() - quiet]
            DayWriter(connection).store(connection, day, [personas.page(users)], str(day).encode(), NOW)
        changed = lines | {"wanda": "second", "nell": "first"}
        directory.apply(connection, read_csv(file(changed, str(came - DAY))), came)
    viewer = viewer_for(database, ["operator@example.com"], Identity("operator@example.com", True), LAST + DAY)
    scope, period = scope_of(database, viewer), Period(LAST - DAY * 13, LAST)
    members = scope.members(scope.whole)
    first = scope.team(int(members.ids[members.emails.index("first@example.com")]))
    [team] = scope.as_they_were([first], PastDays(period.first, period.last, period.first))
    [page_team] = scope.as_they_were([first], PastDays(begin, period.last, period.first))
    _, _, rows = read_back(usage_table(scope, team, period, "total"))
    told = {str(row["name"]): (row["status"], row["active_days"], row["last_active"]) for row in rows}
    before = str(came - DAY)
    assert told == {
        "first": ("Power", 14, str(last)),
        "gus": ("Archived", 4, before),
        "kim": ("No use", 0, str(last - DAY * 41)),
        "nell": ("New", 10, str(last)),
        "wanda": ("Left the team", 4, before),
        "zoe": ("No Claude account", None, None),
    }
    shown = people(scope, page_team.at_the_end(), ANY, period, begin).rows.set_index("name")
    assert {name: told[name][0] for name in shown.index} == shown["status"].to_dict()
    assert {name: told[name][1] for name in shown.index if name != "zoe"} == shown["days"].drop("zoe").to_dict()


RANGE = Period(LAST - DAY * 13, LAST)


def totals_of_the_first_team(
    database: Database,
    below: Mapping[dt.date, Mapping[str, str]],
    used: Callable[[str, dt.date], bool],
    *,
    ends: Mapping[str, dt.date] | None = None,
    unread: dt.date | None = None,
) -> dict[str, tuple[object, object, object]]:
    """Who stands how in the totals of the team of `first` as it was in `RANGE`.

    `below` says for the days on which somebody moved who was whose from then on; the first of them begins the data.
    """
    lines, names = {"top": "", "first": "top", "second": "top"}, list(next(iter(below.values())))
    with database.write() as connection:
        for day, moved in below.items():
            lines |= moved
            rows = ["email,name,manager_email,end_date"]
            for name, lead in lines.items():
                end = (ends or {}).get(name, "")
                rows.append(f"{name}@example.com,{name},{f'{lead}@example.com' if lead else ''},{end}")
            directory.apply(connection, read_csv("\n".join(rows).encode()), day)
        for day in Period(min(below), LAST):
            if day != unread:
                users = [(f"user_{n}", f"{n}@example.com", {"chat_messages": 2}) for n in names if used(n, day)]
                DayWriter(connection).store(connection, day, [personas.page(users)], str(day).encode(), NOW)
    scope = scope_of(
        database, viewer_for(database, ["operator@example.com"], Identity("operator@example.com", True), LAST + DAY)
    )
    members = scope.members(scope.whole)
    first = scope.team(int(members.ids[members.emails.index("first@example.com")]))
    [team] = scope.as_they_were([first], PastDays(RANGE.first, RANGE.last, RANGE.first))
    _, _, told = read_back(usage_table(scope, team, RANGE, "total"))
    return {str(row["name"]): (row["status"], row["active_days"], row["last_active"]) for row in told}


def test_who_went_to_another_team_and_then_left_the_company_is_archived_and_did_not_leave_the_team(database):
    moved = LAST - DAY * 6
    told = totals_of_the_first_team(
        database,
        {LAST - DAY * 20: {"gus": "first", "wanda": "first"}, moved: {"gus": "second", "wanda": "second"}},
        lambda name, day: day <= LAST - DAY * 4,
        ends={"gus": LAST - DAY * 4},
    )
    assert told["gus"] == ("Archived", 7, str(moved - DAY))
    assert told["wanda"] == ("Left the team", 7, str(moved - DAY))


def test_what_makes_new_and_no_use_yet_of_a_team_as_it_was_is_looked_for_in_it_before_the_range_begins(database):
    """Rhea was in the team at first and came back; Nora came before the range, and used Claude elsewhere alone."""
    begin, back = LAST - DAY * 60, LAST - DAY * 9
    told = totals_of_the_first_team(
        database,
        {
            begin: {"rhea": "first", "nora": "second", "nell": "second"},
            LAST - DAY * 40: {"rhea": "second"},
            LAST - DAY * 20: {"nora": "first"},
            back: {"rhea": "first", "nell": "first"},
        },
        lambda name, day: name != "nora" or day <= LAST - DAY * 30,
    )
    assert told["rhea"] == ("Light", 10, str(LAST))
    assert told["nell"] == ("New", 10, str(LAST))
    assert told["nora"] == ("No use yet", 0, None)


def test_who_was_in_a_team_on_days_without_data_alone_has_no_active_days_and_no_zero(database):
    unread = LAST - DAY * 5
    told = totals_of_the_first_team(
        database,
        {
            LAST - DAY * 20: {"theo": "second", "quin": "first"},
            unread: {"theo": "first"},
            unread + DAY: {"theo": "second"},
        },
        lambda name, day: name == "theo" or day < RANGE.first,
        unread=unread,
    )
    assert told["theo"] == ("Left the team", None, None)
    assert told["quin"] == ("Too little data", 0, str(RANGE.first - DAY))
