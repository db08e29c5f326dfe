"""`uptake export usage`: the statistics of people over a range of days, as one viewer may see them."""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TextIO

import click

from core.cli.export_review import ReviewOptions, review_period, write_review
from core.cli.export_scope import DAY, period_of, scope_for, team_of
from core.cli.files import written_whole
from core.errors import UptakeError
from core.reports.exports.csv import write_csv
from core.reports.exports.json import write_json
from core.reports.exports.table import stamped, usage_table
from core.reports.periods import Period
from core.visibility import Scope


class NothingStored(UptakeError):
    """No day of the range is stored, so there is nothing to export."""


@click.command(short_help="One table of statistics; XLSX and PDF are reviews.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The viewer: what they may see is exported.")
@click.option("--from", "first", required=True, type=DAY, metavar="DATE", help="First day (UTC), as YYYY-MM-DD.")
@click.option("--to", "last", required=True, type=DAY, metavar="DATE", help="Last day, included.")
@click.option("--team", metavar="EMAIL", help="Only the chain below this person, inside what the viewer may see.")
@click.option(
    "--grain", type=click.Choice(["day", "total"]), default="day", show_default=True, help="A row a day, or one in all."
)
@click.option("--format", "form", type=click.Choice(["csv", "json", "xlsx", "pdf"]), default="csv", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Else standard output.")
def usage(
    email: str,
    first: dt.datetime,
    last: dt.datetime,
    team: str | None,
    grain: Literal["day", "total"],
    form: str,
    out: Path | None,
) -> None:
    """Export the usage that a viewer may see: their own, their reporting chain's, or everybody's for an admin.

    Somebody who may see nothing gets an error and no file. The file given by --out is written whole or not at all, and
    only its owner can read it. As XLSX and PDF it is a review; see `uptake export review`.
    """
    if form in {"xlsx", "pdf"}:
        write_review(email, review_period(first, last), ReviewOptions(team=team, form=form), out)
        return
    period = period_of(first, last)
    with scope_for(email) as (scope, _):
        chosen = scope.whole if team is None else team_of(scope, team)
        _check_stored(scope, period)
        said = {"days": str(period), "form": f"{form}, {grain}"}
        export_id = scope.recorder.log_export(chosen.team_id, scope.members(chosen).ids.tolist(), said)
        table = stamped(usage_table(scope, chosen, period, grain), chosen, export_id)
        with _output(out) as file:
            (write_json if form == "json" else write_csv)(table, file)


def _check_stored(scope: Scope, period: Period) -> None:
    if scope.stored_days(period.first, period.last):
        return
    fresh = scope.freshness()
    reach = (
        f"the stored days reach from {fresh.first_day} to {fresh.data_through}" if fresh.data_through else "no day is"
    )
    raise NothingStored(
        f"No day from {period.first} to {period.last} is stored ({reach}), so there is nothing to export."
    )


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        # UTF-8 and untouched newlines, whatever the terminal's locale says: a script reads this like the file.
        stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        yield stream
        stream.detach()
    else:
        with written_whole(path) as file:
            yield file
