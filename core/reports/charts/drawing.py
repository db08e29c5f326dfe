"""A chart while it is being drawn: plain dictionaries in plotly's words, made into a figure at the end.

Plotly checks every property that is set on a figure of its own, which takes longer than all else that a page computes.
Here nothing is checked; a test has plotly check every chart that the pages draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, Self

import plotly.graph_objects as go
import plotly.io

Properties = dict[str, Any]


class Drawing:
    """Traces and a layout. The methods are those of plotly's figures, properties given as nested dictionaries."""

    def __init__(self, *traces: Mapping[str, Any], **layout: Any) -> None:
        self._traces: list[Properties] = [dict(trace) for trace in traces]
        self._layout: Properties = {}
        self.update_layout(**layout)

    def add_trace(self, kind: str, **properties: Any) -> Self:
        """Add a series of data, by plotly's name of its kind."""
        self._traces.append({"type": kind, **properties})
        return self

    def add_scatter(self, **properties: Any) -> Self:
        """Add a line, or points."""
        return self.add_trace("scatter", **properties)

    def add_bar(self, **properties: Any) -> Self:
        """Add a series of bars."""
        return self.add_trace("bar", **properties)

    def add_heatmap(self, **properties: Any) -> Self:
        """Add a grid of coloured cells."""
        return self.add_trace("heatmap", **properties)

    def add_icicle(self, **properties: Any) -> Self:
        """Add nested areas."""
        return self.add_trace("icicle", **properties)

    def has(self, kind: str) -> bool:
        """Whether a series is of a kind, by plotly's name of it."""
        return any(trace["type"] == kind for trace in self._traces)

    def add_annotation(self, **properties: Any) -> Self:
        """Add words in the chart."""
        self._layout.setdefault("annotations", []).append(properties)
        return self

    def add_vrect(self, **properties: Any) -> Self:
        """Add a band from `x0` to `x1` over the whole height."""
        return self._shape("rect", properties)

    def add_vline(self, x: Any, **properties: Any) -> Self:
        """Add a vertical line at `x` over the whole height."""
        return self._shape("line", {"x0": x, "x1": x, **properties})

    def _shape(self, kind: str, properties: Properties) -> Self:
        place = {"type": kind, "xref": "x", "yref": "y domain", "y0": 0, "y1": 1}
        self._layout.setdefault("shapes", []).append({**place, **properties})
        return self

    def update_layout(self, **properties: Any) -> Self:
        """Set properties of the layout; inside a nested dictionary, only those that are named. `template` is a name."""
        _merge(self._layout, properties)
        return self

    def update_xaxes(self, **properties: Any) -> Self:
        """Set properties of the horizontal axis."""
        return self.update_layout(xaxis=properties)

    def update_yaxes(self, **properties: Any) -> Self:
        """Set properties of the vertical axis."""
        return self.update_layout(yaxis=properties)

    def update_traces(self, *, selector: Mapping[str, Any] | None = None, **properties: Any) -> Self:
        """Set properties of every series of data, or of those that have the properties of a selector."""
        for trace in self._traces:
            if all(trace.get(key) == value for key, value in (selector or {}).items()):
                _merge(trace, properties)
        return self

    @cached_property
    def figure(self) -> go.Figure:
        """The finished chart."""
        return go.Figure(**self._finished, skip_invalid=False, _validate=False)

    @property
    def sent(self) -> go.Figure:
        """The finished chart as a figure that can only be written out as JSON."""
        return _Written(self._finished)

    @cached_property
    def _finished(self) -> Properties:
        """The chart's data and layout, with the template itself, which a browser does not know by name."""
        layout = dict(self._layout)
        if isinstance(named := layout.get("template"), str):
            layout["template"] = _template(named)
        return {"data": self._traces, "layout": layout}

    @property
    def data(self) -> tuple[Any, ...]:
        """The series of data of the finished chart."""
        return tuple(self.figure.data)

    @property
    def layout(self) -> Any:
        """The layout of the finished chart."""
        return self.figure.layout


@cache
def _template(name: str) -> Properties:
    """The properties of a registered template, not to be changed; kept, as plotly copies them each time it is asked."""
    properties: Properties = plotly.io.templates[name].to_plotly_json()
    return properties


class _Written(go.Figure):  # type: ignore[misc]
    """A figure that is its own dictionary.

    Plotly's constructor takes every property apart and copies it, and copies all once more for the dictionary. That
    takes longer than all else of a page, and nothing but the dictionary goes to the browser.
    """

    def __init__(self, finished: Properties) -> None:
        object.__setattr__(self, "_finished", finished)

    def to_dict(self) -> Properties:
        """The chart's properties; not to be changed."""
        finished: Properties = object.__getattribute__(self, "_finished")
        return finished


def _merge(old: Properties, new: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, Mapping):
            inner = old.setdefault(key, {})
            if isinstance(inner, dict):
                _merge(inner, value)
                continue
        old[key] = value
