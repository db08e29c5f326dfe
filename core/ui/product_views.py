"""Per product: a trend of the chosen statistic, and all its statistics as cards. Only the open product is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st

from core.catalogue import ACROSS, STAT, Ratio, Stat, measures_of, product_label, stats_of
from core.reports import findings, time_charts, trends
from core.reports.daily import Daily
from core.reports.marks import Mark
from core.reports.periods import Grain, Period
from core.ui import choices, stat_views, theme
from core.ui.chart_files import Whose


@dataclass(frozen=True)
class Figures:
    """The measures of a period per stored day, and those of the one before where data covers it."""

    whose: Whose
    now: Daily
    before: Daily | None
    grain: Grain
    medians: Mapping[str, float] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """The days."""
        return self.whose.period

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


def sections(products: Sequence[str], load: Callable[[str], Figures], marks: Sequence[Mark] = ()) -> None:
    """One tab a product, and one for what spans products; `load` reads the measures of the open one."""
    names = {key: product_label(key) for key in (*products, ACROSS)}
    for key, tab in zip(names, choices.tabs("area", names, forget=["statistic"]), strict=True):
        if tab.open:
            with tab:
                _section(key, load(key), marks)


def _section(product: str, figures: Figures, marks: Sequence[Mark]) -> None:
    stats = [stat for stat in stats_of(product) if trends.total(figures.now, stat) is not None]
    if not stats:
        st.caption("Not measured in this range. Choose another one; How it is counted says what Claude does not count.")
        return
    _trend(product, [stat for stat in stats if stat.headline], figures, marks)
    series = trends.whole_buckets(figures.now, figures.grain, figures.period)
    with st.grid(min_column_width=200, key=f"cards_{product}"):
        for stat in [stat for stat in stats if stat.headline]:
            stat_views.statistic(stat, figures.now, figures.before, series)
    told = stats if figures.medians else [stat for stat in stats if not stat.headline]
    if told:
        title = "All statistics, and medians per active person" if figures.medians else "More statistics"
        with st.expander(title, key=f"more_{product}", expanded=bool(figures.medians)):
            st.table(_totals(told, figures))


def _totals(stats: Sequence[Stat | Ratio], figures: Figures) -> pd.DataFrame:
    rows = []
    for stat in stats:
        now, then = trends.total(figures.now, stat), trends.total_before(figures.before, figures.now, stat)
        decided = f" of {findings.number(trends.denominator(figures.now, stat))}" if isinstance(stat, Ratio) else ""
        rows.append(
            {
                "Statistic": stat.label,
                "This range": f"{findings.value(stat, now)}{decided}",
                "Range before": findings.value(stat, then),
                **({"Median per active person": _median(stat, figures)} if figures.medians else {}),
                "Unit": stat.unit,
            }
        )
    return pd.DataFrame(rows).set_index("Statistic")


def _median(stat: Stat | Ratio, figures: Figures) -> str:
    """Half a unit is possible where the people are even in number."""
    amount = figures.medians.get(stat.key)
    return f"{amount:.1f}" if amount is not None and amount % 1 else findings.number(amount)


def _trend(product: str, stats: Sequence[Stat | Ratio], figures: Figures, marks: Sequence[Mark]) -> None:
    if not stats:
        return
    labels = {stat.key: stat.label for stat in stats}
    key, first = f"stat_{product}", stats[0].key
    stat = STAT[choices.buttons("Statistic", "statistic", labels, first, key=key, label_visibility="collapsed")]
    period, grain, look = figures.period, figures.grain, theme.look()
    series, earlier = figures.series.series(trends.statistic(figures.series, stat)), figures.series_before
    sound, alone = figures.sound(stat), _why_alone(stat, figures)
    before = None if earlier is None else earlier.series(trends.statistic(earlier, stat) * (np.nan if alone else 1))
    then = trends.total_before(figures.before, figures.now, stat)
    decided = trends.denominator(figures.now, stat) if isinstance(stat, Ratio) else None
    figure = time_charts.trend(
        series,
        stat.unit,
        grain,
        look=look,
        color=look.products.get(product, look.accent),
        sound=sound,
        before=before,
    )
    stat_views.chart(
        findings.trend_title(stat, trends.total(figures.now, stat), then, period, decided),
        time_charts.add_marks(figure, marks, grain, look),
        _table(stat, series, before).rename_axis(grain.capitalize()),
        key=f"trend_{product}",
        note=_note(stat, figures, sound[series.notna()], before, alone),
        marks=marks,
        whose=figures.whose,
    )


def _table(stat: Stat | Ratio, series: pd.Series, before: pd.Series | None) -> pd.DataFrame:
    table = series.rename(stat.label).to_frame()
    if before is not None:
        table["Period before"] = before.reindex(series.index)
    return table


def _why_alone(stat: Stat | Ratio, figures: Figures) -> str:
    """Why a statistic has no change and no line of the period before, in a sentence; nothing where it has them."""
    earlier = figures.period.before()
    if figures.before is None:
        return f"No comparison: data does not cover every day of this range and of {earlier}."
    if trends.measured_in_part(figures.before, figures.now, stat):
        return f"No comparison: not measured on every day of this range and of {earlier}."
    if trends.total_before(figures.before, figures.now, stat) is None:
        return f"No comparison: there is nothing of it to compare with in {earlier}."
    if isinstance(stat, Ratio) and trends.denominator(figures.now, stat) < stat.thin_below:
        return f"No comparison: fewer than {stat.thin_below} decided."
    return ""


def _note(stat: Stat | Ratio, figures: Figures, sound: np.ndarray, before: pd.Series | None, alone: str) -> str:
    parts = [stat_views.definition(stat), f"Drawn by {figures.grain}."]
    if not sound.all():
        looks, few = (
            ("Ring", f", or with fewer than {stat.thin_below} decided") if isinstance(stat, Ratio) else ("Faded", "")
        )
        parts.append(f"{looks}: a {figures.grain} that the range does not hold whole, or with days without data{few}.")
    if figures.grain is Grain.DAY:
        parts.append("Shaded: weekends.")
    if before is not None and before.notna().any():
        parts.append(f"Grey line: the same days of {figures.period.before()}.")
    return " ".join((*parts, alone)).strip()
