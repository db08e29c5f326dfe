"""All usage of a range is in exactly one part, and the parts add up to what a plain sum over everything says."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from core.catalogue import MEASURES
from core.people.decisions import Verdict
from core.store import reconciliation
from core.store.reconciliation import Parts
from core.store.tables import USER_DAY
from tests import personas
from tests.store.test_attribution import decide

KEYS = [measure.key for measure in MEASURES]
RANGES = [
    (personas.DAYS[0], personas.DAYS[-1]),
    (personas.DAYS[20], personas.DAYS[45]),
    (personas.DAYS[personas.EMPTY], personas.DAYS[personas.EMPTY]),
    (personas.TODAY, personas.TODAY + dt.timedelta(days=9)),
]


def parts(database, first: dt.date, last: dt.date) -> Parts:
    """The parts, after they were held against the direct sum over every stored row."""
    columns = [func.count(USER_DAY.c.day), *(func.coalesce(func.sum(USER_DAY.c[key]), 0) for key in KEYS)]
    with database.read("test") as connection:
        found = reconciliation.parts(connection, KEYS, first, last)
        rows, *sums = connection.execute(select(*columns).where(USER_DAY.c.day.between(first, last))).one()
    assert found.organisation.user_days == rows
    assert dict(found.organisation.sums) == dict(zip(KEYS, map(int, sums), strict=True))
    assert all(value >= 0 for part in vars(found).values() for value in (part.user_days, *part.sums.values()))
    return found


@pytest.mark.parametrize(("first", "last"), RANGES)
def test_the_parts_add_up_to_everything_that_is_stored(filled, first, last):
    parts(filled, first, last)


def test_each_part_holds_what_belongs_there(filled, company):
    days = personas.DAYS
    found = parts(filled, days[0], days[-1])
    visitor = sum((personas.counters("user_visitor", day) or {}).get("chat_messages", 0) for day in days)
    after = [day for day in days if day > personas.left_on()]
    erin = sum((personas.counters("user_erin", day) or {}).get("chat_messages", 0) for day in after)
    assert found.in_chain.sums["chat_messages"] == personas.total(personas.MANAGER, "chat_messages")
    assert found.unmatched.sums["chat_messages"] == visitor > 0
    assert found.archived_after.sums["chat_messages"] == erin > 0
    assert found.archived_after.user_days == sum(personas.counters("user_erin", day) is not None for day in after)
    assert found.without_manager.user_days == found.not_employees.user_days == 0


def test_who_has_no_manager_and_leads_nobody_is_apart_and_a_top_with_people_is_not(filled, company):
    before = parts(filled, *RANGES[0])
    company(f"email,name,manager_email\n{personas.IVY},Ivy Example,\n")
    found = parts(filled, *RANGES[0])
    ivy = personas.total([personas.IVY], "chat_messages")
    assert found.without_manager.sums["chat_messages"] == ivy > 0
    assert before.in_chain.sums["chat_messages"] - found.in_chain.sums["chat_messages"] == ivy


@pytest.fixture
def database(filled):
    """`company` imports into the company that is there."""
    return filled


def test_a_decision_moves_usage_from_one_part_to_another_and_loses_none(filled):
    before = parts(filled, *RANGES[0])
    decide(filled, "user_visitor", Verdict.NOT_AN_EMPLOYEE)
    excluded = parts(filled, *RANGES[0])
    assert excluded.not_employees == before.unmatched
    assert excluded.unmatched.user_days == 0
    decide(filled, "user_visitor", Verdict.LINK, personas.HUGO, since=personas.DAYS[30])
    dated = parts(filled, *RANGES[0])
    assert dated.not_employees.user_days == 0
    early = [day for day in personas.DAYS[:30] if personas.counters("user_visitor", day) is not None]
    assert dated.unmatched.user_days == len(early) > 0
    decide(filled, "user_visitor", Verdict.LINK, personas.ERIN)
    archived = parts(filled, *RANGES[0])
    assert archived.archived_after.user_days > before.archived_after.user_days
    assert archived.unmatched.user_days == 0
