"""`uptake export review`: the figures of people for a review, with where they come from, in any form."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from core.admin.review_records import ReviewRecords
from core.admin.storage import Database
from core.catalogue import STAT
from core.cli.export_scope import DAY, maker_name, reported_period, scope_for, team_of
from core.cli.files import placed_whole
from core.people.table import text_of
from core.reports.exports.recorded import make_and_record
from core.reports.exports.review_files import FORMS, ReviewFile
from core.reports.periods import Grain, Period
from core.reports.reviews import people
from core.reports.reviews.cycles import LONGEST_DAYS
from core.reports.reviews.packet import Request, chosen_stats
from core.reports.reviews.people import ReviewSelection
from core.visibility import Scope

_ALONE = "--team and --people cannot be given together."


@dataclass(frozen=True)
class ReviewOptions:
    """What of a review's options has a default."""

    team: str | None = None
    addresses: str | None = None
    stats: tuple[str, ...] = ()
    by: str = Grain.WEEK.value
    form: str = "pdf"
    mark: bool = True


@click.command(short_help="A review: figures of people with their provenance.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The viewer: what they may see is exported.")
@click.option("--from", "first", required=True, type=DAY, metavar="DATE", help="First day (UTC), as YYYY-MM-DD.")
@click.option("--to", "last", required=True, type=DAY, metavar="DATE", help="Last day, included.")
@click.option("--team", metavar="EMAIL", help="Only the chain below this person, inside what the viewer may see.")
@click.option("--people", "addresses", type=click.File("rb"), help="Only the e-mail addresses in this file.")
@click.option(
    "--stat", "stats", multiple=True, type=click.Choice([*STAT]), metavar="KEY", help="Only this; may be repeated."
)
@click.option("--by", type=click.Choice([grain.value for grain in Grain]), default="week", show_default=True)
@click.option("--format", "form", type=click.Choice([*FORMS]), default="pdf", show_default=True)
@click.option("--mark/--no-mark", default=True, show_default=True, help="CSV for Excel: begins with a byte order mark.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to write it.")
def review(
    email: str,
    first: dt.datetime,
    last: dt.datetime,
    team: str | None,
    addresses: BinaryIO | None,
    stats: tuple[str, ...],
    by: str,
    form: str,
    mark: bool,  # noqa: FBT001 - click hands it over by name
    out: Path | None,
) -> None:
    """Write the review of people over a period: the same file as the page Review exports makes.

    Without --team and --people it is about everybody whom the viewer sees. It is over 366 days at most. The file is
    written whole or not at all, and only its owner can read it. A PDF of more than 100 people becomes a ZIP archive of
    several.
    """
    if team is not None and addresses is not None:
        raise click.UsageError(_ALONE)
    text = None if addresses is None else _text(addresses)
    write_review(email, review_period(first, last), ReviewOptions(team, text, stats, by, form, mark), out)


def _text(file: BinaryIO) -> str:
    """What a file of addresses says, from whichever editor or spreadsheet it is. BadParameter where it is no text."""
    try:
        text = text_of(file.read())
    except ValueError as error:
        raise click.BadParameter(f"{error} Save it as text in UTF-8.", param_hint="--people") from error
    if "\0" in text:
        raise click.BadParameter(
            "The file holds NUL characters, so it is no text. Save it as text in UTF-8.", param_hint="--people"
        )
    return text


def review_period(first: dt.datetime, last: dt.datetime) -> Period:
    """The days of two options, no more than the page Review exports offers. BadParameter for others."""
    return reported_period(first, last, LONGEST_DAYS)


def write_review(email: str, period: Period, wanted: ReviewOptions, out: Path | None) -> None:
    """Make the file of a review and put it where it belongs.

    Raises:
        FileNotWritten: the folder cannot be written, or the disk is full.
    """
    if out is None:
        raise click.UsageError(f"Say with --out where to write the {FORMS[wanted.form]} file.")
    with scope_for(email) as (scope, database):
        chosen = _chosen(scope, wanted, period)
        request = Request(chosen, period, chosen_stats(wanted.stats), Grain(wanted.by))
        with (
            placed_whole(out) as place,
            tempfile.TemporaryDirectory(prefix=".uptake-review-", dir=place.parent) as folder,
        ):
            made = _made(scope, database, request, wanted, folder)
            shutil.copyfile(made.path, place)
        if out.suffix != made.path.suffix:
            click.echo(f"{out.name} is a {made.path.suffix[1:].upper()} file of {len(made.parts)} part(s).", err=True)


def _chosen(scope: Scope, wanted: ReviewOptions, period: Period) -> ReviewSelection:
    if wanted.addresses is not None:
        return people.pasted(scope, wanted.addresses)
    return people.chain(scope, (scope.whole if wanted.team is None else team_of(scope, wanted.team)).team_id, period)


def _made(scope: Scope, database: Database, request: Request, wanted: ReviewOptions, folder: str) -> ReviewFile:
    return make_and_record(
        scope,
        request,
        ReviewRecords(database),
        by=maker_name(scope),
        form=wanted.form,
        folder=Path(folder),
        mark=wanted.mark,
    )
