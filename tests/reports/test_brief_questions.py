"""What a brief asks: three questions at most, each about something that it tells."""

from __future__ import annotations

import pytest

from core.catalogue import STATS, Stat, measures_of
from core.reports.briefs.questions import ASKED
from core.reports.measures.brief_rules import RULES
from core.reports.periods import DAY
from tests.reports.briefs import BEFORE, PERIOD, busy, edits, lines, on, told


def test_a_run_of_weeks_is_not_asked_about_days():
    weekly = {PERIOD.first + DAY * 7 * place: {"chat_messages": 1.0} for place in range(4)}
    for use in (weekly, on(PERIOD.first, 28, chat_messages=1)):
        asked = [question for question in told(use).questions if "weeks in a row" in question]
        assert len(asked) == 1
        assert "day" not in asked[0].rpartition(". ")[2]


def test_nothing_is_asked_about_what_came_of_use():
    made = dict.fromkeys(("commits", "pull_requests", "lines_added", "artifacts_created"), 10.0)
    for then, now, title in ((1.0, 10.0, "What grew"), (10.0, 1.0, "What fell")):
        found = told({BEFORE.first: dict.fromkeys(made, then), PERIOD.first: dict.fromkeys(made, now)})
        assert len(lines(found, title)) == 3
        assert not any(
            line.removesuffix(").").split(" (")[0] in " ".join(found.questions) for line in lines(found, title)
        )


def test_a_rate_is_asked_about_when_it_fell_by_five_points():
    def asked(accepted: float) -> bool:
        now = {PERIOD.first: edits(accepted, 100 - accepted), BEFORE.first: edits(80, 20)}
        return any("Edit acceptance" in question for question in told(now).questions)

    assert [asked(accepted) for accepted in (90, 80, 76, 75)] == [False, False, False, True]


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


def test_no_two_questions_ask_the_same():
    grown = {stat.key: 50 for stat in STATS if isinstance(stat, Stat) and stat.headline}
    before = {measure: 1 for stat in STATS if isinstance(stat, Stat) for measure in stat.measures}
    now = {measure: 50 for stat in STATS if stat.key in grown for measure in measures_of(stat)}
    asked = told({BEFORE.first: before, PERIOD.first: now}).questions
    endings = [question.rpartition(". ")[2] for question in asked]
    assert len(endings) == len(set(endings)) == RULES.questions
    everything = [wording for wordings in ASKED.values() for wording in wordings]
    assert len(set(everything)) == len(everything)
