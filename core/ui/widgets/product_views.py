"""Per product: a trend of the chosen statistic, and all its statistics as cards. Only the open product is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st

from core import wording
from core.catalogue import ACROSS, PRODUCT, STAT, Ratio, Stat, measures_of, product_label, stats_of
from core.reports.charts import time_charts
from core.reports.charts.charts import ChartTheme
from core.reports.charts.drawing import Drawing
from core.reports.charts.marks import Mark, at_points
from core.reports.measures import time_series, trends
from core.reports.measures.daily import Daily
from core.reports.measures.time_series import Series
from core.reports.periods import Grain, Period
from core.reports.wording import findings
from core.ui.frame import theme
from core.ui.session import session_cache
from core.ui.widgets import choices, stat_views
from core.ui.widgets.chart_files import ChartSubject


@dataclass(frozen=True, eq=False)
class PeriodMeasures:
    """The measures of a period per stored day, and those of the one before where data covers it."""

    period: Period
    now: Daily
    before: Daily | None
    grain: Grain

    @cached_property
    def series(self) -> Daily:
        """The measures per day, week or month; of days, also those without data, so that no line runs across them."""
        return self.now.without_gaps() if self.grain is Grain.DAY else self.now.by(self.grain)

    @cached_property
    def series_before(self) -> Daily | None:
        """Those of the period before, by the days of this one; months do not hold the same days, so never by month."""
        if self.before is None or self.grain is Grain.MONTH:
            return None
        moved = self.before.moved(self.period.first - self.period.before().first)
        return trends.whole_buckets(moved, self.grain, self.period)

    def sound(self, stat: Stat | Ratio) -> np.ndarray:
        """For each point of a statistic, whether it may be compared: of all its days, and not of a handful of cases."""
        missing = np.isnan(self.now.columns(measures_of(stat)))
        missing = missing[:, ~missing.all(axis=0)]
        counted = self.now.among(~missing.any(axis=1))  # days that measured all of it
        whole = dict(zip(counted.by(self.grain).days, trends.whole(counted, self.grain, self.period), strict=True))
        told = np.array([whole.get(start, False) for start in self.series.days], dtype=bool)
        return told & ~trends.thin(self.series, stat) if isinstance(stat, Ratio) else told


@dataclass(frozen=True)
class ProductFigures:
    """What is told of a product: whose figures, and how to get medians by the keys of statistics, where there are any.

    `medians` may draw a switch or say why there are none, so it is called where they stand.
    """

    whose: ChartSubject
    figures: PeriodMeasures
    medians: Callable[[], tuple[tuple[str, float], ...]] = tuple


def sections(products: Sequence[str], load: Callable[[str], ProductFigures], marks: tuple[Mark, ...] = ()) -> None:
    """One tab a product, and one for what spans products; `load` reads the measures of the open one."""
    names = {key: product_label(key) for key in (*products, ACROSS)}
    for key, tab in zip(names, choices.tabs("area", names, forget=["statistic"]), strict=True):
        if tab.open:
            with tab:
                _section(key, load(key), marks)


def _section(product: str, told: ProductFigures, marks: tuple[Mark, ...]) -> None:
    figures = told.figures
    stats = session_cache.derived(_measured, product, figures)
    if not stats:
        st.caption("Not measured in this range. Choose another one; How it is counted says what Claude does not count.")
        return
    _trend(product, [stat for stat in stats if stat.headline], told, marks)
    series = session_cache.derived(complete, figures)
    with st.grid(min_column_width=200, key=f"cards_{product}"):
        for stat in [stat for stat in stats if stat.headline]:
            stat_views.statistic(stat, figures.now, figures.before, series)
    medians = told.medians()
    table = session_cache.derived(_totals, product, figures, medians)
    if len(table):
        title = "All statistics, and medians per active person" if medians else "More statistics"
        with st.expander(title, key=f"more_{product}", expanded=bool(medians)):
            st.table(table)


def complete(figures: PeriodMeasures) -> Daily:
    """The measures of the days, weeks or months that the period holds whole."""
    return trends.whole_buckets(figures.now, figures.grain, figures.period)


def _measured(product: str, figures: PeriodMeasures) -> list[Stat | Ratio]:
    return [stat for stat in stats_of(product) if trends.total(figures.now, stat) is not None]


def _totals(product: str, figures: PeriodMeasures, medians: tuple[tuple[str, float], ...]) -> pd.DataFrame:
    """What stands in no card; with medians, all of it."""
    rows: dict[str, list[str]] = {}
    median = dict(medians)
    for stat in _measured(product, figures):
        if stat.headline and not medians:
            continue
        now, then = trends.total(figures.now, stat), trends.total_before(figures.before, figures.now, stat)
        cases = f" of {wording.number(trends.denominator(figures.now, stat))}" if isinstance(stat, Ratio) else ""
        told = [_median(median.get(stat.key))] if medians else []
        rows[stat.label] = [f"{findings.value(stat, now)}{cases}", findings.value(stat, then), *told, stat.unit]
    columns = ["This range", "Range before", *(["Median per active person"] if medians else []), "Unit"]
    return pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name="Statistic"), columns=columns)


def _median(amount: float | None) -> str:
    """Half a unit is possible where the people are even in number."""
    return f"{amount:.1f}" if amount is not None and amount % 1 else wording.number(amount)


def _trend(product: str, stats: Sequence[Stat | Ratio], told: ProductFigures, marks: tuple[Mark, ...]) -> None:
    if not stats:
        return
    labels = {stat.key: stat.label for stat in stats}
    key, first = f"stat_{product}", stats[0].key
    stat = STAT[choices.buttons("Statistic", "statistic", labels, first, key=key, label_visibility="collapsed")]
    figures, look = told.figures, theme.chart_theme()
    course = session_cache.derived(_course, figures, stat.key)
    marks = at_points(marks, course.line.starts, figures.grain)
    then = trends.total_before(figures.before, figures.now, stat)
    cases = trends.denominator(figures.now, stat) if isinstance(stat, Ratio) else None
    stat_views.chart(
        findings.trend_title(stat, trends.total(figures.now, stat), then, figures.period, cases),
        session_cache.derived(_trend_drawing, course, product, marks, look),
        lambda: _table(course),
        key=f"trend_{product}",
        name=f"{product_label(product)} over time",
        note=session_cache.derived(_note, course),
        marks=marks,
        whose=told.whose if product == ACROSS else replace(told.whose, product=PRODUCT[product]),
    )


@dataclass(frozen=True, eq=False)
class _Course:
    """A statistic over a period: its points, which of them may be compared, those before, or why there are none."""

    stat: Stat | Ratio
    figures: PeriodMeasures
    line: Series
    sound: np.ndarray
    before: Series | None
    alone: str


def _course(figures: PeriodMeasures, key: str) -> _Course:
    stat, earlier = STAT[key], figures.series_before
    alone = _why_alone(stat, figures)
    before = None if earlier is None else earlier.line(trends.statistic(earlier, stat) * (np.nan if alone else 1))
    line = figures.series.line(trends.statistic(figures.series, stat))
    return _Course(stat, figures, line, figures.sound(stat), before, alone)


def _trend_drawing(course: _Course, product: str, marks: tuple[Mark, ...], look: ChartTheme) -> Drawing:
    grain, color = course.figures.grain, look.products.get(product, look.accent)
    figure = time_charts.trend(
        course.line, course.stat.unit, grain, look=look, color=color, sound=course.sound, before=course.before
    )
    return time_charts.add_marks(figure, marks, course.line.starts, grain, look)


def _table(course: _Course) -> pd.DataFrame:
    starts, columns = course.line.starts, {course.stat.label: course.line.amounts}
    if course.before is not None:
        then = dict(zip(course.before.starts, course.before.amounts.tolist(), strict=True))
        columns["Period before"] = np.array([then.get(start, np.nan) for start in starts], dtype=float)
    return time_series.table(starts, columns, course.figures.grain)


def _why_alone(stat: Stat | Ratio, figures: PeriodMeasures) -> str:
    """Why a statistic has no change and no line of the period before, in a sentence; nothing where it has them."""
    earlier = figures.period.before()
    if figures.before is None:
        return f"No comparison: data does not cover every day of this range and of {earlier}."
    if trends.measured_in_part(figures.before, figures.now, stat):
        return f"No comparison: not measured on every day of this range and of {earlier}."
    if trends.total_before(figures.before, figures.now, stat) is None:
        return f"No comparison: there is nothing of it to compare with in {earlier}."
    if isinstance(stat, Ratio) and trends.denominator(figures.now, stat) < stat.thin_below:
        return f"No comparison: fewer than {stat.thin_below} {stat.counted}."
    return ""


def _note(course: _Course) -> str:
    stat, figures, before = course.stat, course.figures, course.before
    parts = [stat_views.definition(stat), f"Drawn by {figures.grain}."]
    if not course.sound[course.line.known].all():
        looks, few = "Faded", ""
        if isinstance(stat, Ratio):
            looks, few = "Ring", f", or with fewer than {stat.thin_below} {stat.counted}"
        parts.append(f"{looks}: a {figures.grain} that the range does not hold whole, or with days without data{few}.")
    if figures.grain is Grain.DAY:
        parts.append("Shaded: weekends.")
    if before is not None and before.known.any():
        parts.append(f"Grey line: the same days of {figures.period.before()}.")
    return " ".join((*parts, course.alone)).strip()
