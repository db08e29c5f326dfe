"""The accounts of the invented installation, what is decided about them, and who may read what."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import select, text

from core.admin import roles
from core.admin.access import PeopleAdmin, operator, people_admin_of
from core.admin.matching import AccountShown, LinkPreview, UserDays
from core.api.records import decode
from core.store.day_writes import DayWriter
from core.store.tables.access_log import ACCESS_LOG
from core.viewers import Identity, Role, viewer_for
from core.visibility import scope_of
from simulator.dataset import usage_row
from tests.admin.installation import NOW, days_back
from tests.support import stored

ZED = AccountShown(3, "user_2", "zed@example.com")
NAMELESS = AccountShown(4, "user_3", None)


def ids(database) -> dict[str, int]:
    with database.read("test") as connection:
        return {
            row.email.partition("@")[0]: row.id for row in connection.execute(text("SELECT id, email FROM employee"))
        }


def entries(database) -> list[tuple[str, str, int | None]]:
    with database.read("test") as connection:
        columns = (ACCESS_LOG.c.act, ACCESS_LOG.c.actor, ACCESS_LOG.c.subject_id)
        rows = connection.execute(select(*columns).order_by(ACCESS_LOG.c.sequence)).all()
        return [tuple(row) for row in rows if row.act.startswith(("match", "alias"))]


def counting(database) -> dict[tuple[str, dt.date], dict[str, int]]:
    with database.read("test") as connection:
        stored.assert_sums_and_bitmaps_are_right(connection)
        return stored.team_days(connection)


def told(would: LinkPreview) -> UserDays:
    assert would.moved is not None
    return would.moved


def limited(database, email: str, *admins: str) -> PeopleAdmin:
    """Somebody who may keep the directory and sees no more than the own chain; a people admin unless of `admins`."""
    if email not in admins:
        roles.grant(operator(), database, email, Role.PEOPLE)
    viewer = viewer_for(database, admins, Identity(email, True), NOW.date(), admins_see_everyone=False)
    return people_admin_of(scope_of(database, viewer))


def looks(database) -> list[int | None]:
    """At whose numbers somebody looked."""
    with database.read("test") as connection:
        rows = connection.execute(select(ACCESS_LOG.c.kind, ACCESS_LOG.c.subject_id)).all()
        return [row.subject_id for row in rows if row.kind == "look"]


def arrive(database, *emails: str | None) -> None:
    """More Claude users, with one message on one more day."""
    rows = [usage_row(f"more_{n}", email or "", **{"chat_metrics.message_count": 1}) for n, email in enumerate(emails)]
    page = json.dumps({"data": rows, "next_page": None}).encode()
    with database.write() as connection:
        DayWriter(connection).store(connection, days_back(3), [decode(page)], b"y" * 16, NOW)


CHARLIE, DORA = "charlie@example.com", "dora@example.com"
