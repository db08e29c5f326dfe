"""Skills and connectors by name: sums where something was measured, dashes where not, and names told apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any, NamedTuple

import pandas as pd
import pytest

from core.reports import organisation
from core.reports.charts import charts
from core.reports.charts.charts import ChartTheme
from core.reports.organisation import PRIVATE_SKILLS, Tools, _by_name, _labels, tools_title
from core.reports.periods import Period
from core.store.totals import organisation_writes
from core.visibility import Identity, scope_of, viewer_for
from tests.support import personas


class Use(NamedTuple):
    """A row of the table of skills, as far as the report looks at it."""

    day: dt.date
    name: str | None
    display_name: str | None
    users: int | None
    invocations: int | None
    told: bool = True
    counted: bool = True


CALLS = ("invocations",)
ID, OTHER = "skill_01ABCDEFGHJKMN", "skill_01ABCDEFGHJKXX"


def day(number: int) -> dt.date:
    return dt.date(2026, 11, number)


def use(number: int, name: str | None, users: int | None, times: int | None, display: str | None = None) -> Use:
    return Use(day(number), name, display, users, times)


def tools(*rows: Use, withheld: int = 0, missing: int = 0) -> Tools:
    named = _by_name(rows, CALLS, is_told=not withheld)
    return Tools(CALLS, *named, 5 - withheld - missing, withheld, missing, day(5))


def test_uses_add_up_over_days_and_distinct_users_do_not():
    found = tools(use(1, "a", 3, 10), use(2, "a", 5, 20), use(3, "a", 4, 30), use(3, "b", 9, 1))
    row = found.rows.loc["a"]
    assert (row["invocations"], row["users"], row["busiest"], row["days"]) == (60, 5, day(2), 3)
    assert list(found.rows.index) == ["a", "b"]
    assert not found.partly


def test_what_was_measured_on_no_day_is_null_and_what_was_on_some_is_a_part():
    found = tools(use(1, "never", 3, None), use(2, "never", 2, None), use(1, "once", 1, 4), use(2, "once", 1, None))
    assert found.rows["invocations"].isna()["never"]
    assert found.rows.loc["once", "invocations"] == 4
    assert found.partly
    silent = tools(use(1, "a", 2, None), use(1, "b", 7, None))
    assert not silent.partly
    assert list(silent.rows.index) == ["b", "a"]
    assert tools_title(silent, "invocations") == "b reached the most people on one day; invocations were not measured"


def test_users_that_were_not_counted_stay_unknown():
    row = tools(use(1, "a", None, 2)).rows.loc["a"]
    assert row[["users", "busiest"]].isna().all()


def test_private_skills_are_one_row_without_a_count_of_people():
    found = tools(use(1, None, 1, 3), use(1, None, 1, 4), use(2, None, 1, 5))
    assert list(found.rows.index) == [PRIVATE_SKILLS]
    assert (found.rows.iloc[0]["invocations"], found.rows.iloc[0]["days"]) == (12, 2)
    assert found.rows["users"].isna().all()


def untold(number: int, name: str | None, *, counted: bool = True) -> Use:
    return Use(day(number), name, None, None, None, told=False, counted=counted)


def test_days_that_are_not_told_are_in_no_number_and_a_name_without_another_day_stands_last_with_none():
    found = tools(untold(1, "a"), use(2, "b", 5, 1), untold(3, "b"), use(4, "c", 7, 3))
    assert list(found.rows.index) == ["c", "b", "a"]
    row = found.rows.loc["b"]
    assert (row["invocations"], row["users"], row["busiest"], row["days"]) == (1, 5, day(2), 1)
    assert found.rows.loc["a"].isna().all()
    assert (sorted(found.few), found.partly, list(found.told.index)) == (["a", "b"], False, ["c", "b"])
    assert tools_title(found, "invocations") == "c was used most: 3 of 4 invocations"


def test_nothing_told_of_any_name_leaves_their_names_alone():
    found = tools(untold(1, "a"), untold(1, None))
    assert (list(found.rows.index), found.told.empty) == ([PRIVATE_SKILLS, "a"], True)
    assert found.rows.isna().all(axis=None)


def test_fewer_than_five_is_the_reason_only_where_it_is_so_on_every_day_of_the_range():
    rows = (
        untold(1, "few"),
        untold(2, "few"),
        untold(1, "unknown", counted=False),
        untold(1, "both"),
        untold(2, "both", counted=False),
        untold(1, "known"),
        use(2, "known", 5, 1),
        untold(1, None),
    )
    assert tools(*rows).only_few == {"few"}
    assert tools(*rows, missing=1).only_few == {"few"}
    withheld = tools(*rows, withheld=1)  # on that day any number of people may have used it
    assert not withheld.only_few
    assert withheld.few == {"few", "unknown", "both", "known", PRIVATE_SKILLS}


@pytest.mark.parametrize(
    ("withheld", "missing", "said"),
    [
        (0, 0, ""),
        (2, 0, " on the 3 of 5 days that can be told"),
        (0, 1, " on the 4 of 5 days that were read"),
        (1, 1, " on the 3 of 5 days that were read and can be told"),
        (1, 3, " on the 1 of 5 days that was read and can be told"),
    ],
)
def test_a_title_says_on_how_many_days_of_the_range_its_numbers_rest(withheld, missing, said):
    found = tools(use(1, "a", 5, 3), use(1, "b", 6, 1), withheld=withheld, missing=missing)
    assert tools_title(found, "invocations") == f"a was used most: 3 of 4 invocations{said}"
    silent = tools(use(1, "a", 5, None), withheld=withheld, missing=missing)
    title = f"a reached the most people on one day; invocations were not measured{said}"
    assert tools_title(silent, "invocations") == title
    assert found.rests_on == (f"{5 - withheld - missing} of 5 days" if said else "")


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ([use(1, "deck-outline", 1, 1)], {"deck-outline": "deck-outline"}),
        ([use(1, ID, 1, 1, "Old"), use(2, ID, 1, 1, "New")], {ID: "New"}),
        ([use(1, ID, 1, 1)], {ID: f"Unnamed …{ID[-6:]}"}),
        (
            [use(1, ID, 1, 1, "Notes"), use(1, OTHER, 1, 1, "Notes")],
            {ID: f"Notes (…{ID[-6:]})", OTHER: f"Notes (…{OTHER[-6:]})"},
        ),
        ([use(1, ID, 1, 1, PRIVATE_SKILLS)], {ID: f"{PRIVATE_SKILLS} (…{ID[-6:]})"}),
    ],
    ids=["readable", "newest display name", "opaque", "same display name", "named like the private ones"],
)
def test_a_name_is_shown_as_readable_as_it_is_known_and_never_mixed_up(rows, labels):
    assert {name: label for name, label in _labels(rows).items() if name} == labels


def test_a_name_cannot_act_in_a_chart():
    plain: dict[str, Any] = {field.name: {} for field in fields(ChartTheme)}
    look = ChartTheme(**plain | {"template": "plotly", "accent": "#123456", "muted": "#888888", "faint": "#eeeeee"})
    names = ["<b>bold</b><a href='https://example.com'>x</a>", "n" * 400, "n" * 401]
    figure = charts.ranked(pd.DataFrame({"Invocations": [3, 2, None]}, index=names), "invocations", look)
    assert len(figure.data[0].y) == 3
    assert not any("<" in text for text in figure.layout.yaxis.ticktext)
    assert max(map(len, figure.layout.yaxis.ticktext)) < 120


def test_days_are_withheld_of_what_was_read_on_them_alone(filled):
    """Of a Sunday, on which few were active, skills were read and connectors were not."""
    thursday = personas.DAYS[-3]
    sunday = thursday - dt.timedelta(days=4)
    now = dt.datetime.combine(personas.TODAY, dt.time(6), dt.UTC)
    with filled.write() as connection:
        for endpoint, read in (("skills", sunday), ("skills", thursday), ("connectors", thursday)):
            organisation_writes.replace_day(connection, endpoint, read, [], now)
    viewer = viewer_for(filled, personas.ADMINS, Identity(personas.ALICE, email_verified=True), personas.TODAY)
    found = organisation.organisation(scope_of(filled, viewer), Period(sunday, thursday))
    skills, connectors = found.skills, found.connectors
    assert found.withheld == 1
    assert (skills.stored, skills.withheld, skills.missing) == (1, 1, 3)
    assert (connectors.stored, connectors.withheld, connectors.missing) == (1, 0, 4)
