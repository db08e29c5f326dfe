"""Charts hold what is drawn and nothing else: one point a bucket, from zero, one colour a product."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from core.catalogue import ANY, PRODUCTS, STAT
from core.reports.adoption.adoption import adoption
from core.reports.charts import calendars, charts, product_chart, time_axes, time_charts
from core.reports.charts.drawing import Drawing
from core.reports.charts.marks import Mark
from core.reports.measures import trends
from core.reports.measures.activity import load
from core.reports.measures.tiers import Tier
from core.reports.measures.time_series import ActiveSeries, Series, SeriesByKey
from core.reports.people.person import person_usage
from core.reports.periods import Grain, Period
from core.ui.person import person_views
from tests.reports.look import LOOK
from tests.reports.world import DAY, FIRST, GAP, LAST, World, use_of
from tests.support.screen import unpacked

PERIOD = Period(LAST - DAY * 41, LAST)


@pytest.fixture(scope="module")
def made(drawn):
    """The figures of the company, and every chart of them, by name."""
    from core.visibility import Identity, scope_of, viewer_for

    scope = scope_of(drawn[1], viewer_for(drawn[1], {"o@example.com"}, Identity("o@example.com", True), LAST))
    data = adoption(scope, scope.whole, ANY, PERIOD, FIRST)
    measures = trends.daily_measures(scope, scope.whole, [STAT["chat_messages"], STAT["edit_acceptance_rate"]], PERIOD)
    one = scope.person(int(scope.members(scope.whole).ids[0]))
    drawings = {
        "weekly": time_charts.course(data.course, data.grain, LOOK, LOOK.accent),
        "products": product_chart.products(data.by_product, data.grain, LOOK),
        "tiers": charts.tier_bar(data.now.tier_counts, LOOK),
        "funnel": charts.funnel(data.funnel.steps, LOOK),
        "calendar": calendars.active_days(use_of(load(scope, one, ANY, PERIOD)), PERIOD, LOOK, LOOK.accent),
    }
    for grain in Grain:
        gathered = measures.by(grain)
        for key, color in (("chat_messages", "#0000ff"), ("edit_acceptance_rate", "#00ffff")):
            stat = STAT[key]
            line = gathered.line(trends.statistic(gathered, stat))
            sound = trends.whole(measures, grain, PERIOD)
            drawings[f"{key}-{grain}"] = time_charts.trend(line, stat.unit, grain, look=LOOK, color=color, sound=sound)
    return data, drawings


def checked_by_plotly(drawing: Drawing) -> go.Figure:
    """The chart by plotly's own constructor, which checks everything."""
    return go.Figure({"data": drawing._traces, "layout": drawing._layout})


@pytest.fixture(scope="module")
def figures(made):
    """The same with charts of which plotly has checked everything."""
    return made[0], {name: checked_by_plotly(drawing) for name, drawing in made[1].items()}


def test_what_is_sent_says_what_plotly_has_checked(world, scope):
    data = adoption(scope, scope.whole, ANY, PERIOD, FIRST)
    for drawing in (
        product_chart.products(data.by_product, data.grain, LOOK),
        charts.tier_bar(data.now.tier_counts, LOOK),
        charts.funnel(data.funnel.steps, LOOK),
    ):
        checked, sent = checked_by_plotly(drawing), drawing.figure
        assert sent.layout.template.layout.to_plotly_json() == checked.layout.template.layout.to_plotly_json()
        assert sent.layout.xaxis == checked.layout.xaxis
        assert len(sent.data) == len(checked.data) > 0
        for one, other in zip(sent.data, checked.data, strict=True):
            assert one.type == other.type
            assert list(one.y) == list(other.y)
            assert (one.name, one.marker.color, one.line.color if one.type == "scatter" else None) == (
                other.name,
                other.marker.color,
                other.line.color if other.type == "scatter" else None,
            )


