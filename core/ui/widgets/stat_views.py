"""The building blocks of pages: headline cards, charts with their finding and their table, the freshness line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import wording
from core.catalogue import ANY, PRODUCT, Product, Ratio, Stat, explained
from core.reports.charts.drawing import Drawing
from core.reports.charts.marks import Mark
from core.reports.measures import activity, trends
from core.reports.measures.daily import Daily
from core.reports.periods import Period
from core.reports.wording import findings
from core.reports.wording.markdown import literal
from core.ui.session import session_cache
from core.ui.widgets import chart_files
from core.ui.widgets.chart_files import ChartFile, ChartSubject
from core.visibility import Freshness, Scope

_COURSE = "The line is scaled from its lowest to its highest value; it does not start at zero."
_CONFIG = {"displayModeBar": False, "responsive": True}
_LONG = 21
"""Characters of a headline that are set large; a rate of many thousands is longer, and set a little smaller."""


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
    through = wording.weekday(freshness.data_through)
    synced = "never" if freshness.last_synced is None else _ago(dt.datetime.now(dt.UTC) - freshness.last_synced)
    st.caption(f"Data through **{through}** (UTC) · synced {synced}", width="content")


def _ago(age: dt.timedelta) -> str:
    minutes = max(int(age.total_seconds() // 60), 0)
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def missing_days_note(count: int, product: Product = ANY) -> None:
    """Say that the range has days without data, or days that say nothing of a product."""
    if count:
        lacks = "without data" if product is ANY else f"on which {product.noun} was not measured"
        told = f"1 day {lacks}; it is" if count == 1 else f"{count} days {lacks}; they are"
        st.caption(f":material/warning: In this range: {told} left out, not counted as zero.")


def in_part_note(scope: Scope, period: Period, chosen: Product) -> None:
    """Name the other products that were measured on some days of the range only: they stand beside those of all."""
    days = session_cache.report(scope, activity.days_with_data, period)
    part = {key: count for key, count in days.items() if 0 < count < days[ANY.key] and key != chosen.key}
    if told := "; ".join(f"{PRODUCT[key].label} on {count}" for key, count in part.items()):
        st.caption(f":material/warning: Measured on some of the {len(period)} days only: {told}.")


def away_note(count: int) -> None:
    """Say that people are in a headcount and in no rate."""
    if count:
        who = "1 person is" if count == 1 else f"{wording.number(count)} people are"
        st.caption(f"{who} in the headcount and in no rate: every working day is marked as leave or the like, unused.")


def headline(
    label: str,
    value: str,
    *,
    change: str | None = None,
    definition: str = "",
    spark: Sequence[float] | None = None,
) -> None:
    """One figure in a card, with its change and its definition within reach. More is not called better: no colours.

    A course of fewer than three points is none. Streamlit draws it between its least and its greatest, so that is said.
    """
    course = list(spark) if spark is not None and len(spark) > 2 else None
    st.metric(
        label,
        f":small[{value}]" if len(value) > _LONG else value,
        delta=change,
        delta_color="off",
        delta_arrow="off",
        help=f"{definition} {_COURSE}" if definition and course else definition or None,
        border=True,
        chart_data=course,
        chart_type="line",
        height="stretch",
    )


def chart(
    title: str,
    figure: Drawing | None,
    table: Callable[[], pd.DataFrame],
    *,
    key: str,
    name: str,
    note: str = "",
    marks: Sequence[Mark] = (),
    whose: ChartSubject | None = None,
    compact: bool = False,
    otherwise: str = "Choose a longer range.",
) -> None:
    """A chart under the sentence that says what it shows, with the numbers behind it one click away.

    Without a figure there is nothing to draw: the sentence says why, `otherwise` what to do about it, and no empty axes
    suggest a zero. The note stands under a chart, of a compact one beside its sentence. `marks` are what the chart's
    numbered lines mean. `name` tells the chart from others for who cannot see it. With `whose`, the chart can be taken
    away. The table is made when it is opened.
    """
    with st.container(border=True, height="stretch", gap="xsmall" if compact else "small", key=f"{key}_card"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="top"):
            st.markdown(f"**{literal(title)}**", width="stretch", help=note if compact and note else None)
            lines = (*_said(marks), *([note] if note else []))
            what = "The numbers" if whose is None else "The numbers, and the chart as a file"
            _behind(
                f"Table behind the chart: {name}",
                what,
                lambda: ChartFile(key, title, figure, table(), lines),
                whose,
                key,
            )
        if figure is None:
            st.caption(otherwise)
            return
        st.plotly_chart(figure.sent, theme=None, key=key, config=_CONFIG, alt=title)
        if compact and marks:
            st.caption(literal(" · ".join(f"{number} {mark.words}" for number, mark in enumerate(marks, 1))))
        elif marks:
            st.caption("  \n".join(literal(line) for line in _said(marks)))
        if note and not compact:
            st.caption(note)


def rows(title: str, table: Callable[[], pd.DataFrame], *, key: str, whose: ChartSubject) -> None:
    """The rows of a table on the page as plain numbers, one click away and to take away."""
    _behind(title, f"{title}, and as a file", lambda: ChartFile(key, title, None, table()), whose, key)


def figures_of_page(title: str, table: Callable[[], pd.DataFrame], *, key: str, whose: ChartSubject) -> None:
    """All figures of a page in one table, to take away; made once it is opened."""
    opened = st.expander(title, icon=":material/table:", key=f"{key}_numbers", on_change="rerun")
    if opened.open:
        with opened:
            _numbers(ChartFile(key, title, None, table()), whose)


def _said(marks: Sequence[Mark]) -> list[str]:
    return [f"{number} · {mark.when}: {mark.words}" for number, mark in enumerate(marks, 1)]


def _behind(label: str, what: str, draw: Callable[[], ChartFile], whose: ChartSubject | None, key: str) -> None:
    """The numbers behind a chart or a table, and the file of it to take away; sent once it is opened.

    The label names the button for screen readers, each by another name; the style sheet shows its picture alone. It is
    the same whatever the chart's title says, as Streamlit closes a popover whose label changes.
    """
    behind = st.popover(
        label,
        icon=":material/table:",
        type="tertiary",
        width="content",
        help=what,
        key=f"{key}_numbers",
        on_change="rerun",
    )
    if behind.open:
        with behind:
            _numbers(draw(), whose)


def _numbers(drawn: ChartFile, whose: ChartSubject | None) -> None:
    by_day = isinstance(drawn.table.index, pd.DatetimeIndex)
    st.dataframe(
        _in_words(drawn.table),
        key=f"{drawn.key}_table",
        alt=drawn.title,
        placeholder=wording.DASH,
        column_config={"_index": st.column_config.DateColumn("From", format="D MMM YYYY")} if by_day else None,
    )
    if whose is not None:
        chart_files.offer(whose, drawn)


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The table with days in front, not moments, and with words for what is or is not so."""
    flags = [name for name in table if table[name].dtype == bool]
    worded = table.assign(**{str(name): table[name].map({True: "yes", False: "no"}) for name in flags})
    return worded.set_axis(table.index.date) if isinstance(table.index, pd.DatetimeIndex) else worded


def statistic(stat: Stat | Ratio, measures: Daily, before: Daily | None, series: Daily) -> None:
    """One statistic as a card: total, change against the period before, and course. A thin rate says its n."""
    now = trends.total(measures, stat)
    then = trends.total_before(before, measures, stat)
    change, text = findings.amount_change(stat, now, then), findings.value(stat, now)
    if isinstance(stat, Ratio):
        of = trends.denominator(measures, stat)
        if of < stat.thin_below:
            change, text = f"only {of} {stat.counted}", f":gray[{text}]"
        else:
            change = change or f"of {wording.number(of)}"
    course = trends.statistic(series, stat)
    spark = course[~np.isnan(course)].tolist()
    headline(stat.label, text, change=change, definition=definition(stat), spark=spark)


def definition(stat: Stat | Ratio) -> str:
    """What a statistic means and what it leaves out, for the help beside it."""
    return f"{explained(stat)} Unit: {stat.unit}. Adds up as: {stat.adds}."
