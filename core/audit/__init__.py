"""The access log: who looked at whose numbers, what was taken away, what was refused, and what admins did.

An entry is written before the answer is given; when it cannot be written, there is no answer. Entries are only added,
each is bound to the one before and sealed with a key that is not in the database, and every new head is noted outside
the database, so that an edit, a removal, a cut or a restored older database is found by `uptake log verify`.

Admin acts are written by one call inside the transaction that does them, the last one in it:

    audit.record(connection, admin.name, "directory.imported", audit.EVERYONE, {"added": 3, "moved": 1})

Looks are written by `core.visibility`, so that no page can forget them.
"""

from core.audit.entries import (
    COMMAND_LINE,
    DAEMON,
    EVERYONE,
    NOBODY,
    SEVERAL,
    Actor,
    Kind,
    Subject,
    how_many,
    how_many_others,
    person,
    team,
)
from core.audit.log import confirm, confirm_newest, newest_noted, open_log, record
from core.audit.looks import (
    AccessRecorder,
    Look,
    log_directory_person,
    log_person,
    log_reading,
    log_refusal,
    log_stranger,
    recorder,
)
from core.audit.reading import at, nobody_asks, place
from core.audit.verification import Verification, go_on, renew, take_up, verify

__all__ = [
    "COMMAND_LINE",
    "DAEMON",
    "EVERYONE",
    "NOBODY",
    "SEVERAL",
    "AccessRecorder",
    "Actor",
    "Kind",
    "Look",
    "Subject",
    "Verification",
    "at",
    "confirm",
    "confirm_newest",
    "go_on",
    "how_many",
    "how_many_others",
    "log_directory_person",
    "log_person",
    "log_reading",
    "log_refusal",
    "log_stranger",
    "newest_noted",
    "nobody_asks",
    "open_log",
    "person",
    "place",
    "record",
    "recorder",
    "renew",
    "take_up",
    "team",
    "verify",
]