def test_what_a_browser_gets_is_what_plotlys_own_figure_would_send(made):
    for name, drawing in made[1].items():
        sent, own = (
            json.loads(pio.to_json(figure.to_dict(), validate=False)) for figure in (drawing.sent, drawing.figure)
        )
        assert sent["data"], name
        assert unpacked(sent) == unpacked(own), name


def test_no_chart_carries_anything_that_is_not_drawn(figures, world: World):
    for name, figure in figures[1].items():
        text = json.dumps(json.loads(figure.to_json()))
        assert "customdata" not in text, name
        assert '"ids"' not in text, name
        assert "meta" not in json.loads(figure.to_json())["layout"], name
        assert not any(person in text or person.partition("@")[0] in text for person in world.managers), name


def test_a_chart_over_weeks_has_one_point_a_week(figures):
    data, made = figures
    for trace in made["weekly"].data:
        assert len(trace.x) == len(trace.y) <= len(data.course.starts)
    for trace in made["products"].data:
        assert len(trace.y) == data.course.whole.sum()


@pytest.mark.parametrize("grain", Grain)
def test_a_trend_has_one_point_a_bucket(figures, grain):
    for key in ("chat_messages", "edit_acceptance_rate"):
        (trace,) = figures[1][f"{key}-{grain}"].data
        buckets = {
            day if grain is Grain.DAY else day.isocalendar()[:2] if grain is Grain.WEEK else day.month for day in PERIOD
        }
        assert len(trace.x) == len(trace.y) == len(buckets)


def test_lines_are_drawn_as_measured_and_gaps_stay_open(figures):
    for figure in figures[1].values():
        for trace in figure.data:
            if trace.type == "scatter":
                assert trace.line.shape in {None, "linear"}
                assert not trace.connectgaps


def test_counts_are_drawn_from_zero(figures):
    for name, figure in figures[1].items():
        if name in {"weekly", "products"} or "messages" in name:
            assert figure.layout.yaxis.rangemode == "tozero", name
        if "rate" in name:
            assert tuple(figure.layout.yaxis.range) == (0, 1)
    assert figures[1]["funnel"].layout.xaxis.range[0] == 0


def test_large_numbers_are_written_as_in_sentences_and_have_room_behind_the_longest_bar():
    small, large = (charts.funnel((("In the directory", count), ("Ever active", 3)), LOOK) for count in (9, 18_012))
    assert large.figure.data[0].text[0] == "18\u202f012"
    assert large.figure.layout.margin.r > small.figure.layout.margin.r > 0
    tiers = charts.tier_bar(dict.fromkeys(Tier, 4_153), LOOK)
    assert {part.text[0] for part in tiers.figure.data} == {"4\u202f153"}


def test_each_product_has_its_colour_and_stands_there_only_when_used(figures):
    data, made = figures
    used = [product for product in PRODUCTS if np.nansum(data.by_product.lines[product.key]) > 0]
    assert [trace.name for trace in made["products"].data] == [product.short for product in used]
    assert [trace.line.color for trace in made["products"].data] == [LOOK.products[product.key] for product in used]


def test_the_bar_of_habits_holds_everybody_once(figures):
    data, made = figures
    assert sum(trace.x[0] for trace in made["tiers"].data) == sum(data.now.tier_counts.values())
    assert {trace.marker.color for trace in made["tiers"].data} <= set(LOOK.tiers.values())


def test_weekends_are_shaded_by_day_and_only_then(figures):
    shapes = figures[1]["chat_messages-day"].layout.shapes
    saturdays = [day for day in PERIOD if day.isoweekday() == 6]
    covered = [
        day
        for day in PERIOD
        if any(pd.Timestamp(shape.x0) < pd.Timestamp(day) < pd.Timestamp(shape.x1) for shape in shapes)
    ]
    assert covered == [day for day in PERIOD if day.isoweekday() >= 6]
    assert len(saturdays) <= len(shapes) <= len(saturdays) + 1
    assert not figures[1]["chat_messages-week"].layout.shapes


