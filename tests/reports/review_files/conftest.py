"""The persona company with texts that try to act, and the files of its review in every form."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.people.roster import read_csv
from core.reports.exports import review_files
from core.reports.reviews import people
from core.reports.reviews.packet import Request, chosen_stats
from core.reports.reviews.readings import PresentReadings
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from core.visibility import Identity, MarkKind, NewMark, scope_of, viewer_for
from tests.reports.review_files.invented import AS_OF, EVIL, LEDGER, MAKER, NOTE, PERIOD
from tests.support import personas
from tests.support.personas import DAYS, TODAY


@pytest.fixture(scope="session")
def scope(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('files') / 'uptake.db'}")
    schema.upgrade(database)
    personas.fill(database)
    text = personas.csv_text().replace("Cleo Example", '"' + EVIL.replace('"', '""') + '"')
    text = text.replace("Ivy Example", "''=1+1")  # whose own name begins with one apostrophe
    with database.write() as connection:
        directory.apply(connection, read_csv(text.encode()), TODAY)
        rows = [("user_ivy", personas.IVY, {"edits_accepted": 30, "edits_rejected": 10, "commits": 1234})]
        DayWriter(connection).store(connection, DAYS[-1], [personas.page(rows)], b"more", AS_OF)
    viewer = viewer_for(database, (), Identity(personas.GRETA, True), TODAY)
    scope_of(database, viewer).write_note(NOTE)
    scope_of(database, viewer).mark(NewMark(MarkKind.LEAVE, DAYS[-3], DAYS[-2], "#emph[Sea]"))
    yield scope_of(database, viewer_for(database, {"o@example.com"}, Identity("o@example.com", True), TODAY))
    database.dispose()


@pytest.fixture(scope="session")
def request_(scope):
    return Request(people.chain(scope, 0, PERIOD), PERIOD, chosen_stats(()))


@pytest.fixture(scope="session")
def made(scope, request_, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("made")
    for form in review_files.FORMS:
        review_files.make(PresentReadings(scope), request_, MAKER, lambda: LEDGER, form=form, folder=folder)
    return {form: folder / f"review.{form}" for form in review_files.FORMS}
