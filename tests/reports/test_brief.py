"""The rules of a brief one by one on small invented figures, and the text that comes of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.catalogue import ACROSS, MEASURE, MEASURES, PRODUCT, STAT, STATS, Stat, measures_of
from core.errors import NotPermitted
from core.reports.briefs.brief import Brief, brief, brief_of
from core.reports.briefs.questions import ASKED
from core.reports.briefs.rules import RULES, BriefRules
from core.reports.measures.activity import Activity
from core.reports.measures.daily import Daily
from core.reports.measures.tiers import Tier
from core.reports.people.person import PersonUsage
from core.reports.periods import DAY, Period
from core.reports.wording.markdown import JOINER, literal
from core.visibility import ContextMark, Identity, MarkKind, Scope, Team, scope_of, viewer_for
from tests.reports import world as worlds

BEGINS = dt.date(2026, 6, 1)  # a Monday
PERIOD = Period(dt.date(2026, 8, 24), dt.date(2026, 9, 20))  # four weeks from a Monday on
BEFORE = PERIOD.before()
MADE = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
KEYS = [measure.key for measure in MEASURES]

Days = Mapping[dt.date, Mapping[str, float]]


def told(
    counts: Days,
    *,
    begins: dt.date = BEGINS,
    missing: tuple[dt.date, ...] = (),
    unmeasured: Mapping[str, Period] | None = None,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    marks: tuple[ContextMark, ...] = (),
    rules: BriefRules = RULES,
) -> Brief:
    """The brief of somebody who did this; every other day has data and no use."""
    stored = [day for day in Period(begins, PERIOD.last) if day not in missing]
    history = Daily(stored, KEYS, np.zeros((len(stored), len(KEYS))))
    for key, period in (unmeasured or {}).items():
        history.amounts[[day in period for day in stored], KEYS.index(key)] = np.nan
    for day in set(counts) & set(stored):
        for key, value in counts[day].items():
            history.amounts[stored.index(day), KEYS.index(key)] = value
    span = Period(begins, PERIOD.last)
    used = {day for day, amounts in zip(stored, history.amounts, strict=True) if (amounts > 0).any()}
    activity = Activity(span, np.array([[day in used] for day in span]), np.array([day not in missing for day in span]))
    covered = activity.covers(BEFORE)
    usage = PersonUsage(
        name="Wilma Example",
        email="wilma@example.com",
        title=None,
        department=None,
        team=Team(1, 0, 1),
        first_day=first_day,
        last_day=last_day,
        has_account=True,
        period=PERIOD,
        before=BEFORE if covered else None,
        history=history,
        activity=activity,
        tier=Tier.NONE,
        tier_weeks=PERIOD,
        products=(),
        marks=marks,
    )
    return brief(usage, history, rules)


def leave(first: dt.date, last: dt.date) -> ContextMark:
    return ContextMark(1, 1, MarkKind.LEAVE, first, last, None, MADE)


def lines(found: Brief, title: str) -> list[str]:
    return [line.text for section in found.sections if section.title == title for line in section.lines]


def on(first: dt.date, count: int, **values: float) -> dict[dt.date, dict[str, float]]:
    return {first + DAY * place: dict(values) for place in range(count)}


def test_a_product_used_for_the_first_time_is_told_with_its_days():
    found = told(on(PERIOD.first, 2, excel_sessions=1))
    assert lines(found, "First uses") == ["Excel agent: first used on 24 Aug 2026, on 2 days of the period."]


def test_a_first_use_needs_four_weeks_of_data_before_in_which_it_was_measured():
    use = on(PERIOD.first, 2, excel_sessions=1)
    enough = PERIOD.first - DAY * RULES.known_days
    excel = dict.fromkeys((key for key in KEYS if key.startswith("excel_")), Period(BEGINS, PERIOD.first - DAY))
    assert lines(told(use, begins=enough), "First uses")
    assert not lines(told(use, begins=enough + DAY), "First uses")
    assert not lines(told(use, unmeasured=excel), "First uses")


def test_a_part_that_only_began_to_be_measured_is_no_first_use():
    use = on(BEGINS, 110, excel_sessions=1) | on(PERIOD.first, 2, excel_sessions=1, excel_connectors_used=4)
    first = PERIOD.first - DAY * RULES.known_days
    assert [line.partition(":")[0] for line in lines(told(use), "First uses")] == ["Excel connectors used"]
    for when in (
        Period(BEGINS, PERIOD.first - DAY),
        Period(first, first),
        Period(PERIOD.first - DAY, PERIOD.first - DAY),
    ):
        assert not lines(told(use, unmeasured={"excel_connectors_used": when}), "First uses")
    assert lines(told(use, unmeasured={"excel_connectors_used": Period(BEGINS, first - DAY)}), "First uses")


def test_a_sum_is_first_used_only_after_days_on_which_each_of_its_parts_was_measured():
    use, before = {PERIOD.first: {"chat_connectors_used": 2}, BEGINS: {"conversations": 1}}, PERIOD.first - DAY * 9
    assert lines(told(use), "First uses") == ["Connector usage: first on 24 Aug 2026, 2 invocations in the period."]
    for part in measures_of(STAT["connector_usage"]):
        assert not lines(told(use, unmeasured={part: Period(BEGINS, before)}), "First uses")


def test_a_product_is_first_used_only_after_days_that_measured_what_the_first_one_did():
    use, quiet = on(PERIOD.first, 2, excel_sessions=1), Period(BEGINS, PERIOD.first - DAY)
    (line,) = lines(told(use, unmeasured={"excel_messages": quiet}), "First uses")
    assert line == "Excel sessions: first on 24 Aug 2026, 2 in the period."
    (line,) = lines(told(use, unmeasured={"excel_messages": Period(BEGINS, PERIOD.last)}), "First uses")
    assert (
        line == lines(told(use), "First uses")[0] == "Excel agent: first used on 24 Aug 2026, on 2 days of the period."
    )
    assert not lines(told(use, missing=(PERIOD.first - DAY * 28,)), "First uses")
    assert lines(told(use, missing=(PERIOD.first - DAY * 29,)), "First uses")


def test_a_new_statistic_of_a_product_used_before_is_a_first_use_of_its_own():
    found = told(on(BEFORE.first, 3, commits=1) | on(PERIOD.first, 2, pull_requests=2))
    assert lines(found, "First uses") == ["Pull requests: first on 24 Aug 2026, 4 PRs in the period."]


@pytest.mark.parametrize(("then", "now", "grew"), [(8, 13, True), (8, 12, False), (20, 25, True), (21, 26, False)])
def test_growth_needs_five_more_and_a_quarter_more(then, now, grew):
    found = told({BEFORE.first: {"chat_messages": then}, PERIOD.first: {"chat_messages": now}})
    assert bool(lines(found, "What grew")) is grew


def test_growth_carries_both_numbers_and_the_period_it_is_compared_with():
    found = told({BEFORE.first: {"chat_messages": 20}, PERIOD.first: {"chat_messages": 30}})
    assert lines(found, "What grew") == ["Chat messages: 30, was 20 (10 more, 50\u202f%)."]
    assert found.head == "24 Aug to 20 Sep 2026, compared with 27 Jul to 23 Aug 2026."
    assert found.markdown().count("27 Jul") == 1
    assert found.questions[0] == "Chat messages: 30, was 20. What is behind the rise?"


@pytest.mark.parametrize(("then", "now"), [(1, 13), (10, 19), (20, 40), (100, 1300)])
def test_growth_from_little_or_to_the_double_is_told_in_counts(then, now):
    found = told({BEFORE.first: {"chat_messages": then}, PERIOD.first: {"chat_messages": now}})
    number = f"{now:,}".replace(",", "\u202f")
    more = f"{now - then:,}".replace(",", "\u202f")
    assert lines(found, "What grew") == [f"Chat messages: {number}, was {then} ({more} more)."]


@pytest.mark.parametrize(("then", "now", "fell"), [(13, 8, True), (12, 8, False), (20, 15, True), (21, 16, False)])
def test_a_fall_is_told_by_the_measure_of_growth(then, now, fell):
    found = told({BEFORE.first: {"chat_messages": then}, PERIOD.first: {"chat_messages": now}})
    assert bool(lines(found, "What fell")) is fell
    assert not lines(found, "What grew")


def test_a_fall_carries_both_numbers_and_is_asked_about():
    found = told({BEFORE.first: {"chat_messages": 30.0}, PERIOD.first: {"chat_messages": 20.0}})
    assert lines(found, "What fell") == ["Chat messages: 20, was 30 (10 fewer, 33\u202f%)."]
    assert found.questions[0] == ("Chat messages: 20, was 30. Is there less need, or is something in the way?")


def test_nothing_is_said_to_fall_where_days_of_the_period_are_marked():
    use = {BEFORE.first: {"chat_messages": 30.0}, PERIOD.first: {"chat_messages": 20.0}}
    assert lines(told(use), "What fell")
    found = told(use, marks=(leave(PERIOD.first, PERIOD.first),))
    assert not lines(found, "What fell")
    assert found.notes[-1].startswith("Marked days: 24 Aug 2026 (Leave).")
    assert found.notes[-1] in found.markdown()
    run = told(use | on(PERIOD.first, 5, cowork_sessions=1), marks=(leave(PERIOD.last, PERIOD.last),))
    assert run.sections and run.notes[-1] in run.markdown()


def test_a_product_that_lapsed_is_not_said_to_have_fallen_as_well():
    found = told(on(BEFORE.first + DAY * 20, 4, cowork_sessions=9), rules=replace(RULES, quiet_days=14))
    assert lines(found, "What lapsed") and not lines(found, "What fell")


def test_growth_from_nothing_of_something_used_earlier_has_no_per_cent():
    found = told({BEGINS: {"chat_messages": 1}, PERIOD.first: {"chat_messages": 20}})
    assert lines(found, "What grew") == ["Chat messages: 20, was 0 (20 more)."]


def test_nothing_is_compared_where_a_day_of_either_period_is_missing_or_was_not_measured():
    use = {BEFORE.first: {"chat_messages": 10.0}, PERIOD.first: {"chat_messages": 99.0}}
    for day in (BEFORE.last, PERIOD.last):
        found = told(use, missing=(day,))
        assert not lines(found, "What grew")
        assert "compared" in (found.nothing or found.notes[0])
        assert not lines(told(use, unmeasured={"chat_messages": Period(day, day)}), "What grew")
    assert not lines(told(use, begins=BEFORE.first + DAY), "What grew")


def test_at_most_two_statistics_of_a_product_grow():
    counters = ("code_sessions", "commits", "pull_requests", "lines_added")
    found = told({BEFORE.first: dict.fromkeys(counters, 10.0), PERIOD.first: dict.fromkeys(counters, 30.0)})
    assert [line.partition(":")[0] for line in lines(found, "What grew")] == ["Claude Code sessions", "Commits"]
    asked = [question.partition(":")[0] for question in found.questions]
    assert asked.count("Claude Code sessions") == 1 and "Commits" not in asked


def test_a_product_with_a_habit_and_four_quiet_weeks_has_lapsed():
    last = PERIOD.last - DAY * 28
    found = told(on(last - DAY * 2, 3, cowork_sessions=1))
    assert lines(found, "What lapsed") == [
        "Cowork: last used on 23 Aug 2026, on 3 days of the 28 up to then; not in the 28 days since."
    ]
    assert found.questions[0] == "Cowork was last used on 23 Aug 2026. What has changed since then?"


@pytest.mark.parametrize(
    ("first", "count"),
    [
        (PERIOD.last - DAY * 29, 3),  # quiet for 27 days
        (PERIOD.last - DAY * 29, 2),  # no habit
        (BEFORE.first - DAY * 5, 5),  # over before the period to compare with
    ],
)
def test_a_shorter_pause_a_try_and_an_old_story_are_no_lapse(first, count):
    assert not lines(told(on(first, count, cowork_sessions=1)), "What lapsed")


def test_a_quiet_day_without_data_is_no_lapse():
    use = on(PERIOD.last - DAY * 30, 3, cowork_sessions=1)
    assert lines(told(use), "What lapsed")
    assert not lines(told(use, missing=(PERIOD.last - DAY,)), "What lapsed")


def test_a_habit_whose_counters_are_measured_no_more_is_no_lapse():
    use, last = on(PERIOD.last - DAY * 30, 3, excel_messages=1), PERIOD.last - DAY * 28
    for when in (Period(last + DAY, PERIOD.last), Period(PERIOD.last, PERIOD.last)):
        assert not lines(told(use, unmeasured={"excel_messages": when}), "What lapsed")
        assert lines(told(use, unmeasured={"excel_sessions": when}), "What lapsed")


def test_a_habit_is_no_lapse_where_the_very_day_after_its_last_use_tells_nothing():
    last, rules = PERIOD.first + DAY * 2, replace(RULES, quiet_days=14)
    use, after = on(PERIOD.first, 3, cowork_sessions=1), last + DAY
    assert lines(told(use, rules=rules), "What lapsed")
    assert not lines(told(use, missing=(after,), rules=rules), "What lapsed")
    assert not lines(told(use, unmeasured={"cowork_sessions": Period(after, after)}, rules=rules), "What lapsed")
    assert lines(told(use, unmeasured={"cowork_messages": Period(after, after)}, rules=rules), "What lapsed")


def test_leave_is_no_lapse_and_marked_days_are_not_counted_as_quiet():
    use = on(PERIOD.first - DAY * 10, 5, cowork_sessions=1)
    last, ends = PERIOD.first - DAY * 6, PERIOD.last
    assert lines(told(use), "What lapsed")
    assert not lines(told(use, marks=(leave(last + DAY, ends),)), "What lapsed")
    away = leave(last + DAY, ends - DAY * 28)
    assert lines(told(use, marks=(away,)), "What lapsed")[0].endswith("; not in the 28 days without a mark since.")
    assert not lines(told(use, marks=(leave(away.first, away.last + DAY),)), "What lapsed")


def test_that_somebody_left_is_no_lapse_and_nothing_is_asked_of_them():
    use = on(PERIOD.first, 5, cowork_sessions=1, chat_messages=1) | on(PERIOD.first + DAY, 1, powerpoint_sessions=1)
    late = dt.date(2026, 12, 27)
    gone = told(use, last_day=PERIOD.first + DAY * 4)
    assert not lines(gone, "What lapsed") and not lines(gone, "Tried on one day")
    assert gone.sections and not gone.questions
    assert gone.notes == ("The last day was 28 Aug 2026, so nothing is compared with the period before.",)
    old = told(on(BEFORE.first, 5, cowork_sessions=1), last_day=BEFORE.first + DAY * 4)
    assert "What lapsed" in [section.title for section in told(on(BEFORE.first, 5, cowork_sessions=1)).sections]
    assert not old.sections and not old.questions
    assert told(use, last_day=late).questions == told(use).questions


def test_what_lapsed_before_somebody_left_is_told_up_to_their_last_day():
    use, rules = on(PERIOD.first, 3, cowork_sessions=1), replace(RULES, quiet_days=7)
    assert not lines(told(use, last_day=PERIOD.first + DAY * 8, rules=rules), "What lapsed")
    (line,) = lines(told(use, last_day=PERIOD.first + DAY * 9, rules=rules), "What lapsed")
    assert line.endswith("; not in the 7 days up to the last day, 2 Sep 2026.")


def test_nothing_is_compared_with_days_before_somebody_was_employed():
    use = {BEFORE.last: {"chat_messages": 10.0} | edits(10, 10), PERIOD.first: {"chat_messages": 99.0} | edits(15, 5)}
    here, new = told(use, first_day=BEFORE.first), told(use, first_day=BEFORE.first + DAY)
    assert lines(here, "What grew") and "was" in lines(here, "Acceptance")[0] and not here.notes
    assert not lines(new, "What grew") and "was" not in lines(new, "Acceptance")[0]
    assert new.head == "24 Aug to 20 Sep 2026."
    assert new.notes == (
        "The first day, 28 Jul 2026, lies after the period before begins, so nothing is compared with it.",
    )


def test_weeks_without_a_day_of_employment_are_not_among_the_complete_weeks():
    weekly = {PERIOD.first + DAY * 7 * place: {"chat_messages": 1.0} for place in range(1, 4)}
    assert lines(told(weekly, first_day=PERIOD.first + DAY * 7), "In a row") == [
        "3 weeks in a row, 31 Aug to 20 Sep 2026; 3 of 3 complete weeks in all."
    ]


def test_a_run_of_working_days_goes_over_the_weekend_and_ends_with_a_day_off():
    use = on(PERIOD.first, 5, chat_messages=1) | on(PERIOD.first + DAY * 7, 2, chat_messages=1)
    assert lines(told(use), "In a row") == ["7 working days in a row, 24 Aug to 1 Sep 2026."]
    del use[PERIOD.first + DAY * 3]
    assert not lines(told(use), "In a row")


def test_a_week_without_data_ends_a_run_and_is_not_counted_as_one_without_use():
    weekly = {PERIOD.first + DAY * 7 * place: {"chat_messages": 1.0} for place in range(3)}
    last = tuple(Period(PERIOD.last - DAY * 6, PERIOD.last))
    (line,) = lines(told(weekly, missing=last), "In a row")
    assert line == "3 weeks in a row, 24 Aug to 13 Sep 2026; 3 of 3 complete weeks in all."
    (line,) = lines(told(weekly, missing=last[1:]), "In a row")
    assert line.endswith("3 of 4 complete weeks in all.")
    second = tuple(PERIOD.first + DAY * n for n in range(7, 14))
    assert not lines(told(weekly | on(PERIOD.last, 1, chat_messages=1), missing=second), "In a row")


def test_a_run_of_weeks_is_not_asked_about_days():
    weekly = {PERIOD.first + DAY * 7 * place: {"chat_messages": 1.0} for place in range(4)}
    for use in (weekly, on(PERIOD.first, 28, chat_messages=1)):
        asked = [question for question in told(use).questions if "weeks in a row" in question]
        assert len(asked) == 1
        assert "day" not in asked[0].rpartition(". ")[2]


def test_days_and_weeks_of_leave_are_passed_over_in_a_row_and_count_when_they_have_use():
    use = on(PERIOD.first, 3, chat_messages=1) | on(PERIOD.first + DAY * 14, 4, chat_messages=1)
    away = leave(PERIOD.first + DAY * 3, PERIOD.first + DAY * 13)
    assert not lines(told(use), "In a row")
    assert lines(told(use, marks=(away,)), "In a row") == [
        "7 working days in a row, 24 Aug to 10 Sep 2026 (7 marked working days passed over)."
    ]
    weekly = {PERIOD.first + DAY * 7 * place: {"chat_messages": 1.0} for place in (0, 2, 3)}
    week = leave(PERIOD.first + DAY * 7, PERIOD.first + DAY * 11)
    (line,) = lines(told(weekly, marks=(week,)), "In a row")
    assert line == (
        "3 weeks in a row, 24 Aug to 20 Sep 2026 (1 marked week passed over); 3 of 3 complete weeks in all."
    )
    (line,) = lines(told(weekly | {PERIOD.first + DAY * 8: {"chat_messages": 1.0}}, marks=(week,)), "In a row")
    assert line == "4 weeks in a row, 24 Aug to 20 Sep 2026; 4 of 4 complete weeks in all."


def test_marked_days_and_weeks_before_and_behind_a_row_are_none_that_it_passed_over():
    weekly = {PERIOD.first + DAY * 7 * place: {"chat_messages": 1.0} for place in range(3)}
    behind = leave(PERIOD.first + DAY * 21, PERIOD.last)
    (line,) = lines(told(weekly, marks=(behind,)), "In a row")
    assert line == "3 weeks in a row, 24 Aug to 13 Sep 2026; 3 of 3 complete weeks in all."
    use = on(PERIOD.first + DAY * 7, 5, chat_messages=1)
    around = (leave(PERIOD.first, PERIOD.first + DAY * 4), leave(PERIOD.first + DAY * 14, PERIOD.last))
    assert lines(told(use, marks=around), "In a row") == ["5 working days in a row, 31 Aug to 4 Sep 2026."]


def test_a_row_asks_as_it_is_told_and_counts_no_mark_on_a_weekend():
    use = on(PERIOD.last - DAY * 9, 10, chat_messages=1)
    del use[PERIOD.last - DAY * 6]
    monday = leave(PERIOD.last - DAY * 8, PERIOD.last - DAY * 6)  # Saturday to Monday
    found = told(use, marks=(monday,))
    (line,) = lines(found, "In a row")
    assert line == "5 working days in a row, 11 Sep to 18 Sep 2026 (1 marked working day passed over)."
    assert any(question.startswith(line) for question in found.questions)


def test_a_row_that_is_over_is_told_and_not_asked_about():
    lasting, over = on(PERIOD.last - DAY * 9, 10, chat_messages=1), on(PERIOD.first, 5, chat_messages=1)
    for use, asked in ((lasting, True), (over, False)):
        found = told(use)
        (line,) = lines(found, "In a row")
        assert any(question.startswith(line) for question in found.questions) is asked


def test_nothing_is_asked_about_what_came_of_use():
    made = dict.fromkeys(("commits", "pull_requests", "lines_added", "artifacts_created"), 10.0)
    for then, now, title in ((1.0, 10.0, "What grew"), (10.0, 1.0, "What fell")):
        found = told({BEFORE.first: dict.fromkeys(made, then), PERIOD.first: dict.fromkeys(made, now)})
        assert len(lines(found, title)) == 3
        assert not any(
            line.removesuffix(").").split(" (")[0] in " ".join(found.questions) for line in lines(found, title)
        )


def test_a_sum_over_products_is_no_first_use_beside_its_part():
    use = on(BEFORE.first, 3, word_sessions=1) | {PERIOD.first: {"word_skills_used": 1}}
    assert lines(told(use), "First uses") == ["Word skills used: first on 24 Aug 2026, 1 invocation in the period."]


def test_a_rate_is_asked_about_when_it_fell_by_five_points():
    def asked(accepted: float) -> bool:
        now = {PERIOD.first: edits(accepted, 100 - accepted), BEFORE.first: edits(80, 20)}
        return any("Edit acceptance" in question for question in told(now).questions)

    assert [asked(accepted) for accepted in (90, 80, 76, 75)] == [False, False, False, True]


def test_points_are_those_between_the_rates_that_stand_beside_them():
    (line,) = lines(told({PERIOD.first: edits(706, 294), BEFORE.first: edits(674, 326)}), "Acceptance")
    assert (
        line == "Edit acceptance rate: 71\u202f% of 1\u202f000 edits decided, was 67\u202f% of 1\u202f000 (+4 points)."
    )


def test_a_brief_with_nothing_to_tell_says_why():
    gone = told({}, last_day=BEFORE.last)
    assert gone.nothing.startswith("Archived: the last day was 23 Aug 2026.")
    assert told({}).nothing.startswith("There is a Claude account, and no use of it since data begins.")


def test_a_day_without_data_ends_a_run():
    use = on(PERIOD.first, 5, chat_messages=1)
    day = PERIOD.first + DAY * 2
    rest = {other: values for other, values in use.items() if other != day}
    assert lines(told(use), "In a row")
    assert not lines(told(rest, missing=(day,)), "In a row")


def test_three_complete_weeks_in_a_row_are_told_and_two_are_not():
    weekly = {PERIOD.first + DAY * 7 * place: {"chat_messages": 1.0} for place in range(3)}
    assert lines(told(weekly), "In a row") == ["3 weeks in a row, 24 Aug to 13 Sep 2026; 3 of 4 complete weeks in all."]
    weekly.popitem()
    assert not lines(told(weekly), "In a row")


def test_a_product_of_one_day_is_told_once_and_only_after_two_weeks():
    use = on(PERIOD.last - DAY * 14, 1, powerpoint_sessions=9)
    found = told(use)
    assert [section.title for section in found.sections] == ["In all", "Tried on one day"]
    (line,) = lines(found, "Tried on one day")
    assert line == "PowerPoint agent: used on one day, 6 Sep 2026, and on no other since data began on 1 Jun 2026."
    assert "Was something missing in it?" in found.questions[0]
    assert not lines(told(on(PERIOD.last - DAY * 13, 1, powerpoint_sessions=9)), "Tried on one day")
    assert not lines(told(use | on(BEGINS, 1, powerpoint_sessions=1)), "Tried on one day")


@pytest.mark.parametrize(("known", "has_data"), [(28, True), (27, False)])
def test_of_a_product_that_is_measured_only_lately_a_single_day_is_told_after_four_weeks_of_data(known, has_data):
    begins = PERIOD.last - DAY * (known - 1)
    unmeasured = {key: Period(BEGINS, begins - DAY) for key in KEYS if MEASURE[key].product == "powerpoint"}
    found = lines(told(on(PERIOD.last - DAY * 14, 1, powerpoint_sessions=9), unmeasured=unmeasured), "Tried on one day")
    assert [line.partition(" since ")[2] for line in found] == [
        f"its data began on {begins:%-d %b %Y}." for _ in range(has_data)
    ]


def test_of_a_single_day_is_told_only_where_every_day_since_measured_what_it_did():
    day = PERIOD.last - DAY * 14
    use, excel = on(day, 1, excel_sessions=2), [key for key in KEYS if MEASURE[key].product == "excel"]
    for when in (Period(day + DAY, PERIOD.last), Period(day + DAY, day + DAY), Period(PERIOD.last, PERIOD.last)):
        assert not lines(told(use, unmeasured=dict.fromkeys(excel, when)), "Tried on one day")
        assert not lines(told(use, unmeasured={"excel_messages": when}), "Tried on one day")
        assert not lines(told(use, missing=tuple(when)), "Tried on one day")
    assert lines(told(use, unmeasured={"excel_messages": Period(BEGINS, PERIOD.last)}), "Tried on one day")


def test_of_a_single_day_is_told_since_when_the_data_has_no_gap():
    use = on(PERIOD.last - DAY * 14, 1, excel_sessions=2)
    for gap, has_data in ((PERIOD.last - DAY * 28, True), (PERIOD.last - DAY * 27, False)):
        found = lines(told(use, missing=(gap,)), "Tried on one day")
        since = f"{gap + DAY:%-d %b %Y}"
        assert found == [
            f"Excel agent: used on one day, 6 Sep 2026, and on no other since its data without a gap began on {since}."
            for _ in range(has_data)
        ]


def edits(accepted: float, rejected: float) -> dict[str, float]:
    return {"edits_accepted": accepted, "edits_rejected": rejected}


def test_acceptance_is_told_with_its_n_and_not_under_twenty_decisions():
    assert not lines(told({PERIOD.first: edits(10, 9)}), "Acceptance")
    found = told({PERIOD.first: edits(15, 5)})
    assert lines(found, "Acceptance") == ["Edit acceptance rate: 75\u202f% of 20 edits decided."]


def test_acceptance_changes_only_against_twenty_decisions_of_a_covered_period():
    now = {PERIOD.first: edits(15, 5)}
    assert "was" not in lines(told(now | {BEFORE.first: edits(19, 0)}), "Acceptance")[0]
    (line,) = lines(told(now | {BEFORE.first: edits(10, 10)}), "Acceptance")
    assert line.endswith(" decided, was 50\u202f% of 20 (+25 points).")
    assert "was" not in lines(told(now | {BEFORE.first: edits(10, 10)}, missing=(PERIOD.last,)), "Acceptance")[0]


def busy() -> Brief:
    return told(
        on(BEFORE.first, 3, cowork_sessions=1, excel_sessions=1, word_sessions=1)
        | {BEFORE.first + DAY * 4: {"chat_messages": 1}, PERIOD.first: {"chat_messages": 50, "design_sessions": 1}}
    )


def test_at_most_three_questions_are_asked_one_of_each_kind_first():
    starts = [question.split()[0] for question in busy().questions]
    assert starts == ["Cowork", "Chat", "Design"]


@pytest.mark.parametrize(
    "use",
    [
        {PERIOD.first: edits(15, 5)},
        {PERIOD.first: edits(20, 0)},
        on(PERIOD.first, 5, chat_messages=1),
        on(PERIOD.last - DAY * 14, 1, powerpoint_sessions=9),
        on(PERIOD.last - DAY * 30, 3, cowork_sessions=1),
        on(BEFORE.first, 3, commits=1) | on(PERIOD.first, 2, pull_requests=2),
    ],
)
def test_three_questions_are_asked_however_little_there_is_to_tell(use):
    found = told(use)
    assert found.sections and len(set(found.questions)) == RULES.questions
    assert all(any(sign.isdigit() for sign in question) for question in found.questions)


def test_a_brief_begins_with_the_days_and_the_products_of_the_period():
    found = told(on(PERIOD.first, 5, chat_messages=1) | {PERIOD.first + DAY * 7: {"excel_sessions": 2}})
    assert lines(found, "In all") == [
        "Active on 6 of 20 working days.",
        f"2 of {len(PRODUCT) - 1} products used: Claude Chat and Excel agent.",
        "Most often used: Claude Chat, on 5 days, weekends included.",
    ]
    assert {"Active working days", "Active in a product"} <= found.definitions.keys()


def test_no_two_questions_ask_the_same():
    grown = {stat.key: 50 for stat in STATS if isinstance(stat, Stat) and stat.headline}
    before = {measure: 1 for stat in STATS if isinstance(stat, Stat) for measure in stat.measures}
    now = {measure: 50 for stat in STATS if stat.key in grown for measure in measures_of(stat)}
    asked = told({BEFORE.first: before, PERIOD.first: now}).questions
    endings = [question.rpartition(". ")[2] for question in asked]
    assert len(endings) == len(set(endings)) == RULES.questions
    everything = [wording for wordings in ASKED.values() for wording in wordings]
    assert len(set(everything)) == len(everything)


def test_every_line_leads_to_the_days_and_the_statistics_that_hold_its_numbers():
    found = busy()
    assert found.sections
    for section in found.sections:
        for line in section.lines:
            assert line.area in {"", ACROSS, *PRODUCT}
            assert not line.stat or STAT[line.stat].product == line.area
            if section.title == "What lapsed":
                assert line.span == Period(BEFORE.first, PERIOD.last)
            else:
                assert line.span is None


def test_the_own_words_of_the_person_stand_in_the_text_as_plain_text():
    text = replace(busy(), own_words="# On *leave*").markdown()
    assert "## In the person's own words\n\n\\# On \\*leave\\*\n" in text


def test_every_line_has_a_number_and_a_definition_that_the_text_explains():
    found = busy()
    text = found.markdown()
    for section in found.sections:
        for line in section.lines:
            assert any(sign.isdigit() for sign in line.text)
            assert f"- *{line.definition}*: {found.definitions[line.definition]}" in text
    assert STAT["chat_messages"].meaning in found.definitions["Chat messages"]


def test_a_brief_with_nothing_to_say_is_one_sentence():
    found = told({PERIOD.last: {"chat_messages": 1}, BEGINS: {"chat_messages": 1}})
    assert found.nothing == "Nothing stands out in 24 Aug to 20 Sep 2026."
    assert found.nothing in found.markdown()
    assert "##" not in found.markdown()


def test_plain_text_keeps_the_spaces_that_hold_a_number_together():
    assert literal(" 1\u202f159 more,\n 33\u202f% ") == "1\u202f159 more, 33\u202f%"
    assert told({}, begins=PERIOD.first).nothing.endswith("which could not be compared with the period before.")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Jane Doe (UTC). Is 1.5, or 2. + 3 - 4 = 5! #6 > 7 ^ 8: a & b, AT&T", None),
        ("10:30:45 by jane_doe and C++ in C#, - or -> x", None),
        ("jane.doe@example.com", None),
        ("1. one", r"1\. one"),
        ("2026) one", r"2026\) one"),
        ("- one", r"\- one"),
        ("--- one", r"\--- one"),
        ("+ one", r"\+ one"),
        ("+49 30", None),
        ("# one #", r"\# one \#"),
        ("> one", r"\> one"),
        ("== one", r"\== one"),
        ("![a](b) [^1] [ ]", r"!\[a\](b) \[^1\] \[ \]"),
        ("<b>1 < 2</b> <!-- x -->", r"\<b\>1 < 2\</b\> \<!-- x -->"),
        ("&lt; &#65; &#x41;", r"\&lt; \&#65; \&#x41;"),
        ("_a_ __b__ *c* `d` ~e~ ~~f~~ $g$", r"\_a\_ \_\_b\_\_ \*c\* \`d\` \~e\~ \~\~f\~\~ \$g\$"),
        ("a | b \\ {c}", r"a \| b \\ \{c\}"),
        (":red[x] ::a{b} :::note", rf"\:red\[x\] :\:a\{{b\}} :::{JOINER}note"),
        (":::note x", r"\::\:note x"),
        (":tada: :+1: :100: :red", f":{JOINER}tada: :{JOINER}+1: :{JOINER}100: :{JOINER}red"),
        (":material/home: :material_home: :streamlit:", None),
        ("https://a.example www.b.example", f"https:{JOINER}//a.example www{JOINER}.b.example"),
    ],
)
def test_text_from_outside_is_escaped_only_where_something_acts(text, escaped):
    if ":material" in text:
        assert literal(text) == text.replace(":ma", f":{JOINER}ma").replace(":st", f":{JOINER}st")
    else:
        assert literal(text) == (text if escaped is None else escaped)


_SIGNS = st.text(st.sampled_from("ab1 .:;!?-+#=>_*`~[](){}<>&@|\\/$^\"'\n\u00a0é"), max_size=24)
_MARKS = (
    r"<b> </b> <!-- --> &lt; &#65; ** __ _ ~~ ` ``` --- === [a](b) ![a](b) [a]: <http://a.b> <a@b.cd> a@b.cd | \ $$"
)
_WORDS = st.lists(
    st.sampled_from(
        [*_MARKS.split(), "[^1]", ":-:", "-:|", "a", "1", " ", "\n", "1. ", "1)", "# ", " #", "> ", "- ", "+ "]
    ),
    max_size=8,
).map("".join)


@example("a\\")
@example("-")
@example("1.")
@example(":-:")
@given(_SIGNS | _WORDS | st.text(st.characters(exclude_categories=["C"]), max_size=24))
def test_text_from_outside_gives_itself_back_and_no_markup_wherever_it_stands(text):
    plain = literal(text)
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    said = re.sub(r"[^\S\u202f\u00a0]+", " ", text).strip()
    assert unescape(reader.renderInline(plain)).replace(JOINER, "") == said.replace(JOINER, "")
    alone = {"<p>%s</p>": "%s", "<h1>a %s</h1>": "# a %s", "<p>a\n%s</p>": "a\n%s", "<p>a %s b</p>": "a %s b"}
    inside = {"<ul>\n<li>a %s</li>\n</ul>": "- a %s", "<p><strong>a%sa</strong></p>": "**a%sa**"}
    for html, source in (alone | inside).items() if said.strip("\u00a0") else ():
        html_of_text = reader.render(source % plain).removesuffix("\n").replace(JOINER, "")
        assert html_of_text == html % reader.renderInline(plain).replace(JOINER, "")
        assert re.findall(r"<", reader.renderInline(plain)) == []


def viewed(drawn, email: str, admins: frozenset[str] = frozenset()) -> Scope:
    return scope_of(drawn[1], viewer_for(drawn[1], admins, Identity(email, True), worlds.TODAY))


def test_the_text_is_the_same_byte_for_byte_for_the_person_the_manager_and_an_admin(drawn, world, scope):
    period = Period(worlds.LAST - DAY * 41, worlds.LAST)
    said: list[str] = []
    for person, manager in list(world.managers.items())[-9:]:
        if manager is None or world.ends[person] or world.ends[manager]:
            continue
        number = world.ids[person]
        readers = [viewed(drawn, person), viewed(drawn, manager), scope]
        texts = {brief_of(reader, number, period, worlds.FIRST).markdown() for reader in readers}
        assert len(texts) == 1
        said += texts
    assert sum("##" in text for text in said) > 1


def test_a_peer_gets_no_brief(drawn, world):
    here = [person for person in world.managers if not world.ends[person]]
    peer, other = next(
        (one, two)
        for one in here
        for two in here
        if world.managers[one] == world.managers[two] and one != two and two not in world.chain(one)
    )
    with pytest.raises(NotPermitted):
        brief_of(viewed(drawn, peer), world.ids[other], Period(worlds.FIRST, worlds.LAST), worlds.FIRST)


def test_of_a_single_day_is_told_since_when_all_counters_are_measured_where_no_day_is_missing():
    use, began = on(PERIOD.last - DAY * 14, 1, excel_sessions=2, excel_messages=1), PERIOD.last - DAY * 40
    found = lines(told(use, unmeasured={"excel_messages": Period(BEGINS, began - DAY)}), "Tried on one day")
    since = f"all its counters are measured, from {began:%-d %b %Y} on"
    assert found == [f"Excel agent: used on one day, 6 Sep 2026, and on no other since {since}."]