def test_the_calendar_leaves_days_without_data_empty(drawn):
    from core.visibility import Identity, scope_of, viewer_for

    scope = scope_of(drawn[1], viewer_for(drawn[1], {"o@example.com"}, Identity("o@example.com", True), LAST))
    period = Period(GAP - DAY * 2, GAP + DAY * 2)
    person = scope.person(int(scope.members(scope.whole).ids[0]))
    history = load(scope, person, ANY, period)
    (trace,) = calendars.active_days(use_of(history), period, LOOK, LOOK.accent).data
    monday = period.first - DAY * period.first.weekday()
    cells = np.array(trace.z, dtype=float)
    for offset in range(cells.size):
        day = monday + DAY * offset
        cell = cells[offset % 7, offset // 7]
        if day in period and day != GAP:
            assert cell == float(history.mask[(day - period.first).days, 0])
        else:
            assert np.isnan(cell)


def test_a_trend_of_nothing_can_be_drawn():
    empty = Series([], np.array([]))
    for grain in Grain:
        figure = time_charts.trend(empty, "messages", grain, look=LOOK, color="#000000", sound=np.array([], dtype=bool))
        assert len(figure.data[0].x if figure.data[0].x is not None else ()) == 0


DAYS = [dt.date(2026, 8, 31) + DAY * number for number in range(90)]


def lines_of(drawing, name: str = "") -> list:
    """The lines of a chart, or the one with a name."""
    return [trace for trace in drawing.data if trace.type == "scatter" and name in {"", trace.name}]


def course_of(before: list[float], headcount: int = 9) -> ActiveSeries:
    size = len(before)
    active = np.array([3.0, 0.0] * (size // 2))
    return ActiveSeries(DAYS[:size], active, np.full(size, headcount), np.ones(size, dtype=bool), np.array(before))


def lines_over(lines: dict[str, list[float]]) -> SeriesByKey:
    return SeriesByKey(DAYS[: len(next(iter(lines.values())))], {key: np.array(line) for key, line in lines.items()})


def test_the_lines_of_the_course_are_named_in_the_legend_and_nothing_is_written_over_the_days():
    drawing = time_charts.course(course_of([0.0, 2.0] * 45), Grain.DAY, LOOK, LOOK.accent)
    assert not drawing.layout.annotations
    assert drawing.layout.showlegend
    assert drawing.layout.legend.y < 0
    assert [trace.name for trace in lines_of(drawing)] == ["Headcount", "Period before", "Active people"]
    without = time_charts.course(course_of([np.nan] * 90), Grain.DAY, LOOK, LOOK.accent)
    assert [trace.name for trace in lines_of(without)] == ["Headcount", "Active people"]


@pytest.mark.parametrize("points", [4, 20])
def test_every_product_that_is_drawn_has_its_name_once_at_its_end_or_in_the_legend(points):
    keys = [product.key for product in PRODUCTS]
    by_product = lines_over({key: [float(number)] * points for number, key in enumerate(keys)})
    # A line that ends before the newest week has no end beside which a name stands.
    by_product.lines[keys[-1]][-1] = np.nan
    drawing = product_chart.products(by_product, Grain.WEEK, LOOK)
    ends = [note.text for note in drawing.layout.annotations]
    below = [trace.name for trace in drawing.data if trace.showlegend]
    used = [product for product in PRODUCTS if np.nansum(by_product.lines[product.key]) > 0]
    assert len(ends) + len(below) == len(used) == len(set(ends) | set(below))
    assert drawing.layout.showlegend
    assert PRODUCTS[-1].short in below
    heights = sorted(note.y for note in drawing.layout.annotations)
    assert all(high - low >= 0.99 * 0.13 * (len(PRODUCTS) - 1) for low, high in pairwise(heights))


def test_a_point_without_neighbours_is_drawn_as_a_dot():
    rows = {"chat": [5.0] * 20, "slack": [np.nan] * 19 + [4.0]}
    chat, slack = product_chart.products(lines_over(rows), Grain.WEEK, LOOK).data
    assert (chat.mode, slack.mode) == ("lines", "lines+markers")
    assert slack.marker.size[-1] > 0
    sizes = time_axes.dots(np.array([4.0, np.nan, 5.0, np.nan, 4.0, 4.0]), every=False)["marker"]["size"]
    assert [sizes[at] > 0 for at in (0, 2, 4, 5)] == [True, True, False, False]


def test_by_day_the_products_that_stand_out_are_not_those_of_a_saturday():
    working = {"code": 9.0, "chat": 8.0, "excel": 7.0, "word": 1.0, "slack": 1.0}
    rows = {key: [people] * 89 + [0.0] for key, people in working.items()} | {"slack": [1.0] * 90}
    drawing = product_chart.products(lines_over(rows), Grain.DAY, LOOK)
    loud = {trace.name for trace in drawing.data if trace.opacity == 1}
    assert loud == {product.short for product in PRODUCTS if product.key in {"code", "chat", "excel"}}


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 1), (3, 1), (5, 1), (6, 2), (9, 2), (10, 2), (11, 5), (83, 20), (1000, 200)]
)
def test_the_ticks_of_counts_are_whole_numbers(most, step):
    assert charts.whole_step(most) == step
    drawing = time_charts.course(course_of([0.0, 2.0] * 4, most), Grain.DAY, LOOK, LOOK.accent)
    assert drawing.layout.yaxis.dtick == charts.whole_step(max(most, 3))
    bars = Series(DAYS[:8], np.array([float(most)] * 8))
    drawn = time_charts.trend(bars, "messages", Grain.DAY, look=LOOK, color="#000000", sound=np.ones(8, dtype=bool))
    assert drawn.layout.yaxis.dtick == step


