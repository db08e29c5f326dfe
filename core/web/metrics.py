"""The health of the data in Prometheus' text format, version 0.0.4 (prometheus.io, "Exposition formats")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from core.sync.health import Health
from core.sync.lateness import KeyState, State

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]


def render(version: str, health: Health | None) -> str:
    """All metrics; of those that are not known, the samples are left out. Without `health`, nothing is known."""
    lines = [*_metric("build_info", "The version that runs.", [({"version": version}, 1)])]
    lines += _metric("database_up", "Whether the database answered in time.", [({}, health is not None)])
    state = health.state if health is not None else State.UNKNOWN
    lines += _metric("state", "How the data stands: 1 for the state that it is in.", _one_of("state", State, state))
    if health is not None:
        for name, meaning, samples in _of(health):
            lines += _metric(name, meaning, samples)
    return "\n".join(lines) + "\n"


def _of(health: Health) -> Iterator[tuple[str, str, Iterable[Sample]]]:
    moments = {
        "last_attempt": ("When the newest sync began", health.last_attempt),
        "last_success": ("When something was last read without trouble", health.last_success),
        "data_through": ("The beginning of the newest UTC day stored", _midnight(health.data_through)),
        "newest_offered": (
            "The beginning of the newest UTC day that the API offered",
            _midnight(health.newest_offered),
        ),
    }
    for name, (meaning, moment) in moments.items():
        seconds = None if moment is None else moment.timestamp()
        yield f"{name}_timestamp_seconds", f"{meaning}, in seconds since 1970.", _known(seconds)
    yield "lag_days", "Days between the newest day offered and the newest one stored.", _known(health.lag_days)
    yield "key_state", "What is known of the API key: 1 for its state.", _one_of("state", KeyState, health.key)
    yield "lease_holder_alive", "Whether a sync daemon holds the lease and renews it.", [({}, health.daemon_alive)]
    counts = asdict(health.days).items()
    days: list[Sample] = [({"state": state}, count) for state, count in counts if count is not None]
    yield "days", "UTC days by the state of their data.", days


def _metric(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP uptake_{name} {_escaped(meaning)}"
    yield f"# TYPE uptake_{name} gauge"
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text, quoted=True)}"' for label, text in labels.items())
        yield f"uptake_{name}{f'{{{inside}}}' if inside else ''} {float(value)!r}"


def _escaped(text: str, *, quoted: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quoted else text


def _known(value: float | None) -> list[Sample]:
    return [] if value is None else [({}, value)]


def _one_of(label: str, states: Iterable[str], present: str) -> list[Sample]:
    return [({label: str(state)}, state == present) for state in states]


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, dt.time(), dt.UTC)
