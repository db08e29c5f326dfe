"""The rules of a brief one by one, on small invented figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.catalogue import ACROSS, MEASURE, PRODUCT, STAT, measures_of
from core.reports.measures.brief_rules import RULES
from core.reports.periods import DAY, Period
from tests.reports.briefs import BEFORE, BEGINS, KEYS, PERIOD, busy, edits, leave, lines, on, told


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


def test_a_sum_over_products_is_no_first_use_beside_its_part():
    use = on(BEFORE.first, 3, word_sessions=1) | {PERIOD.first: {"word_skills_used": 1}}
    assert lines(told(use), "First uses") == ["Word skills used: first on 24 Aug 2026, 1 invocation in the period."]


def test_points_are_those_between_the_rates_that_stand_beside_them():
    (line,) = lines(told({PERIOD.first: edits(706, 294), BEFORE.first: edits(674, 326)}), "Acceptance")
    assert (
        line == "Edit acceptance rate: 71\u202f% of 1\u202f000 edits decided, was 67\u202f% of 1\u202f000 (+4 points)."
    )


def test_a_brief_with_nothing_to_tell_says_why():
    gone = told({}, last_day=BEFORE.last)
    assert gone.nothing.startswith("Archived: the last day was 23 Aug 2026.")
    assert told({}).nothing.startswith("There is a Claude account, and no use of it since data begins.")


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


def test_a_brief_begins_with_the_days_and_the_products_of_the_period():
    found = told(on(PERIOD.first, 5, chat_messages=1) | {PERIOD.first + DAY * 7: {"excel_sessions": 2}})
    assert lines(found, "In all") == [
        "Active on 6 of 20 working days.",
        f"2 of {len(PRODUCT) - 1} products used: Claude Chat and Excel agent.",
        "Most often used: Claude Chat, on 5 days, weekends included.",
    ]
    assert {"Active working days", "Active in a product"} <= found.definitions.keys()


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


def test_a_brief_with_nothing_to_say_is_one_sentence():
    found = told({PERIOD.last: {"chat_messages": 1}, BEGINS: {"chat_messages": 1}})
    assert found.nothing == "Nothing stands out in 24 Aug to 20 Sep 2026."
    assert found.nothing in found.markdown()
    assert "##" not in found.markdown()


def test_of_a_single_day_is_told_since_when_all_counters_are_measured_where_no_day_is_missing():
    use, began = on(PERIOD.last - DAY * 14, 1, excel_sessions=2, excel_messages=1), PERIOD.last - DAY * 40
    found = lines(told(use, unmeasured={"excel_messages": Period(BEGINS, began - DAY)}), "Tried on one day")
    since = f"all its counters are measured, from {began:%-d %b %Y} on"
    assert found == [f"Excel agent: used on one day, 6 Sep 2026, and on no other since {since}."]