def test_lines_on_bars_lie_on_a_band_of_the_colour_behind_the_chart():
    bars = Series(DAYS[:20], np.full(20, 9.0))
    sound = np.ones(20, dtype=bool)
    drawing = time_charts.trend(
        bars,
        "messages",
        Grain.DAY,
        look=LOOK,
        color="#444444",
        sound=sound,
        before=Series(bars.starts, bars.amounts / 2),
    )
    band, line = lines_of(drawing)
    assert list(band.y) == list(line.y)
    assert (band.line.color, line.line.color) == (LOOK.ground, LOOK.muted)
    assert band.line.width > line.line.width
    assert band.hoverinfo == "skip"
    mark = Mark(DAYS[3], DAYS[3], "a holiday")
    marked = time_charts.trend(bars, "messages", Grain.DAY, look=LOOK, color="#444444", sound=sound)
    time_charts.add_marks(marked, [mark], bars.starts, Grain.DAY, LOOK)
    under, over = [shape for shape in marked.layout.shapes if shape.type == "line"]
    assert (over.layer, under.layer) == ("above", None)
    assert (under.line.color, over.line.color) == (LOOK.ground, LOOK.muted)
    assert under.line.width > over.line.width


def test_a_mark_lies_behind_the_points_of_lines():
    [line] = shapes_of([Mark(DAYS[3], DAYS[3], "a holiday")], "line")
    assert (line.layer, line.yref) == ("between", "paper")  # on an axis plotly.js would draw none between


def test_a_mark_of_several_days_covers_them_whole_and_looks_like_no_weekend():
    [line] = shapes_of([Mark(DAYS[3], DAYS[5], "a training")], "line")
    [band] = [one for one in shapes_of([Mark(DAYS[3], DAYS[5], "a training")], "rect") if one.opacity]
    assert (band.x0, band.x1) == (midnight(DAYS[3]) - HALF, midnight(DAYS[5]) + HALF)
    assert line.x0 == midnight(DAYS[3])
    assert band.fillcolor != LOOK.faint


