"""All use of a range is in exactly one part: as a look at each stored row by itself says."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import pytest
from sqlalchemy import select

from core.catalogue import MEASURES
from core.people.decisions import Verdict
from core.store.hierarchy import organisation
from core.store.matching import reconciliation
from core.store.matching.matching_reads import NOT_EMPLOYEES
from core.store.matching.reconciliation import Reconciliation
from core.store.tables.usage import ACCOUNT_LINK, EMPLOYEE, USER_DAY
from tests.store.matching import decide
from tests.support import personas

RANGES = [
    (personas.DAYS[0], personas.DAYS[-1]),
    (personas.DAYS[20], personas.DAYS[45]),
    (personas.DAYS[personas.EMPTY], personas.DAYS[personas.EMPTY]),
    (personas.TODAY, personas.TODAY + dt.timedelta(days=9)),
]


def parts(database, first: dt.date, last: dt.date) -> Reconciliation:
    """The parts, after they were held against a look at each row."""
    with database.read("test") as connection:
        excluded = connection.execute(NOT_EMPLOYEES).scalars().all()
        found = reconciliation.parts(connection, organisation.load(connection), excluded, first, last)
        assert found == one_by_one(connection, first, last)
    return found


def one_by_one(connection, first: dt.date, last: dt.date) -> Reconciliation:
    """The parts, each row by itself."""
    links = {row.account_id: row for row in connection.execute(select(ACCOUNT_LINK))}
    people = {row.id: row for row in connection.execute(select(EMPLOYEE))}
    leads = {row.manager_id for row in people.values()}
    excluded = set(connection.execute(NOT_EMPLOYEES).scalars())
    counts: Counter[str] = Counter()
    for row in connection.execute(select(USER_DAY).where(USER_DAY.c.day.between(first, last))).mappings():
        if not any(row[measure.key] for measure in MEASURES):
            continue
        link = links.get(row["account_id"])
        if link is None:
            counts["not_employees" if row["account_id"] in excluded else "unmatched"] += 1
            continue
        person = people[link.employee_id]
        if (link.since or dt.date.min) <= row["day"] <= (link.until or dt.date.max):
            alone = person.manager_id is None and person.id not in leads
            counts["without_manager" if alone else "in_chain"] += 1
        else:
            left = person.end_date is not None and row["day"] > person.end_date
            counts["archived_after" if left else "unmatched"] += 1
    names = ("in_chain", "without_manager", "unmatched", "not_employees", "archived_after")
    return Reconciliation(**{name: counts[name] for name in names})


def active_days(user: str, days: Iterable[dt.date]) -> int:
    return sum(any((personas.counters(user, day) or {}).values()) for day in days)


@pytest.mark.parametrize(("first", "last"), RANGES)
def test_each_active_day_is_in_the_part_that_a_look_at_it_alone_says(filled, first, last):
    parts(filled, first, last)


def test_each_part_holds_what_belongs_there(filled, import_csv):
    days = personas.DAYS
    found = parts(filled, days[0], days[-1])
    after = [day for day in days if day > personas.left_on()]
    until = [day for day in days if day <= personas.left_on()]
    assert found.unmatched == active_days("user_visitor", days) > 0
    assert found.archived_after == active_days("user_erin", after) > 0
    theirs = [user for user, (_, owner) in personas.ACCOUNTS.items() if owner in personas.MANAGER]
    expected = sum(active_days(user, until if user == "user_erin" else days) for user in theirs)
    assert found.in_chain == expected > 0
    assert found.without_manager == found.not_employees == 0
    assert found.organisation == sum(active_days(user, days) for user in personas.ACCOUNTS)


def test_a_day_with_a_row_and_nothing_counted_is_no_active_day(filled):
    days = personas.DAYS
    counted = sum(active_days(user, days) for user in personas.ACCOUNTS)
    assert parts(filled, days[0], days[-1]).organisation == counted
    assert active_days("user_dora", days) == 0
    assert any(personas.counters("user_dora", day) is not None for day in days)


def test_who_has_no_manager_and_leads_nobody_is_apart_and_a_top_with_people_is_not(filled, import_csv):
    before = parts(filled, *RANGES[0])
    import_csv(f"email,name,manager_email\n{personas.IVY},Ivy Example,\n")
    found = parts(filled, *RANGES[0])
    ivy = active_days("user_ivy", personas.DAYS)
    assert found.without_manager == ivy > 0
    assert before.in_chain - found.in_chain == ivy


@pytest.fixture
def database(filled):
    """`import_csv` imports into the company that is there."""
    return filled


def test_a_decision_moves_usage_from_one_part_to_another_and_loses_none(filled):
    before = parts(filled, *RANGES[0])
    decide(filled, "user_visitor", Verdict.NOT_AN_EMPLOYEE)
    excluded = parts(filled, *RANGES[0])
    assert excluded.not_employees == before.unmatched
    assert excluded.unmatched == 0
    decide(filled, "user_visitor", Verdict.LINK, personas.HUGO, since=personas.DAYS[30])
    dated = parts(filled, *RANGES[0])
    assert dated.not_employees == 0
    assert dated.unmatched == active_days("user_visitor", personas.DAYS[:30]) > 0
    decide(filled, "user_visitor", Verdict.LINK, personas.ERIN)
    archived = parts(filled, *RANGES[0])
    assert archived.archived_after > before.archived_after
    assert archived.unmatched == 0
    assert before.organisation == excluded.organisation == dated.organisation == archived.organisation


def test_use_on_somebodys_last_day_outside_the_days_of_a_link_is_nobodys_and_the_day_after_is_after_they_left(filled):
    last = personas.left_on()
    decide(filled, "user_visitor", Verdict.LINK, personas.ERIN, until=last - dt.timedelta(days=9))
    used = [day for day in personas.DAYS if active_days("user_visitor", [day])]
    assert last in used
    before, after = parts(filled, last, last), parts(filled, last + dt.timedelta(days=1), personas.DAYS[-1])
    assert (before.unmatched, before.archived_after) == (1, 0)
    assert after.unmatched == 0 and after.archived_after >= len([day for day in used if day > last]) > 0
