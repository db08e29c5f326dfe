"""`uptake status`: how things stand, for a reader or a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import click

from core import settings as configuration
from core import wording
from core.admin.access import operator
from core.admin.status import Status, as_json
from core.admin.status import status as status_now
from core.admin.storage import opened


@click.command(short_help="Show how things stand.")
@click.option("--json", "for_script", is_flag=True, help="One JSON object instead of lines.")
def status(for_script: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Show how things stand: the connection, how far the data reaches, the daemon, the directory."""
    settings = configuration.load()
    with opened(settings, upgrade=False) as database:
        found = status_now(operator(), database, settings)
    if for_script:
        click.echo(as_json(found))
    else:
        for title, text in _lines(found):
            click.echo(f"{title:16}{text}")


def _lines(now: Status) -> Iterator[tuple[str, str]]:
    yield "Uptake", f"{now.version}{', a demo with invented people' if now.demo else ''}"
    yield "Data", f"{now.state}: {now.reason}"
    yield "Claude", f"{now.claude.state}{f': {now.claude.message}' if now.claude.message else ''}"
    if now.claude.resting:
        yield "", now.claude.resting
    yield "API key", _key(now)
    yield "Data through", f"{wording.weekday(now.data_through)} (UTC)" if now.data_through else "nothing stored yet"
    yield "API offers", _offer(now)
    yield "Last synced", _moment(now.last_success)
    if now.last_run is not None:
        run = now.last_run
        yield "Last run", f"{_moment(run.started_at)}, {run.outcome}{f': {run.message}' if run.message else ''}"
    yield "Sync daemon", f"at work ({now.daemon.holder})" if now.daemon.alive else "not at work"
    days = now.days
    missing = "" if days.missing is None else f", {days.missing} missing"
    held = f", {days.held} held" if days.held else ""
    revised = f", {days.revised} revised" if days.revised else ""
    yield (
        "Days",
        f"{days.complete} complete{revised}, {days.provisional} provisional, {days.failed} failed{held}{missing}",
    )
    used = now.daemon.requests_last_minute
    yield "Requests", f"{used} in the last minute, {now.pace.allowed} allowed"
    if now.pace.reason:
        yield "", now.pace.reason
    people = now.directory
    yield "Directory", f"{people.people} people"
    yield "Claude users", f"{people.matched_accounts} matched, {people.unmatched_accounts} unmatched"
    for number, field in enumerate(now.unknown_fields):
        yield (
            "" if number else "New fields",
            f"{field.path}: not counted yet, first seen in the data of {field.first_seen}",
        )


def _offer(now: Status) -> str:
    if now.newest_day is None:
        return "not known yet"
    lag = f", {now.lag_days} day{'s' if now.lag_days > 1 else ''} more than stored" if now.lag_days else ""
    since = f"from {wording.day(now.past.earliest)} " if now.past else ""
    return f"{since}up to {wording.weekday(now.newest_day)} (UTC){lag}"


def _key(now: Status) -> str:
    key = now.claude.key
    if key.set_at is None:
        return {"waiting": "in the settings; the next sync stores it"}.get(key.state, "none")
    trouble = ", which this UPTAKE_SECRET_KEY cannot decrypt" if key.state == "unreadable" else ""
    return f"{key.hint}{trouble}, set {_moment(key.set_at)} by {key.set_by}"


def _moment(moment: dt.datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
