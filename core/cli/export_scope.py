"""What the commands of `uptake export` share: the viewer in whose place they read, the team, and the days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

from core import audit
from core import settings as configuration
from core.admin.storage import Database, opened
from core.errors import NotPermitted
from core.people.email import canonical
from core.reports.periods import Period
from core.visibility import Identity, Scope, Team, scope_of, viewer_for

DAY = click.DateTime(formats=["%Y-%m-%d"])

_CALENDAR = Period(dt.date(2000, 1, 1), dt.date(2999, 12, 31))
"""What a report may be about: there are days to compare with before it, and weeks and months that end after it."""


@contextmanager
def scope_for(email: str) -> Iterator[tuple[Scope, Database]]:
    """What the owner of an address may see, read by the command line in their place.

    Raises:
        UnknownViewer: nobody who may see anything.
    """
    settings = configuration.load()
    with opened(settings, upgrade=False) as database, audit.at("uptake export", by=audit.COMMAND_LINE):
        viewer = viewer_for(
            database,
            settings.admins,
            Identity(email, email_verified=True),
            dt.datetime.now(dt.UTC).date(),
            admins_see_everyone=settings.admins_see_everyone,
        )
        yield scope_of(database, viewer), database


def maker_name(scope: Scope) -> str:
    """Who makes a file here, as the file says it."""
    return f"{audit.COMMAND_LINE}, as {scope.viewer.email}"


def team_of(scope: Scope, email: str) -> Team:
    """The chain of somebody in the scope; everybody else is answered as if they did not exist.

    Raises:
        NotPermitted: outside the scope, or nobody.
    """
    members = scope.members(scope.whole)
    try:
        position = members.emails.index(canonical(email))
    except ValueError:
        scope.recorder.log_refusal(email)
        raise NotPermitted from None
    return scope.team(int(members.ids[position]))


def period_of(first: dt.datetime, last: dt.datetime) -> Period:
    """The days of two options. BadParameter when they are the wrong way round."""
    if last < first:
        raise click.BadParameter(
            f"the last day {last:%Y-%m-%d} lies before the first day {first:%Y-%m-%d}.", param_hint="--to"
        )
    return Period(first.date(), last.date())


def reported_period(first: dt.datetime, last: dt.datetime, most: int | None = None) -> Period:
    """The days of two options of a report, over so many days `most` at most. BadParameter for others."""
    period = period_of(first, last)
    if most is not None and len(period) > most:
        raise click.BadParameter(
            f"{period.first} to {period.last} are {len(period)} days, and at most {most} can be asked for.",
            param_hint="--from and --to",
        )
    for option, day in (("--from", period.first), ("--to", period.last)):
        if day not in _CALENDAR:
            raise click.BadParameter(
                f"the day {day} lies outside {_CALENDAR.first} to {_CALENDAR.last}.", param_hint=option
            )
    return period