def test_a_mark_that_reaches_beyond_the_chart_is_drawn_as_far_as_the_chart_goes():
    long = Mark(DAYS[0] - dt.timedelta(days=200), DAYS[7] + dt.timedelta(days=200), "a rollout")
    [line] = shapes_of([long], "line")
    [band] = [one for one in shapes_of([long], "rect") if one.opacity]
    assert (line.x0, band.x0, band.x1) == (midnight(DAYS[0]), midnight(DAYS[0]) - HALF, midnight(DAYS[7]) + HALF)
    assert shapes_of([Mark(long.first, long.first, "before it")], "line") == []


def test_marks_of_one_point_share_a_line_and_are_numbered_side_by_side():
    marks = [Mark(DAYS[at], DAYS[at], str(at)) for at in (3, 3, 5)]
    drawing = time_charts.course(course_of([1.0] * 8), Grain.DAY, LOOK, "#444444")
    marked = checked_by_plotly(time_charts.add_marks(drawing, marks, DAYS[:8], Grain.DAY, LOOK))
    assert [one.text for one in marked.layout.annotations] == ["1, 2", "3"]


HALF = dt.timedelta(hours=12)


def midnight(day):
    return dt.datetime.combine(day, dt.time())


def shapes_of(marks, kind):
    drawing = time_charts.course(course_of([1.0] * 8), Grain.DAY, LOOK, "#444444")
    marked = time_charts.add_marks(drawing, marks, DAYS[:8], Grain.DAY, LOOK)
    return [shape for shape in checked_by_plotly(marked).layout.shapes if shape.type == kind]


@pytest.mark.parametrize(("first", "days", "bands"), [(0, 1, 0), (0, 4, 0), (3, 4, 1), (6, 3, 1)])
def test_weekends_are_shaded_no_further_than_there_are_days(first, days, bands):
    monday = DAYS[0] - dt.timedelta(days=DAYS[0].weekday())
    starts = [monday + dt.timedelta(days=first + at) for at in range(days)]
    drawing = time_charts.trend(
        Series(starts, np.ones(days)),
        "messages",
        Grain.DAY,
        look=LOOK,
        color="#444444",
        sound=np.ones(days, dtype=bool),
    )
    layout = checked_by_plotly(drawing).layout
    assert len(layout.shapes) == bands
    assert all(starts[0] <= (one.x0 + HALF).date() <= (one.x1 - HALF).date() <= starts[-1] for one in layout.shapes)


@pytest.mark.parametrize(("grain", "days"), [(Grain.DAY, 1), (Grain.WEEK, 7)])
def test_a_single_bar_is_nearly_as_wide_as_its_days(grain, days):
    alone = Series(DAYS[:1], np.array([3.0]))
    drawing = time_charts.trend(alone, "messages", grain, look=LOOK, color="#444444", sound=np.ones(1, dtype=bool))
    assert checked_by_plotly(drawing).data[0].width == pytest.approx(0.8 * days * 24 * 3_600_000)


def test_a_single_day_stands_under_its_own_name():
    alone = Series(DAYS[:1], np.array([3.0]))
    drawing = time_charts.trend(alone, "messages", Grain.DAY, look=LOOK, color="#444444", sound=np.ones(1, dtype=bool))
    figure = checked_by_plotly(drawing)
    assert list(figure.layout.xaxis.tickvals) == DAYS[:1]


def test_the_numbers_behind_a_calendar_are_empty_on_a_day_without_data_or_outside_employment(world: World, scope):
    period = Period(GAP - DAY * 8, GAP + DAY * 8)
    told = set()
    for person, number in world.ids.items():
        usage = person_usage(scope, number, period, FIRST)
        table = person_views._calendar_table(usage)
        for day, active, stored in zip(period, table["Active"], table["Data stored"], strict=True):
            assert stored == (day != GAP)
            used, there = usage.used_on[day], world.employed(person, day)
            expected = None if day == GAP else "yes" if used else "no" if there else None
            assert pd.isna(active) if expected is None else active == expected, (person, day)
            told.add((expected, stored))
    assert told == {("yes", True), ("no", True), (None, True), (None, False)}
