"""A chart as a picture: the same points as the figure, well-formed, with text from outside as text."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import typst

from core.reports.charts import calendars, charts, team_charts, time_charts
from core.reports.charts.marks import Mark, inside
from core.reports.exports import raster, svg
from core.reports.exports.paper import Paper
from core.reports.exports.picture import can_draw, picture
from core.reports.measures.activity import Share
from core.reports.measures.tiers import Tier
from core.reports.measures.time_series import ActiveSeries, Series
from core.reports.periods import Grain, Period
from core.reports.teams.team_activity import TeamCounts
from core.reports.teams.teams import Area
from core.reports.wording import findings
from core.visibility import ContextMark, MarkKind
from tests.reports.look import LOOK

PAPER = Paper("#ffffff", "#111111", "#555555", "#eeeeee")
SVG = "{http://www.w3.org/2000/svg}"
MONDAYS = [dt.date(2026, 9, 7) + dt.timedelta(days=7 * number) for number in range(4)]
PERIOD = Period(dt.date(2026, 9, 7), dt.date(2026, 10, 4))
MARK = Mark(dt.date(2026, 9, 16), dt.date(2026, 9, 16), "<script>x</script> & more")


def drawn(figure, *lines: str, title: str = "A title") -> ET.Element:
    return ET.fromstring(picture(figure.figure, title, lines, PAPER))  # noqa: S314 - our own picture


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def bars(values: list[float], grain: Grain = Grain.WEEK):
    line = Series(MONDAYS, np.array(values, dtype=float))
    return time_charts.trend(line, "messages", grain, look=LOOK, color="#824220", sound=line.known)


def test_bars_are_as_high_as_their_values_and_a_gap_has_none():
    root = drawn(bars([10, float("nan"), 20, 0]))
    heights = [float(r.get("height", 0)) for r in root.iter(f"{SVG}rect") if r.get("fill") == "#824220"]
    assert len(heights) == 3
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert heights[2] == 0


def test_a_line_has_a_piece_for_each_pair_of_neighbours_and_none_over_a_gap():
    line = Series(MONDAYS, np.array([0.5, float("nan"), 0.25, 1.0]))
    figure = time_charts.trend(line, "%", Grain.WEEK, look=LOOK, color="#123456", sound=line.known)
    (path,) = [p.get("d", "") for p in drawn(figure).iter(f"{SVG}path") if p.get("stroke") == "#123456"]
    assert path.count("M") == path.count("L") == 1
    assert "100%" in texts(drawn(figure))


def test_what_people_wrote_is_text_and_stands_beneath():
    figure = time_charts.add_marks(bars([1, 2, 3, 4]), [MARK], MONDAYS, Grain.WEEK, LOOK)
    root = drawn(figure, MARK.words, title="Team of <b>A</b> & B")
    assert MARK.words in texts(root)
    assert "Team of <b>A</b> & B" in texts(root)
    assert root.find(f".//{SVG}script") is None
    assert "1" in texts(root)


def test_every_step_of_a_funnel_and_every_tier_is_named_with_its_number():
    steps = (("In the directory", 44), ("Has a Claude account", 31), ("Regular or power", 7))
    words = texts(drawn(charts.funnel(steps, LOOK)))
    assert {"In the directory", "44", "31", "7"} <= set(words)
    counts = {Tier.POWER: 5, Tier.REGULAR: 3, Tier.LIGHT: 0, Tier.NEW: 1, Tier.AWAY: 0, Tier.NONE: 9}
    assert {"Power 5", "Regular 3", "New 1", "No use 9"} <= set(texts(drawn(charts.tier_bar(counts, LOOK))))


def area(number: int, parent: int | None, name: str, people: int, active: int) -> Area:
    level = 0 if parent is None else 1 if parent == 1 else 2
    counts = TeamCounts(people, Share(active, people), None, (), {}, {})
    return Area(number, parent, name, level, counts)


AREAS = (
    area(1, None, "Everybody", 200, 100),
    area(2, 1, "<b>Anna</b> & Co", 120, 120),
    area(3, 1, "Bea", 60, 0),
    area(4, 3, "Cem of the very long name indeed", 20, 10),
    area(5, 3, "Dee", 4, 1),
)


def test_areas_are_as_wide_as_their_people_and_stand_below_the_one_that_holds_them():
    figure = team_charts.icicle(AREAS, LOOK)
    assert can_draw(figure.figure)
    root = drawn(figure)
    boxes = [(float(r.get("x", 0)), float(r.get("y", 0)), float(r.get("width", 0))) for r in root.iter(f"{SVG}rect")]
    whole, anna, bea, cem, dee = boxes[1:6]
    for wide, people in ((anna, 120), (bea, 60), (cem, 20), (dee, 4)):
        assert wide[2] + 2 == pytest.approx((whole[2] + 2) * people / 200, abs=0.3)
    assert whole[1] < anna[1] == bea[1] < cem[1] == dee[1]
    assert (anna[0], cem[0]) == (whole[0], bea[0])
    assert bea[0] == pytest.approx(anna[0] + anna[2] + 2, abs=0.2)
    assert dee[0] == pytest.approx(cem[0] + cem[2] + 2, abs=0.2)


def test_areas_have_the_colours_of_their_rates_and_words_where_these_fit():
    root = drawn(team_charts.icicle(AREAS, LOOK))
    words = texts(root)
    assert {"Everybody", "<b>Anna</b> & Co", "Bea"} <= set(words)
    assert any(word.startswith("Cem of") and word.endswith("…") for word in words)
    rates = [findings.adoption_rate(each.counts.active) for each in AREAS]
    assert set(rates[:3]) <= set(words)
    assert rates[3] not in words and rates[3].partition(" · ")[0] in words
    assert "Dee" not in words
    fills = [r.get("fill") for r in root.iter(f"{SVG}rect")]
    lowest, highest = (LOOK.tiers[tier] for tier in (Tier.NONE, Tier.POWER))
    assert fills[2:4] == [
        f"rgb({', '.join(str(int(c[at : at + 2], 16)) for at in (1, 3, 5))})" for c in (highest, lowest)
    ]
    assert {"0%", "25%", "50%", "75%", "100%"} <= set(words)


def test_a_picture_in_dots_is_twice_as_fine():
    made = picture(bars([1, 2, 3, 4]).figure, "A title", [MARK.words], PAPER)
    png = raster.png(made)
    assert png.startswith(b"\x89PNG")
    width = int.from_bytes(png[16:20], "big")
    assert width == pytest.approx(2 * 760 * 0.75 * 96 / 72, rel=0.01)


def test_what_is_no_picture_is_no_file():
    with pytest.raises(raster.PictureNotMade, match="CSV hold the same"):
        raster.png("<svg")


def test_a_chart_of_another_kind_is_not_drawn():
    import plotly.graph_objects as go

    assert can_draw(bars([1, 2, 3, 4]).figure)
    assert not can_draw(go.Figure(go.Treemap(labels=["a"], parents=[""])))
    assert not can_draw(go.Figure())


def test_the_newest_marks_are_kept_when_there_are_too_many():
    days = [PERIOD.first + dt.timedelta(days=offset) for offset in range(-2, 15)]
    kept = inside([Mark(day, day, "x") for day in reversed(days)], PERIOD)
    assert [mark.first for mark in kept] == days[-9:]
    assert inside([Mark(days[0], days[3], "x"), Mark(days[0], days[1], "x")], PERIOD) == (Mark(days[0], days[3], "x"),)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (1, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (9, ["0", "2", "4", "6", "8", "10"]),
        (83, ["0", "20", "40", "60", "80", "100"]),
    ],
)
def test_the_ticks_of_counts_are_whole_numbers_as_they_are_named(most, ticks):
    words = texts(drawn(bars([0, 1, most, 1])))
    assert words[: len(ticks)] == ticks
    assert words[len(ticks)] == "7 Sep"


def course_picture() -> ET.Element:
    active, whole = np.array([3.0, 5.0, 4.0, 2.0]), np.array([True] * 3 + [False])
    rows = ActiveSeries(MONDAYS, active, np.full(4, 9), whole, np.array([1.0, 2.0, 3.0, 2.0]))
    return drawn(time_charts.course(rows, Grain.WEEK, LOOK, "#123456"))


def test_the_legend_shows_each_line_as_it_is_drawn():
    root = course_picture()
    keys = {p.get("stroke-dasharray", "solid"): p for p in root.iter(f"{SVG}path") if "h18" in p.get("d", "")}
    assert len(keys) == 2  # headcount is dotted; the others are not
    solid = [p for p in root.iter(f"{SVG}path") if "h18" in p.get("d", "") and not p.get("stroke-dasharray")]
    assert [(p.get("stroke"), p.get("stroke-width")) for p in solid] == [(LOOK.muted, "1.5"), ("#123456", "2.5")]
    assert {"Headcount", "Period before", "Active people", "Active people, incomplete"} <= set(texts(root))


def test_a_picture_says_what_it_is_about_below_its_title():
    root = ET.fromstring(picture(bars([1, 2, 3, 4]).figure, "A title", [], PAPER, "Team of Bea · 7 Sep"))  # noqa: S314
    assert texts(root)[-2:] == ["A title", "Team of Bea · 7 Sep"]


def test_the_words_of_a_picture_are_set_without_serifs_whatever_fonts_the_machine_has():
    made = picture(bars([1, 2, 3, 4]).figure, "A title", [], PAPER)
    families = next(drawn(bars([1, 2, 3, 4])).iter(f"{SVG}text")).get("font-family", "")
    assert "Serif" not in families
    assert any(f"'{family}'" in families for family in typst.Fonts(include_system_fonts=False).families())
    with_serifs = made.replace(families, "'Libertinus Serif'")  # what the typesetter takes when it finds none of a list
    assert with_serifs != made
    assert raster.png(with_serifs) != raster.png(made)


def test_a_long_title_is_cut_between_words_before_it_leaves_the_picture():
    title = "5 of 83 people active in Claude Code on Fri 27 Nov; the range has no earlier Friday to compare with"
    lines = [words for words in texts(drawn(bars([1, 2, 3, 4]), title=title)) if words in title and len(words) > 20]
    assert len(lines) == 2
    assert max(map(len, lines)) <= 70


def test_on_paper_a_week_that_is_not_whole_is_faded():
    whole = [True, False, True, False]
    paper, _ = svg.trend(MONDAYS, [1.0] * 4, Grain.WEEK, PERIOD, color="#123456", rate=False, whole=whole)
    root = ET.fromstring(paper)  # noqa: S314 - our own picture
    paths = {path.get("opacity"): path.get("d", "") for path in root.iter(f"{SVG}path")}
    assert (paths["1"].count("M"), paths["0.4"].count("M")) == (2, 2)


def test_a_band_of_several_days_is_as_faint_in_a_picture_as_on_the_page():
    training = Mark(MONDAYS[1], MONDAYS[2], "a training")
    root = drawn(time_charts.add_marks(bars([1, 2, 3, 4]), [training], MONDAYS, Grain.WEEK, LOOK))
    assert [box.get("opacity") for box in root.iter(f"{SVG}rect") if box.get("fill") == LOOK.muted] == ["0.16"]


def calendar_picture(period: Period, *marks: ContextMark) -> ET.Element:
    return drawn(calendars.active_days(lambda _day: True, period, LOOK, "#123456", marks))


def leave(first: dt.date, days: int) -> ContextMark:
    return ContextMark(1, 1, MarkKind.LEAVE, first, first + dt.timedelta(days=days - 1), None, dt.datetime.now(dt.UTC))


def test_the_days_of_a_mark_have_its_number_in_the_picture_of_a_calendar_inside_their_cells():
    root = calendar_picture(PERIOD, leave(MONDAYS[1], 3), leave(MONDAYS[2] + dt.timedelta(days=1), 2))
    cells = [box for box in root.iter(f"{SVG}rect") if box.get("fill") == "#123456"]
    assert len(cells) == len(PERIOD)
    numbers = [each for each in root.iter(f"{SVG}text") if each.text in {"1", "2"}]
    assert [each.text for each in numbers] == ["1", "1", "1", "2", "2"]
    held = []
    for number in numbers:
        x, y = float(number.get("x", 0)), float(number.get("y", 0))
        held += [
            place
            for place, box in enumerate(cells)
            if 0 < x - float(box.get("x", 0)) < float(box.get("width", 0))
            and 0 < y - float(box.get("y", 0)) < float(box.get("height", 0))
        ]
    weeks = len(MONDAYS)  # cells stand in rows of a weekday
    assert held == [1, weeks + 1, 2 * weeks + 1, weeks + 2, 2 * weeks + 2]


def test_a_calendar_of_many_years_has_cells_that_are_to_be_seen_and_a_number_for_each_mark():
    years = Period(dt.date(2022, 1, 3), dt.date(2031, 12, 31))
    root = calendar_picture(years, leave(dt.date(2024, 5, 6), 9), leave(dt.date(2025, 5, 6), 2))
    widths = {float(box.get("width", 0)) for box in root.iter(f"{SVG}rect") if box.get("fill") == "#123456"}
    assert min(widths) > 0.5
    assert [words for words in texts(root) if words in {"1", "2"}] == ["1", "2"]
