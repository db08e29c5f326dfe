"""From the API to the page: ten weeks are synced from the simulator, and every figure is added up by hand."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.people.roster import read_csv
from core.settings import load
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.sync.daemon import run_once
from core.ui.session import resources
from simulator.api import create_app
from simulator.organisation import Organisation, Person, directory_csv
from simulator.server import running
from simulator.staffing import build_organisation
from simulator.usage import DemoDataset
from tests.pages.by_hand import DAY, FIELDS, MONTH, PRODUCTS, ByHand, Rows, days, weeks_to
from tests.pages.by_hand_checks import check_products, delta, opened, page, rows_of, same, sunday_before, texts
from tests.support.company import environment_of
from tests.support.screen import metric

DAYS, KEY = 70, "sk-ant-api01-numbers-by-hand"


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Organisation, Rows]]:
    """Ten weeks of the demo company, read through the API by the real sync; and the simulator's rows of those days."""
    folder = tmp_path_factory.mktemp("numbers")
    url = f"sqlite:///{folder / 'uptake.db'}"
    today = dt.datetime.now(dt.UTC).date()
    org = build_organisation(seed=7, today=today)
    dataset = DemoDataset(org)
    with pytest.MonkeyPatch.context() as patch, running(create_app(dataset, key=KEY)) as base_url:
        environment = environment_of(url, folder) | {
            "UPTAKE_CLAUDE_BASE_URL": base_url,
            "UPTAKE_CLAUDE_API_KEY": KEY,
            "UPTAKE_BACKFILL_DAYS": str(DAYS),
            "UPTAKE_REQUESTS_PER_MINUTE": "60000",
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        database = Database(url)
        schema.upgrade(database)
        with database.write() as connection:
            directory.apply(connection, read_csv(directory_csv(org).encode()), today)
        database.dispose()
        report = run_once(load())
        assert (report.outcome, report.days_changed) == ("ok", DAYS)
        stored = [today - dt.timedelta(days=back) for back in range(DAYS, 0, -1)]
        yield org, {day: dataset.rows(day) for day in stored}
        resources.close()


@pytest.fixture(scope="module")
def one(synced) -> tuple[Person, ByHand]:
    """The employee of one team who uses most products."""
    org, rows = synced
    team = [person for person in org.reports(org.line_manager.email) if person.employed_on(org.today)]
    hand = ByHand(rows, team)
    month = sorted(rows)[-MONTH:]
    used = {each.email: sum(bool(hand.active(month, name) & {each.email}) for name in PRODUCTS) for each in team}
    person = max(team, key=lambda each: (used[each.email], len(hand.active_days(each.email))))
    return person, ByHand(rows, [person])


@pytest.fixture(scope="module")
def team(synced) -> tuple[Person, list[Person], ByHand]:
    """The lead of a department of several teams, those directly below, and everybody in the chain."""
    org, rows = synced
    return org.vp, list(org.reports(org.vp.email)), ByHand(rows, [org.vp, *org.chain(org.vp.email)])


def points(now: float, then: float, was: str) -> str:
    by = round(now * 100) - round(then * 100)  # of the whole per cents that are shown
    if not by and now != then:
        return f"under 1 point {'more' if now > then else 'less'}, was {was}"
    sign = "+" if by > 0 else "−"
    return f"{sign}{abs(by)} {'point' if abs(by) == 1 else 'points'}, was {was}" if by else f"no change, was {was}"


def test_every_figure_of_my_usage_is_what_the_simulator_says(synced, one):
    person, hand = one
    month = sorted(synced[1])[-MONTH:]
    before = [day - DAY * MONTH for day in month]
    at = page(person, "pages/you/my_usage.py")
    used = hand.active_days(person.email)

    def working(of: Sequence[dt.date]) -> str:
        return f"{sum(day in used and day.weekday() < 5 for day in of)} of {sum(day.weekday() < 5 for day in of)}"

    assert metric(at, "Active working days") == working(month)
    assert delta(at, "Active working days") == f"was {working(before)}"
    assert metric(at, "Habit") == hand.tier(person.email, sunday_before(month[-1]))
    assert f"**Active on {len(used & set(month))} days, " in texts(at)
    calendar = opened(at, "calendar")
    assert dict(zip(calendar.index, calendar["Active"], strict=True)) == {
        day: "yes" if day in used else "no" for day in month
    }
    check_products(at, hand, month, medians=False)
    assert figures_of_the_brief(at, hand, person, month, before) > 2


def figures_of_the_brief(at: AppTest, hand: ByHand, person: Person, month: list[dt.date], before: list[dt.date]) -> int:
    """Check each line of "What changed"; how many there are."""
    names = {name for stats in FIELDS.values() for name in stats}
    lines = [line[2:] for line in texts(at).splitlines() if line.startswith("- ") and line[2:].split(":")[0] in names]
    for line in lines:
        name, said = line.split(": ", 1)
        now, then = (hand.amount(name, of) for of in (month, before))
        if grown := re.fullmatch(
            r"(\d+)(?: [^,]+)?, was (\d+) \((\d+) (more|fewer)(?:, (\d+) %)?\)\.",
            said.replace("%", " %").replace("  ", " "),
        ):
            assert (int(grown[1]), int(grown[2])) == (now, then), line
            assert int(grown[3]) == abs(int(grown[1]) - int(grown[2])), line
            assert not grown[5] or int(grown[5]) == round(int(grown[3]) / int(grown[2]) * 100), line
        elif first := re.fullmatch(r"first on (\d+ \w+ \d+), (\d+)(?: .+)? in the period\.", said):
            day = dt.datetime.strptime(first[1], "%d %b %Y").replace(tzinfo=dt.UTC).date()
            assert int(first[2]) == now, line
            assert hand.amount(name, [day]), line
            assert not hand.amount(name, [each for each in hand.rows if each < day]), line
        else:
            pytest.fail(f"a line that nothing here checks: {line}")
    return len(lines)


def test_every_figure_of_adoption_is_what_the_simulator_says(synced, team):
    lead, direct, hand = team
    month = sorted(synced[1])[-MONTH:]
    at = page(lead, "pages/team/adoption.py")
    check_headline(at, hand, month)
    check_charts(at, hand, month)
    check_gaps(at, hand, direct, synced[0], month)
    check_products(at, hand, month, medians=True)


def check_headline(at: AppTest, hand: ByHand, month: list[dt.date]) -> None:
    newest, before = month[-1], [day - DAY * MONTH for day in month]
    week = month[-7:]
    staff, staff_before = hand.employed(newest), hand.employed(before[-1])
    now, then = hand.active(month) & staff, hand.active(before) & staff_before
    assert len(staff) >= 10
    assert metric(at, "Adoption rate") == f"{len(now) / len(staff):.0%} · {len(now)} of {len(staff)}"
    was = f"{len(then)} of {len(staff_before)}"
    assert delta(at, "Adoption rate") == points(len(now) / len(staff), len(then) / len(staff_before), was)
    seven = hand.active(week) & staff
    seven_before = hand.active([day - DAY * MONTH for day in week]) & staff_before
    label = f"Active in the 7 days to {newest:%-d %b}"
    assert metric(at, label) == f"{len(seven)} of {len(staff)}"
    was = f"{len(seven_before)} of {len(staff_before)}"
    rates = len(seven) / len(staff), len(seven_before) / len(staff_before)
    assert delta(at, label) == f"{points(*rates, was)} (to {before[-1]:%-d\u00a0%b})"
    habits, earlier = (
        tiers["Regular"] + tiers["Power"] for tiers in (tiers_of(hand, newest), tiers_of(hand, before[-1]))
    )
    assert metric(at, "Regular or power users") == f"{habits} of {len(staff)}"
    was = f"{earlier} of {len(staff_before)}"
    assert delta(at, "Regular or power users") == points(habits / len(staff), earlier / len(staff_before), was)
    assert metric(at, "Stickiness") == sticky(hand, month, staff)
    weekly = [
        len(hand.active(of) & hand.employed(of[-1])) / len(hand.employed(of[-1]))
        for of in weeks_to(sunday_before(newest), 4)
        if of[0] in month
    ]
    average = f"average week: {sum(weekly) / len(weekly):.0%}"
    assert delta(at, "Stickiness") == f"was {sticky(hand, before, staff_before)}; {average}"


def sticky(hand: ByHand, days: list[dt.date], staff: set[str]) -> str:
    working = [day for day in days if day.weekday() < 5]
    daily = sum(len(hand.active([day]) & staff) for day in working) / len(working)
    return f"{daily / len(hand.active(days) & staff):.0%}"


def tiers_of(hand: ByHand, newest: dt.date) -> Counter[str]:
    return Counter(hand.tier(email, sunday_before(newest)) for email in hand.employed(newest))


def check_charts(at: AppTest, hand: ByHand, month: list[dt.date]) -> None:
    """The numbers behind the charts of the first screen."""
    newest, before = month[-1], [day - DAY * MONTH for day in month]
    staff = hand.employed(newest)
    course = opened(at, "course")
    assert list(course.index) == sorted({day - DAY * day.weekday() for day in month})
    for monday, row in rows_of(course):
        week = days(monday, monday + DAY * 6)
        inside = [day for day in week if day in month]
        of = hand.employed(inside[-1])
        assert row["Complete"] == ("yes" if inside == week else "no")
        assert (row["Active people"], row["Headcount"]) == (len(hand.active(inside) & of), len(of))
        earlier = [day - DAY * MONTH for day in week]
        expected = len(hand.active(earlier) & hand.employed(earlier[-1])) if inside == week else None
        assert same(row["Period before"], expected)
    products = opened(at, "products")
    assert list(products.index) == [monday for monday, row in rows_of(course) if row["Complete"] == "yes"]
    for monday, row in rows_of(products):
        week = days(monday, monday + DAY * 6)
        for name in PRODUCTS:
            known = all(any(hand.measured(day, each) for each in FIELDS[name]) for day in week)
            users = hand.active(week, name) & hand.employed(week[-1])
            assert same(row[name], len(users) if known else None), (name, monday)
    tiers = tiers_of(hand, newest)
    assert {label: count for label, count in opened(at, "tiers")["People"].items() if count} == dict(tiers)
    account = {email for email in staff if any(hand.own[email].values())}
    ever = {email for email in account if hand.active_days(email)}
    recent = ever & hand.active(month)
    habit = {each for each in recent if hand.tier(each, sunday_before(newest)) in {"Regular", "Power"}}
    several = {each for each in habit if sum(each in hand.active(month, name) for name in PRODUCTS) > 1}
    steps = [len(each) for each in (staff, account, ever, recent, habit, several)]
    assert list(opened(at, "funnel")["People"]) == steps
    now, then = hand.active(month) & staff, hand.active(before) & staff
    earlier_on = {email for email in staff if min(hand.active_days(email), default=newest) < before[0]}
    came = {
        "Retained": now & then,
        "New": now - then - earlier_on,
        "Reactivated": now - then & earlier_on,
        "Lapsed": then - now,
        "Still inactive": staff - now - then,
    }
    assert "  \n".join(f"{label} · **{len(who)}**" for label, who in came.items()) in texts(at)
    told = figures_in_a_table(at)
    was = hand.active(before) & hand.employed(before[-1])
    assert told["Cards", "Active in the range"] == (len(now), len(staff), len(was), len(hand.employed(before[-1])))
    earlier_tiers = tiers_of(hand, before[-1])
    for label, count in tiers.items():
        assert told["Habits", label] == (count, len(staff), earlier_tiers[label], len(hand.employed(before[-1])))
    for label, count in zip(list(opened(at, "funnel").index), steps, strict=True):
        assert told["The way to a habit", label][:2] == (count, len(staff))
    for label, who in came.items():
        assert told["Against the period before", label][:2] == (len(who), len(staff))
    for name in PRODUCTS:
        assert told["Products in the range", name][:2] == (len(hand.active(month, name) & staff), len(staff))


def figures_in_a_table(at: AppTest) -> dict[tuple[str, str], tuple[int | None, ...]]:
    """The table of the whole page: part and figure → people and out of how many, of the range and of the one before."""
    at.session_state["adoption_figures_numbers"] = True
    at.run()
    (table,) = [frame.value for frame in at.dataframe if "Out of" in frame.value.columns]
    columns = table[["Part of the page", "People", "Out of", "People before", "Out of before"]]
    return {
        (part.split(",")[0], name): tuple(None if pd.isna(each) else int(each) for each in row)
        for name, part, *row in columns.itertuples()
    }


def check_gaps(at: AppTest, hand: ByHand, direct: list[Person], org: Organisation, month: list[dt.date]) -> None:
    """The teams directly below that lie under the whole, and the products that reach fewest or nobody."""
    staff, active, shown = hand.employed(month[-1]), hand.active(month), texts(at)
    rates = []
    for lead in direct:
        chain = {lead.email, *(person.email for person in org.chain(lead.email))} & staff
        if len(chain) > 4 and org.chain(lead.email):
            rates.append(
                (len(chain & active) / len(chain), lead.name, f"{len(chain & active)} of {len(chain)}", len(chain))
            )
    below = sorted(each for each in rates if each[0] < len(active & staff) / len(staff))[:3]
    assert below
    lines = [f"{name} · **{count if of < 10 else f'{rate:.0%} · {count}'}**" for rate, name, count, of in below]
    assert "  \n".join(lines) in shown
    used = {name: len(hand.active(month, name) & staff) for name in PRODUCTS}
    if unused := [name for name, count in used.items() if not count]:
        assert f"Used by nobody: {', '.join(unused)}" in shown
    fewest = min(filter(None, used.values()))
    least = [name for name in used if used[name] == fewest]
    if len(least) == 1:
        assert f"Reaches fewest: {least[0]}, {fewest} of {len(staff)}" in shown
    else:  # whether there is a tie depends on the day on which this runs
        assert f"Reach fewest: {', '.join(least)}, {fewest} {'person' if fewest == 1 else 'people'} each" in shown
