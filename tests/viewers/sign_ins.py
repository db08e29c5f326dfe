"""Sign-ins as a provider tells of them, and what the database then holds of the accounts."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from core import settings as configuration
from core import viewers
from core.admin import identities
from core.admin.access import operator
from core.errors import UnknownViewer
from core.people.roster import read_csv
from core.store.directory import directory
from core.store.engine.database import Database
from core.viewers import Identity, SignIn, Viewer
from tests.support.company import ISSUER
from tests.support.invented import SECRET
from tests.support.personas import DORA, OSCAR, TODAY

NOW = dt.datetime.now(dt.UTC)
MINUTE = dt.timedelta(minutes=1)
OTHER_ISSUER = "https://other.example.com"
SETTINGS = configuration.load({"UPTAKE_ADMINS": f"{DORA},{OSCAR}", "UPTAKE_SECRET_KEY": SECRET})


def a_sign_in(
    subject: str, email: str, *, issuer: str = ISSUER, issued: dt.datetime | float = NOW - MINUTE, nonce="n"
) -> SignIn:
    at = issued.timestamp() if isinstance(issued, dt.datetime) else issued
    return SignIn(issuer, subject, at, nonce, Identity(email, True))


def sign_in(database: Database, one: SignIn, now: dt.datetime = NOW) -> Viewer:
    return viewers.signed_in(database, SETTINGS, one, now)


def stored(database: Database) -> list[tuple[str, bool]]:
    with database.write() as connection:
        rows = connection.execute(text("SELECT subject, bound_at FROM sign_in_identity ORDER BY subject"))
        return [(subject, bound is not None) for subject, bound in rows]


def import_lines(database: Database, *lines: str) -> None:
    header = "email,name,manager_email,end_date\n"
    with database.write() as connection:
        directory.apply(connection, read_csv((header + "\n".join(lines)).encode()), TODAY)


LATER = NOW + dt.timedelta(hours=1)


def refused(database: Database, one: SignIn, now: dt.datetime = NOW) -> None:
    with pytest.raises(UnknownViewer, match="another account"):
        sign_in(database, one, now)


def states(database: Database) -> dict[str, str]:
    return {one.subject: one.state for one in identities.sign_ins(operator(), database)}


def import_numbered(database: Database, *lines: str) -> None:
    with database.write() as connection:
        text = "\n".join(["email,name,manager_email,employee_id", *lines])
        directory.apply(connection, read_csv(text.encode()), TODAY)
