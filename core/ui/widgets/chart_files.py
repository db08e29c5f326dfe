"""A chart to take away: its table as CSV, its picture as SVG or PNG; written to the access log, built when clicked.

A file holds what the page showed. So it is given only while the reader may see exactly the people for whom it was
drawn; `core.ui.widgets.export_buttons` says how Streamlit builds files, `core.ui.widgets.downloads` who may fetch them.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import audit, wording
from core.catalogue import ANY, Product
from core.errors import NotPermitted
from core.reports.charts.drawing import Drawing
from core.reports.exports import picture, raster
from core.reports.exports.csv import write_csv
from core.reports.exports.paper import Paper
from core.reports.exports.table import Cell, Table
from core.reports.measures.tiers import DEFINITIONS_VERSION
from core.reports.periods import Period
from core.reports.teams.singled_out import told_of
from core.reports.teams.teams import EVERYBODY
from core.ui.frame import theme
from core.ui.widgets import downloads
from core.visibility import EVERYONE, PastTeam, Scope, Team

_MIME = {"csv": "text/csv", "svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True)
class ChartSubject:
    """Whose figures a chart shows, over which days, and to whom.

    `product`: of which product alone, where the reader chose one. `of_all`: they are Claude's own of the whole
    organisation, whoever reads them; how far they reach stands beneath. `compared` are the teams of a chart that shows
    several side by side, all of them in `team`; `alone` the people about whom alone one of its rows is.
    """

    scope: Scope
    team: Team
    period: Period
    of_all: bool = False
    compared: tuple[Team, ...] = ()
    alone: tuple[int, ...] = ()
    product: Product = ANY


@dataclass(frozen=True)
class ChartFile:
    """A chart as the page shows it; `lines` are the words beneath."""

    key: str
    title: str
    figure: Drawing | None
    table: pd.DataFrame
    lines: tuple[str, ...] = ()


def offer(whose: ChartSubject, drawn: ChartFile) -> None:
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


def _builder(whose: ChartSubject, drawn: ChartFile, kind: str) -> Callable[[], bytes]:
    place, seen, paper = audit.place(), whose.scope.fingerprint, _paper()
    through = None if whose.of_all else whose.scope.freshness().data_through  # what is drawn holds no newer day

    def build() -> bytes:
        with audit.at(place):
            scope = downloads.scope_as_drawn(whose.scope.viewer, seen, f"chart {drawn.key}")
            said = {"days": str(whose.period), "form": f"{kind}, chart {drawn.key}"}
            if whose.compared or whose.alone:
                said["teams"] = ", ".join(str(team.team_id) for team in whose.compared or (whose.team,))
            export_id = scope.recorder.log_export(whose.team.team_id, _singles(scope, whose), said)
            source = _source(scope, whose, through, export_id)
            if kind == "csv":
                return _csv(drawn.table, source)
            lines = (*drawn.lines, source.beneath())
            svg = picture.picture(_shown(drawn), drawn.title, lines, paper, source.about())
            return raster.png(svg) if kind == "png" else svg.encode()

    return build


def _singles(scope: Scope, whose: ChartSubject) -> list[int]:
    """The people whose own figures the chart shows, besides the reader's; nobody for sums over a team."""
    teams = whose.compared or (whose.team,)
    return sorted({*whose.alone, *(number for team in teams for number in _single(scope, team, whose.period))})


def _single(scope: Scope, team: Team, period: Period) -> list[int]:
    members = scope.members(team)
    if team.size == 1:
        return [int(number) for number in members.ids]
    days = told_of(period)
    alone: list[int] = members.alone_with(scope.viewer.employee_id, days.first, days.last).tolist()
    return alone


def _shown(drawn: ChartFile) -> go.Figure:
    if drawn.figure is None:
        raise NotPermitted
    return drawn.figure.figure


@dataclass(frozen=True)
class _Source:
    """What a file says about itself: whose figures, of which days, and who made it."""

    of: str
    product: Product
    period: Period
    data_through: dt.date | None
    made_by: str
    export_id: str

    def about(self) -> str:
        reach = f" · data through {wording.day(self.data_through)} (UTC)" if self.data_through else ""
        product = "" if self.product is ANY else f" · {self.product.label}"
        return f"{self.of}{product} · {self.period}{reach}"

    def beneath(self) -> str:
        return f"Uptake · made by {self.made_by} · definitions {DEFINITIONS_VERSION} · export {self.export_id}"

    def columns(self) -> dict[str, Cell]:
        return {
            "team": self.of,
            "product": self.product.label,
            "first_day": self.period.first,
            "last_day": self.period.last,
            "data_through": self.data_through,
            "made_by": self.made_by,
            "definitions": DEFINITIONS_VERSION,
            "export_id": self.export_id,
        }


def _source(scope: Scope, whose: ChartSubject, through: dt.date | None, export_id: str) -> _Source:
    return _Source(
        of="Whole organisation" if whose.of_all else _names(scope, whose.compared or (whose.team,)),
        product=whose.product,
        period=whose.period,
        data_through=through,
        made_by=f"{scope.viewer.name} ({scope.viewer.email})",
        export_id=export_id,
    )


def _names(scope: Scope, teams: Sequence[Team]) -> str:
    return ", ".join(_name(scope, team) for team in teams)


def _name(scope: Scope, team: Team) -> str:
    then = " as it was" if isinstance(team, PastTeam) else ""
    if team.team_id == EVERYONE:
        return f"{EVERYBODY}{then}"
    name = scope.members(team).names[0]
    return name if team.size == 1 and not then else f"Team of {name}{then}"


def _paper() -> Paper:
    colors = theme.colors()
    return Paper(colors.surface, colors.ink, colors.muted, colors.grid)


def _csv(table: pd.DataFrame, source: _Source) -> bytes:
    said = source.columns()
    columns = (_heading(table.index), *(str(column) for column in table.columns), *said)
    rows = ((*(_cell(value) for value in row), *said.values()) for row in table.itertuples())
    text = io.StringIO(newline="")
    write_csv(Table(columns, rows), text)
    return text.getvalue().encode("utf-8-sig")


def _heading(index: pd.Index) -> str:
    """What stands above the keys of the rows, where the chart does not say it."""
    return str(index.name or ("Day" if isinstance(index, pd.DatetimeIndex) else "Name"))


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
