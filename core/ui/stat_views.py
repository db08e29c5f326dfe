"""The building blocks of pages: headline cards, charts with their finding and their table, the freshness line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.catalogue import ACROSS, STAT, Ratio, Stat, product_label, stats_of
from core.reports import charts, findings, trends
from core.reports.periods import Grain, Period, is_whole
from core.ui import theme
from core.ui.text import literal
from core.visibility import Freshness

_CONFIG = {"displayModeBar": False, "responsive": True}


def page_head(title: str, freshness: Freshness | None = None) -> None:
    """The page's title with the freshness line beside it."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.title(title, anchor=False, width="content")
        if freshness is not None:
            freshness_line(freshness)


def toolbar() -> DeltaGenerator:
    """A row for buttons, which wraps on narrow screens."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def freshness_line(freshness: Freshness) -> None:
    """ "Data through" and "synced" are two different things, so both are said."""
    through = f"{freshness.data_through:%a %-d %b %Y}" if freshness.data_through else findings.DASH
    synced = "never" if freshness.last_synced is None else _ago(dt.datetime.now(dt.UTC) - freshness.last_synced)
    st.caption(f"Data through **{through}** (UTC) · synced {synced}", width="content")


def _ago(age: dt.timedelta) -> str:
    minutes = max(int(age.total_seconds() // 60), 0)
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def missing_days_note(count: int) -> None:
    """Say that the range has days without data."""
    if count:
        days = "1 day" if count == 1 else f"{count} days"
        st.caption(f":material/warning: {days} of this range have no data yet; they are left out, not counted as zero.")


def headline(
    label: str,
    value: str,
    *,
    change: str | None = None,
    definition: str = "",
    spark: Sequence[float] | None = None,
) -> None:
    """One figure in a card, with its change and its definition within reach. More is not called better: no colours."""
    st.metric(
        label,
        value,
        delta=change,
        delta_color="off",
        delta_arrow="off",
        help=definition or None,
        border=True,
        chart_data=list(spark) if spark is not None and len(spark) > 1 else None,
        chart_type="line",
        height="stretch",
    )


def chart(title: str, figure: go.Figure | None, table: pd.DataFrame, *, key: str, note: str = "") -> None:
    """A chart under the sentence that says what it shows, with the numbers behind it one click away.

    Without a figure there is nothing to draw: the sentence says why, and no empty axes suggest a zero.
    """
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="top"):
            st.markdown(f"**{literal(title)}**", width="stretch")
            with st.popover("", icon=":material/table:", type="tertiary", width="content", help="The numbers"):
                st.dataframe(table, key=f"{key}_table", alt=title)
        if figure is None:
            st.caption("Choose a longer range.")
            return
        st.plotly_chart(figure, theme=None, key=key, config=_CONFIG, alt=title)
        if note:
            st.caption(note)


def whole_buckets(series: pd.DataFrame, grain: Grain, period: Period) -> pd.DataFrame:
    """Without the weeks or months that the period cuts: a sparkline would show them as a dip."""
    return series[[is_whole(start.date(), grain, period) for start in series.index]]


def product_statistics(
    product: str, measures: pd.DataFrame, before: pd.DataFrame | None, period: Period, grain: Grain
) -> None:
    """All headline statistics of one product as cards with sparklines, the rest in a table beneath."""
    stats = [stat for stat in stats_of(product) if trends.total(measures, stat) is not None]
    if not stats:
        st.caption("Not measured in this range.")
        return
    series = whole_buckets(trends.by_grain(measures, grain), grain, period)
    with st.grid(min_column_width=200, key=f"cards_{product}"):
        for stat in [stat for stat in stats if stat.headline]:
            statistic(stat, measures, before, series)
    rest = [stat for stat in stats if not stat.headline]
    if rest:
        with st.expander("More statistics", key=f"more_{product}"):
            st.table(_totals(rest, measures, before))


def statistic(stat: Stat | Ratio, measures: pd.DataFrame, before: pd.DataFrame | None, series: pd.DataFrame) -> None:
    """One statistic as a card: total, change against the period before, and course. A thin rate says its n."""
    now = trends.total(measures, stat)
    then = None if before is None else trends.total(before, stat)
    change = findings.amount_change(stat, now, then)
    if isinstance(stat, Ratio):
        decided = trends.denominator(measures, stat)
        thin = decided < stat.thin_below
        change = f"only {decided} decided" if thin else change or f"of {findings.number(decided)}"
    spark = trends.statistic(series, stat).dropna().tolist()
    headline(stat.label, findings.value(stat, now), change=change, definition=definition(stat), spark=spark)


def definition(stat: Stat | Ratio) -> str:
    """What a statistic means and what it leaves out, for the help beside it."""
    parts = [stat.meaning, f"Unit: {stat.unit}. Adds up as: {stat.adds}."]
    if stat.caveat:
        parts.append(f"To mind: {stat.caveat}")
    return " ".join(parts)


def _totals(stats: Sequence[Stat | Ratio], measures: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    rows = []
    for stat in stats:
        then = None if before is None else trends.total(before, stat)
        rows.append(
            {
                "Statistic": stat.label,
                "This range": findings.value(stat, trends.total(measures, stat)),
                "Range before": findings.value(stat, then),
                "Unit": stat.unit,
            }
        )
    return pd.DataFrame(rows).set_index("Statistic")


def product_sections(
    products: Sequence[str], measures: pd.DataFrame, before: pd.DataFrame | None, period: Period, grain: Grain
) -> None:
    """One tab a product: a trend of the chosen statistic and all its statistics as cards."""
    keys = [*products, ACROSS]
    tabs = st.tabs([product_label(key) for key in keys])
    for key, tab in zip(keys, tabs, strict=True):
        with tab:
            _trend(key, measures, period, grain)
            product_statistics(key, measures, before, period, grain)


def _trend(product: str, measures: pd.DataFrame, period: Period, grain: Grain) -> None:
    stats = [stat for stat in stats_of(product) if stat.headline and trends.total(measures, stat) is not None]
    if not stats:
        return
    asked = st.segmented_control(
        "Statistic",
        [stat.key for stat in stats],
        default=stats[0].key,
        format_func=lambda key: STAT[key].label,
        key=f"stat_{product}",
        label_visibility="collapsed",
        required=True,
    )
    stat = next((stat for stat in stats if stat.key == asked), stats[0])
    series = trends.statistic(trends.by_grain(measures, grain), stat)
    look = theme.look()
    color = look.products.get(product, look.accent)
    total = findings.value(stat, trends.total(measures, stat))
    unit = "" if isinstance(stat, Ratio) else f" {stat.unit}"
    cut = [start for start in series.index if not is_whole(start.date(), grain, period)]
    faded = f" Faded: a {grain} that the range does not hold whole." if cut else ""
    chart(
        f"{stat.label}: {total}{unit}, {period}",
        charts.trend(series, stat.unit, grain, period, look=look, color=color),
        series.rename(stat.label).to_frame(),
        key=f"trend_{product}",
        note=f"{definition(stat)}{faded}",
    )
