"""Days and weeks in a row, in a brief of small invented figures."""

from __future__ import annotations

from core.reports.periods import DAY, Period
from tests.reports.briefs import PERIOD, leave, lines, on, told


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
