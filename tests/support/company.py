"""The persona company with one more number for each person, which nobody else has: a canary."""

from __future__ import annotations

import datetime as dt
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine import schema
from core.store.engine.database import Database
from tests.support import personas
from tests.support.invented import SECRET
from tests.support.personas import ACCOUNTS, ADMINS, MANAGER

CANARY_MEASURE = "word_messages"


@dataclass(frozen=True)
class Company:
    """The company's database, its present day, and everybody's employee id."""

    database: Database
    folder: Path
    today: dt.date
    ids: dict[str, int]

    @property
    def canaries_on(self) -> dt.date:
        """The day of the canaries, on which the visitor did nothing; Erin was still there."""
        return canaries_on(self.today)


def canaries_on(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=25)


def canary(email: str) -> int:
    """A number that only this person has, and that no mean of two others is: medians are shown to whoever has these."""
    return 7_000_003 + 10_007 * list(MANAGER).index(email) + zlib.crc32(email.encode()) % 9_973


def numbers(*emails: str) -> set[str]:
    """The canaries of these people as a page writes them."""
    return {str(canary(email)) for email in emails}


def name_of(email: str) -> str:
    return f"{email.partition('@')[0].capitalize()} Example"


def build(url: str, folder: Path) -> Company:
    now = dt.datetime.now(dt.UTC)
    today = now.date()
    database = Database(url)
    schema.upgrade(database)
    personas.fill(database, today, now)
    with database.write() as connection:
        day = canaries_on(today)
        rows = [
            (user, address, (personas.counters(user, day, today) or {}) | {CANARY_MEASURE: canary(owner)})
            for user, (address, owner) in ACCOUNTS.items()
            if owner and user != "user_bob_second"
        ]
        page = personas.page(rows, unmeasured=(personas.UNMEASURED,))
        DayWriter(connection).store(connection, day, [page], b"canaries", now)
        ids = {row.email: row.id for row in connection.execute(text("SELECT id, email FROM employee"))}
    return Company(database, folder, today, ids)


def import_directory(company: Company, old: str = "", new: str = "") -> None:
    """Import the company's directory with one text in place of another."""
    lines = personas.csv_text(company.today)
    assert old in lines
    with company.database.write() as connection:
        directory.apply(connection, read_csv(lines.replace(old, new).encode()), company.today)


def environment_of(url: str, folder: Path) -> dict[str, str]:
    return {
        "UPTAKE_DATABASE_URL": url,
        "UPTAKE_DATA_DIR": str(folder),
        "UPTAKE_SECRET_KEY": SECRET,
        "UPTAKE_ADMINS": ",".join(sorted(ADMINS)),
        "UPTAKE_CLAUDE_BASE_URL": "http://127.0.0.1:9",
        "UPTAKE_OIDC_METADATA_URL": "http://127.0.0.1:9/.well-known/openid-configuration",
        "UPTAKE_OIDC_ISSUER": ISSUER,
        "UPTAKE_OIDC_CLIENT_ID": "uptake",
        "UPTAKE_OIDC_CLIENT_SECRET": "invented",
    }


ISSUER = "https://sign-in.example.com"


def claims_of(email: object, **claims: object) -> dict[str, object]:
    """What the sign-in provider says about somebody who signed in a minute ago."""
    who = {"iss": ISSUER, "sub": f"subject of {email}", "email": email, "email_verified": True}
    return {"is_logged_in": True, **who, "iat": time.time() - 60, **claims}
