"""Charts of many teams: the organisation as nested areas, habits side by side, and lines to compare."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from plotly.colors import hex_to_rgb, sample_colorscale, unlabel_rgb

from core.reports.charts.charts import ChartTheme, figure_of, readable_on, tick_values
from core.reports.charts.drawing import Drawing
from core.reports.measures.tiers import ORDER, Tier
from core.reports.periods import Period
from core.reports.teams.team_activity import TeamCounts
from core.reports.teams.teams import SMALLEST_AREA, Area, TeamRow
from core.reports.wording import findings
from core.wording import number

MOST_BARS = 24
"""The most teams in one chart of habits; more bars could not be read."""

_DASHES = ("solid", "dash", "dot", "dashdot")
_MARKERS = ("circle", "square", "diamond", "triangle-up")
_LONGEST = 26


def icicle(areas: Sequence[Area], look: ChartTheme) -> Drawing:
    """Nested areas, as wide as their headcount; the colour is the adoption rate, from 0 to 100 %."""
    figure = figure_of(look, 120 + 62 * max(area.level for area in areas))
    rates = [_rate(area.counts) for area in areas]
    scale = _scale(look)
    inks = [readable_on(unlabel_rgb(color)) for color in sample_colorscale(scale, rates)]
    figure.add_icicle(
        ids=[str(area.team_id) for area in areas],
        parents=["" if area.parent is None else str(area.parent) for area in areas],
        labels=[_short(area.name) for area in areas],
        values=[area.counts.headcount for area in areas],
        branchvalues="total",
        text=[findings.adoption_rate(area.counts.active) for area in areas],
        textinfo="label+text",
        hovertext=[f"{html.escape(area.name)}: {_words(area.counts)}" for area in areas],
        hoverinfo="text",
        tiling={"orientation": "v", "pad": 2},
        pathbar={"visible": False},
        root={"color": "rgba(0, 0, 0, 0)"},
        sort=False,
        insidetextfont={"color": inks, "size": 12},
        marker={
            "colors": rates,
            "colorscale": scale,
            "cmin": 0,
            "cmax": 1,
            "showscale": True,
            "line": {"width": 0},
            "colorbar": _colorbar(look),
        },
    )
    figure.update_layout(hovermode="closest", margin={"l": 0, "r": 0, "t": 0, "b": 36})
    figure.update_layout(uniformtext={"minsize": 10, "mode": "hide"})
    return figure


def _colorbar(look: ChartTheme) -> dict[str, Any]:
    """The plotly properties of the colour scale below the areas, from 0 to 100 %."""
    return {
        "orientation": "h",
        "thickness": 10,
        "len": 0.4,
        "x": 0,
        "xanchor": "left",
        "y": -0.02,
        "yanchor": "top",
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "tickformat": ".0%",
        "outlinewidth": 0,
        "tickfont": {"color": look.muted, "size": 11},
    }


def _rate(counts: TeamCounts) -> float:
    return counts.active.rate or 0.0


def _words(counts: TeamCounts) -> str:
    rate = findings.adoption_rate(counts.active) if counts.headcount >= SMALLEST_AREA else str(counts.active)
    return f"{rate} active"


def _scale(look: ChartTheme) -> list[list[float | str]]:
    """The colour scale of adoption rates: one hue that departs from the page as the rate grows."""
    steps = (Tier.NONE, Tier.LIGHT, Tier.REGULAR, Tier.POWER)
    return [[index / (len(steps) - 1), look.tiers[tier]] for index, tier in enumerate(steps)]


def habits(rows: Sequence[TeamRow], look: ChartTheme) -> Drawing:
    """One bar a team, split into habit tiers by their share of the headcount; the people stand in the parts."""
    rows = rows[:MOST_BARS]
    figure = figure_of(look, 70 + 26 * max(len(rows), 2))
    names = [f"{_short(row.name)}  " for row in rows]
    for tier in ORDER:
        people = [row.counts.tiers[tier] for row in rows]
        if any(people):
            figure.add_bar(
                x=[each / row.counts.headcount for each, row in zip(people, rows, strict=True)],
                y=list(range(len(rows))),
                name=tier.label,
                orientation="h",
                marker={"color": look.tiers[tier], "line": {"width": 0}},
                text=[number(each) if each else "" for each in people],
                textposition="inside",
                insidetextanchor="middle",
                insidetextfont={"color": readable_on(hex_to_rgb(look.tiers[tier]))},
                textangle=0,
                constraintext="inside",
                hovertext=[
                    f"{html.escape(row.name)}, {tier.label.lower()}: {findings.people(each)} of {row.counts.headcount}"
                    for each, row in zip(people, rows, strict=True)
                ],
                hoverinfo="text",
            )
    figure.update_layout(barmode="stack", hovermode="closest", bargap=0.3)
    figure.update_layout(legend={"traceorder": "normal", "y": 0, "yanchor": "top"})
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(
        autorange="reversed", showgrid=False, showline=False, ticks="", tickvals=list(range(len(rows))), ticktext=names
    )
    return figure


def lines(names: Sequence[str], counts: Sequence[TeamCounts], weeks: Sequence[Period], look: ChartTheme) -> Drawing:
    """Weekly adoption, one line a team; lines are told apart by dash and marker, not by colour alone.

    In per cent; in people when any of the teams is small.
    """
    figure = figure_of(look, 300)
    rated = in_per_cent(counts)
    colors = (look.accent, look.products["powerpoint"], look.products["science"], look.products["design"])
    mondays = [week.first for week in weeks]
    for place, (name, each) in enumerate(zip(names, counts, strict=True)):
        figure.add_scatter(
            x=mondays,
            y=[share.rate if rated else share.count for share in each.weeks],
            name=_short(name),
            mode="lines+markers",
            cliponaxis=False,
            line={"color": colors[place], "dash": _DASHES[place], "width": 2},
            marker={"symbol": _MARKERS[place], "size": 8},
            customdata=[str(share) for share in each.weeks],
            hovertemplate="%{customdata}<extra>" + _short(name) + "</extra>",
        )
    figure.update_xaxes(tickvals=tick_values(mondays, 8), tickformat="%-d %b", hoverformat="week of %-d %b %Y")
    figure.update_yaxes(ticksuffix=" ", **({"tickformat": ".0%", "range": [0, 1.04]} if rated else {}))
    figure.update_layout(legend={"itemwidth": 40})
    return figure


def in_per_cent(counts: Sequence[TeamCounts]) -> bool:
    """Whether all of the teams are large enough for their adoption to be shown as a rate."""
    return all(each.headcount >= findings.SMALL for each in counts)


def _short(name: str) -> str:
    """A team's name, cut to `_LONGEST` characters and escaped, so that plotly takes nothing in it for HTML."""
    return html.escape(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…")
