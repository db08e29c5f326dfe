"""Which annotations of admins a viewer reads beside which chart, in the company of eleven."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from core.admin import annotated
from core.admin.access import operator
from core.store.tables.annotations import ANNOTATION
from core.visibility import Annotation, PastDays
from tests.visibility.small_company import DAY, ids_of, scope

ALL, TOP, LEAD, ONE, PEER = "of everybody", "of Top", "of Lead", "of One", "of Peer"
ABOUT = {TOP: "top", LEAD: "lead", ONE: "one", PEER: "peer"}
CHARTS = {
    ("top", "top"): {ALL: None, TOP: None, LEAD: "Lead", ONE: "One", PEER: "Peer"},
    ("top", "lead"): {ALL: None, TOP: "Top", LEAD: None, ONE: "One"},
    ("lead", "lead"): {ALL: None, TOP: "Top", LEAD: None, ONE: "One"},
    ("lead", "one"): {ALL: None, TOP: "Top", LEAD: "Lead", ONE: None},
    ("one", "one"): {ALL: None, TOP: "Top", LEAD: "Lead", ONE: None},
    ("two", "two"): {ALL: None, TOP: "Top", LEAD: "Lead"},
    ("third", "third"): {ALL: None, TOP: "Top", PEER: "Peer"},
    ("peer", "peer"): {ALL: None, TOP: "Top", PEER: None},
    ("use4", "use4"): {ALL: None, TOP: "Top"},
    ("outside", "peer"): {ALL: None, TOP: "Top", PEER: None},
}
"""Viewer and whose chart → the words that are read, and whose team they are about where that is not the chart's."""


@pytest.mark.parametrize(
    ("who", "read"), CHARTS.items(), ids=lambda each: " on ".join(each) if type(each) is tuple else ""
)
def test_an_annotation_is_read_by_its_team_and_who_is_above_beside_charts_of_people_in_it_or_around_it(
    small_company, who, read
):
    viewer, chart = who
    annotated.add(operator(), small_company, ALL, (DAY, DAY))
    for words, lead in ABOUT.items():
        annotated.add(operator(), small_company, words, (DAY, DAY), f"{lead}@example.com")
    mine = scope(small_company, viewer, everyone=viewer == "outside")
    found = mine.annotations(mine.team(ids_of(small_company)[chart]), DAY, DAY)
    assert sorted(found, key=lambda each: each.words) == [
        Annotation(DAY, DAY, words, lead) for words, lead in sorted(read.items())
    ]


def test_a_team_as_it_was_has_the_annotations_of_the_team_and_a_lead_alone_none_of_people_below(small_company):
    annotated.add(operator(), small_company, LEAD, (DAY, DAY), "lead@example.com")
    annotated.add(operator(), small_company, ONE, (DAY, DAY), "one@example.com")
    mine, lead = scope(small_company, "lead"), ids_of(small_company)["lead"]
    [past] = mine.as_they_were([mine.whole], PastDays(DAY, DAY, DAY))
    assert mine.annotations(past, DAY, DAY) == mine.annotations(mine.whole, DAY, DAY)
    assert [each.words for each in mine.annotations(past, DAY, DAY)] == [LEAD, ONE]
    assert [each.words for each in mine.annotations(mine.person(lead), DAY, DAY)] == [LEAD]


def test_an_annotation_of_a_team_that_is_no_more_is_read_by_nobody(small_company):
    readers = [
        scope(small_company, "outside", everyone=True),
        scope(small_company, "lead"),
        scope(small_company, "one"),
    ]
    annotated.add(operator(), small_company, LEAD, (DAY, DAY), "lead@example.com")
    assert [len(each.annotations(each.whole, DAY, DAY)) for each in readers] == [1, 1, 1]
    with small_company.write() as connection:
        connection.execute(update(ANNOTATION).values(team_id=10**6))
    assert [each.annotations(each.whole, DAY, DAY) for each in readers] == [[], [], []]
