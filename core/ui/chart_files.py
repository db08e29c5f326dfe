"""A chart to take away: its table as CSV, its picture as SVG or PNG; written to the access log, built when clicked.

A file holds what the page showed. So it is given only while the reader may see exactly the people for whom it was
drawn; `core.ui.export_buttons` says how Streamlit builds files, `core.ui.downloads` who may fetch them.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import audit
from core.errors import NotPermitted
from core.reports.drawing import Drawing
from core.reports.exports import picture, raster
from core.reports.exports.csv import write_csv
from core.reports.exports.paper import Paper
from core.reports.exports.table import Cell, Table
from core.reports.periods import Period
from core.reports.tiers import DEFINITIONS_VERSION
from core.ui import downloads, theme
from core.visibility import EVERYONE, Scope, Team

_MIME = {"csv": "text/csv", "svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class Whose:
    """Whose figures a chart shows, over which days, and to whom."""

    scope: Scope
    team: Team
    period: Period


@dataclass(frozen=True)
class Drawn:
    """A chart as the page shows it; `lines` are the words beneath."""

    key: str
    title: str
    figure: Drawing | None
    table: pd.DataFrame
    lines: tuple[str, ...] = ()


def offer(whose: Whose, drawn: Drawn) -> None:
    """A button for each form of the chart; a preview of what somebody else may see is for looking only."""
    if whose.scope.is_preview:
        return
    pictured = drawn.figure is not None and picture.can_draw(drawn.figure.figure)
    with st.container(horizontal=True):
        for kind in ("csv", "svg", "png") if pictured else ("csv",):
            name = downloads.file_name(f"chart-{drawn.key.replace('_', '-')}", whose.period, kind)
            st.download_button(
                kind.upper(),
                downloads.owned(name, whose.scope.viewer, _builder(whose, drawn, kind)),
                file_name=name,
                mime=_MIME[kind],
                on_click="ignore",
                icon=":material/download:",
                key=f"{drawn.key}_{kind}",
            )


def _builder(whose: Whose, drawn: Drawn, kind: str) -> Callable[[], bytes]:
    place, seen, paper = audit.place(), whose.scope.fingerprint, _paper()

    def build() -> bytes:
        with audit.at(place):
            scope = downloads.scope_as_drawn(whose.scope.viewer, seen, f"chart {drawn.key}")
            said = {"days": str(whose.period), "form": f"{kind}, chart {drawn.key}"}
            export_id = scope.witness.exports(whose.team.team_id, _single(scope, whose.team), said)
            if kind == "csv":
                return _csv(drawn.table, export_id)
            svg = picture.picture(_shown(drawn), drawn.title, (*drawn.lines, _source(scope, export_id)), paper)
            return raster.png(svg) if kind == "png" else svg.encode()

    return build


def _single(scope: Scope, team: Team) -> list[int]:
    """The one person whose own figures the chart shows, besides the reader's; nobody for sums over a team."""
    if team.team_id == EVERYONE or team.size > 2:
        return []
    ids = scope.members(team).ids.tolist()
    others = [number for number in ids if number != scope.viewer.employee_id]
    return ids if len(ids) == 1 else others if len(others) == 1 else []


def _shown(drawn: Drawn) -> go.Figure:
    if drawn.figure is None:
        raise NotPermitted
    return drawn.figure.figure


def _source(scope: Scope, export_id: str) -> str:
    through = scope.freshness().data_through
    reach = f"Data through {through:%-d %b %Y} (UTC)" if through else "No data"
    return f"Uptake · {reach} · definitions {DEFINITIONS_VERSION} · export {export_id}"


def _paper() -> Paper:
    colors = theme.colors()
    return Paper(colors.surface, colors.ink, colors.muted, colors.grid)


def _csv(table: pd.DataFrame, export_id: str) -> bytes:
    columns = (str(table.index.name or ""), *(str(column) for column in table.columns), "definitions", "export_id")
    text = io.StringIO(newline="")
    write_csv(Table(columns, _rows(table, export_id)), text)
    return text.getvalue().encode("utf-8-sig")


def _rows(table: pd.DataFrame, export_id: str) -> Iterator[tuple[Cell, ...]]:
    for label, *values in table.itertuples():
        yield (_cell(label), *(_cell(value) for value in values), DEFINITIONS_VERSION, export_id)


def _cell(value: object) -> Cell:
    """A value as a file holds it: days without a time, whole numbers whole, nothing for what was not measured."""
    if isinstance(value, pd.Timestamp | dt.datetime):
        return value.date()
    if isinstance(value, bool | np.bool):
        return "yes" if value else "no"
    if isinstance(value, str | dt.date):
        return value
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    number = float(value)  # type: ignore[arg-type]
    return int(number) if number.is_integer() else round(number, 6)
