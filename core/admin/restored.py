"""An older database was put back: what was taken since its copy was made must not come back with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core import audit
from core.admin.access import AdminViewer
from core.store.access import roles, sessions
from core.store.access.roles import Grant
from core.store.engine.database import Database


@dataclass(frozen=True)
class RestoreResult:
    """What the access log lacks or has wrong, and the roles that were taken."""

    log: audit.Verification
    taken: list[Grant]


def restored(admin: AdminViewer, database: Database) -> RestoreResult:
    """Take up an older database: all sessions end, and all roles that were given in Uptake are taken, on record.

    Nothing in the database says who lost a role or whose session was ended after its copy was made, so everybody does.
    Admins of the settings stay. Done wholly or not at all; until then nothing is shown.

    Raises:
        StorageError: the database cannot be read or written.
    """
    now = dt.datetime.now(dt.UTC)
    found = audit.verify(database)
    with database.write() as connection:
        sessions.end_all(connection, now)
        taken = roles.revoke_all(connection, admin.name, now)
        audit.take_up(connection, found)
        for grant in taken:
            whom, said = audit.person(grant.employee_id), {"role": grant.role, "because": "an older database"}
            audit.record(connection, admin.name, "role.revoked", whom, said, renewing=True)
        audit.record(connection, admin.name, "sessions.ended", audit.EVERYONE, renewing=True)
    return RestoreResult(found, taken)
