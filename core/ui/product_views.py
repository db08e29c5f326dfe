"""Per product: a trend of the chosen statistic, and all its statistics as cards. Only the open product is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from core.catalogue import ACROSS, STAT, Ratio, Stat, product_label, stats_of
from core.reports import findings, time_charts, trends
from core.reports.marks import Mark
from core.reports.periods import Grain, Period, is_whole
from core.ui import choices, stat_views, theme
from core.ui.chart_files import Whose


@dataclass(frozen=True)
class Figures:
    """The measures of a period per stored day, and those of the one before where data covers it."""

    whose: Whose
    now: pd.DataFrame
    before: pd.DataFrame | None
    grain: Grain
    medians: Mapping[str, float] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """The days."""
        return self.whose.period

    @property
    def series(self) -> pd.DataFrame:
        """The measures per day, week or month."""
        return trends.by_grain(self.now, self.grain)

    @property
    def series_before(self) -> pd.DataFrame | None:
        """Those of the period before, by the days of this one; months do not hold the same days, so never by month."""
        if self.before is None or self.grain is Grain.MONTH:
            return None
        moved = self.before.set_axis(self.before.index + (self.period.first - self.period.before().first))
        gathered = trends.by_grain(moved, self.grain)
        return stat_views.whole_buckets(gathered, self.grain, self.period)


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
        st.caption("Not measured in this range.")
        return
    _trend(product, [stat for stat in stats if stat.headline], figures, marks)
    series = stat_views.whole_buckets(figures.series, figures.grain, figures.period)
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
        then = None if figures.before is None else trends.total(figures.before, stat)
        rows.append(
            {
                "Statistic": stat.label,
                "This range": findings.value(stat, trends.total(figures.now, stat)),
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
    series, earlier = trends.statistic(figures.series, stat), figures.series_before
    before = None if earlier is None else trends.statistic(earlier, stat)
    figure = time_charts.trend(
        series,
        stat.unit,
        grain,
        period,
        look=look,
        color=look.products.get(product, look.accent),
        before=before,
    )
    stat_views.chart(
        findings.trend_title(stat, trends.total(figures.now, stat), _total_before(figures, stat), period),
        time_charts.add_marks(figure, marks, grain, look),
        _table(stat, series, before),
        key=f"trend_{product}",
        note=_note(stat, figures, before),
        marks=marks,
        whose=figures.whose,
    )


def _total_before(figures: Figures, stat: Stat | Ratio) -> float | None:
    return None if figures.before is None else trends.total(figures.before, stat)


def _table(stat: Stat | Ratio, series: pd.Series, before: pd.Series | None) -> pd.DataFrame:
    table = series.rename(stat.label).to_frame()
    if before is not None:
        table["Period before"] = before.reindex(series.index)
    return table


def _note(stat: Stat | Ratio, figures: Figures, before: pd.Series | None) -> str:
    parts = [stat_views.definition(stat)]
    if not all(is_whole(start.date(), figures.grain, figures.period) for start in figures.series.index):
        parts.append(f"Faded: a {figures.grain} that the range does not hold whole.")
    if figures.grain is Grain.DAY:
        parts.append("Shaded: weekends.")
    if before is not None and before.notna().any():
        parts.append(f"Grey line: the same days of {figures.period.before()}.")
    return " ".join(parts)
