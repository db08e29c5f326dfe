"""`uptake export brief`: the 1:1 brief of one person and period, as the page shows it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from core.cli.export_scope import DAY, maker_name, reported_period, scope_for, team_of
from core.cli.files import placed_whole
from core.errors import NotPermitted
from core.reports.briefs.brief import brief_of
from core.reports.exports import brief_files
from core.reports.exports.provenance import Maker
from core.version import version


@click.command(short_help="The 1:1 brief of one person.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The viewer: somebody who sees the person.")
@click.option("--person", metavar="EMAIL", help="Whom it is about; without it, the viewer.")
@click.option("--from", "first", required=True, type=DAY, metavar="DATE", help="First day (UTC), as YYYY-MM-DD.")
@click.option("--to", "last", required=True, type=DAY, metavar="DATE", help="Last day, included.")
@click.option("--format", "form", type=click.Choice([*brief_files.FORMS]), default="md", show_default=True)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def brief(email: str, person: str | None, first: dt.datetime, last: dt.datetime, form: str, out: Path) -> None:
    """Write the 1:1 brief of one person: what stands out in the figures, by rule, the same text for every reader.

    The file is written whole or not at all, and only its owner can read it.
    """
    period = reported_period(first, last)
    with scope_for(email) as (scope, _):
        employee_id = scope.viewer.employee_id if person is None else team_of(scope, person).team_id
        if employee_id is None:
            raise NotPermitted
        said = {"days": str(period), "form": f"{form}, brief"}
        export_id = scope.recorder.log_export(employee_id, [employee_id], said)
        with scope.moment():
            fresh = scope.freshness()
            found = brief_of(scope, employee_id, period, fresh.first_day or period.first)
        maker = Maker(export_id, maker_name(scope), dt.datetime.now(dt.UTC), fresh.data_through, version())
        with placed_whole(out) as place:
            brief_files.write(found, maker, form, place)
