"""A small company whose every number is known: who reports to whom, and what each Claude account did on each day.

    Greta (chief executive)
    ├─ Frank (two levels above Bob)
    │  ├─ Alice ── Bob ── Ivy
    │  │        └─ Erin (left twenty days ago, and her account goes on being used)
    │  └─ Charlie (Alice's peer) ── Cleo and seven others
    ├─ Dora (an admin; her account has rows that are all zero)
    └─ Hugo (has no Claude account)

Oscar is an admin outside the directory. A visitor has an account that belongs to nobody. Bob has two accounts.
Charlie's account spells his address with capitals. The chains of Greta, Frank and Alice are long enough for stored
sums, Bob's is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
from sqlalchemy import insert

from core.api.records import UsagePage
from core.catalogue import MASK_BITS, MASK_WORDS, MEASURE, MEASURES
from core.people.roster import read_csv
from core.store.day_writes import DayWriter
from core.store.directory import directory
from core.store.engine.database import Database
from core.store.tables.usage import SYNC_RUN
from tests.support import databases

TODAY = dt.date(2026, 11, 22)
SPAN = 60

GRETA, FRANK, ALICE, BOB, IVY, ERIN, CHARLIE, CLEO, DORA, HUGO = (
    f"{name}@example.com"
    for name in ("greta", "frank", "alice", "bob", "ivy", "erin", "charlie", "cleo", "dora", "hugo")
)
CREW = tuple(f"crew{number}@example.com" for number in range(1, 8))
"""Seven more people of Charlie's."""

OSCAR = "oscar@example.com"
VISITOR = "visitor@example.com"
ADMINS = frozenset({DORA, OSCAR})

MANAGER: dict[str, str | None] = {
    GRETA: None,
    FRANK: GRETA,
    ALICE: FRANK,
    BOB: ALICE,
    IVY: BOB,
    ERIN: ALICE,
    CHARLIE: FRANK,
    CLEO: CHARLIE,
    **dict.fromkeys(CREW, CHARLIE),
    DORA: GRETA,
    HUGO: GRETA,
}
"""Everybody of the directory → their manager."""

ACCOUNTS: dict[str, tuple[str, str]] = {
    **{f"user_{email.partition('@')[0]}": (email, email) for email in MANAGER if email not in {HUGO, CHARLIE}},
    "user_charlie": ("Charlie@Example.COM", CHARLIE),
    "user_bob_second": (BOB, BOB),
    "user_visitor": (VISITOR, ""),
}
"""Claude's user id → the address that the API gives, and the person whom the account belongs to (empty: nobody)."""

UNMEASURED = "cowork_plugins_used"
"""A counter that is never measured for anybody."""

PARTLY = "shared_artifacts_viewed"
"""A counter of which only a part is measured for Ivy: it has a number and a mark."""

LATE = "slack_active_messages"
"""A counter that is measured from the thirtieth day on."""

EMPTY = 17
"""The day of the span on which nobody used anything (a stored day without rows)."""

GAP = 23
"""The day of the span that was never read."""

_NUMBER = {user_id: number for number, user_id in enumerate(ACCOUNTS, start=1)}


def left_on(today: dt.date = TODAY) -> dt.date:
    """Erin's last day."""
    return today - dt.timedelta(days=20)


def csv_text(today: dt.date = TODAY) -> str:
    """The directory file."""
    lines = ["email,name,manager_email,title,department,start_date,end_date"]
    for email, manager in MANAGER.items():
        name = f"{email.partition('@')[0].capitalize()} Example"
        end = left_on(today).isoformat() if email == ERIN else ""
        department = "Sales" if CHARLIE in {email, manager} else "Engineering"
        lines.append(f"{email},{name},{manager or ''},,{department},2024-02-01,{end}")
    return "\n".join(lines) + "\n"


def span(today: dt.date = TODAY) -> tuple[dt.date, ...]:
    """The days of the story, ascending; the newest is yesterday. The day at `GAP` is not stored."""
    return tuple(today - dt.timedelta(days=back) for back in range(SPAN, 0, -1))


CSV = csv_text()
DAYS = span()


def counters(user_id: str, day: dt.date, today: dt.date = TODAY) -> dict[str, int] | None:
    """What an account did on a day of the span; None when it has no row."""
    place = SPAN - (today - day).days
    if not 0 <= place < SPAN or place in {EMPTY, GAP}:
        return None
    if user_id == "user_dora":
        return {}
    if day.weekday() >= 5:
        return {"chat_messages": 1} if user_id == "user_greta" else None
    if user_id == "user_bob_second":
        return {"chat_messages": 2, "conversations": 1} if day.weekday() < 2 else None
    if user_id == "user_bob" and day.weekday() == 4:
        return None
    return _working_day(user_id, place)


def _working_day(user_id: str, place: int) -> dict[str, int]:
    number = _NUMBER[user_id]
    counts = {"chat_messages": number + place % 7, "conversations": 1 + number % 3}
    if number % 2 == 0:
        counts |= {"code_sessions": 1 + place % 2, "lines_added": 10 * number, "commits": place % 2}
        counts |= {"edits_accepted": 8, "edits_rejected": 2}
    if number % 3 == 0:
        counts |= {"cowork_sessions": 1, "cowork_messages": 3}
    if number % 4 == 0:
        counts |= {"excel_sessions": 1, "excel_messages": 2}
    if user_id == "user_ivy":
        counts[PARTLY] = 5
    if number % 5 == 0 and place >= SPAN // 2:
        counts[LATE] = 4
    return counts


def total(emails: Iterable[str], measure: str, days: Iterable[dt.date] | None = None, today: dt.date = TODAY) -> int:
    """What people counted over days (all by default), Erin's up to her last day only."""
    people, chosen = set(emails), list(span(today) if days is None else days)
    found = 0
    for user_id, (_, owner) in ACCOUNTS.items():
        for day in chosen:
            if owner in people and not (owner == ERIN and day > left_on(today)):
                found += (counters(user_id, day, today) or {}).get(measure, 0)
    return found


def chain(email: str) -> list[str]:
    """Somebody and everybody below."""
    found = [email]
    for person in found:
        found += [report for report, manager in MANAGER.items() if manager == person]
    return found


def page(
    rows: Sequence[tuple[str, str | None, dict[str, int]]],
    unmeasured: Iterable[str] = (),
    partly: Iterable[tuple[str, str]] = (),
    unknown_fields: Iterable[str] = (),
) -> UsagePage:
    """A page of rows (user id, address, counters); `unmeasured` marks everybody's, `partly` (user id, measure)."""
    values = np.array([[counts.get(m.key, 0) for m in MEASURES] for _, _, counts in rows], dtype=np.int32)
    masks = np.zeros((len(rows), MASK_WORDS), dtype=np.int64)
    for row, (user_id, _, _) in enumerate(rows):
        for key in (*unmeasured, *(measure for user, measure in partly if user == user_id)):
            word, bit = divmod(MEASURE[key].slot, MASK_BITS)
            masks[row, word] |= 1 << bit
    return UsagePage(
        user_ids=[user_id for user_id, _, _ in rows],
        emails=[email for _, email, _ in rows],
        values=values.reshape(len(rows), len(MEASURES)),
        unmeasured=masks,
        unknown_fields=frozenset(unknown_fields),
        next_page=None,
    )


def pages(day: dt.date, today: dt.date = TODAY) -> list[UsagePage]:
    """A day of the span as two pages."""
    rows = [
        (user, ACCOUNTS[user][0], counts) for user in ACCOUNTS if (counts := counters(user, day, today)) is not None
    ]
    late = (LATE,) if day < span(today)[SPAN // 2] else ()
    make = partial(page, unmeasured=(UNMEASURED, *late), partly=(("user_ivy", PARTLY),))
    return [make(rows[:8]), make(rows[8:])]


def migrate_and_fill(url: str) -> None:
    """Bring a new database to the schema of this version and `fill` it, leaving no connection open."""
    databases.migrate(url)
    database = Database(url)
    fill(database)
    database.dispose()


def fill(database: Database, today: dt.date = TODAY, at: dt.datetime | None = None) -> None:
    """Import the directory and store every day of the span but the gap, as a sync at that moment or at 6:30 would."""
    now = at or dt.datetime.combine(today, dt.time(6, 30), dt.UTC)
    with database.write() as connection:
        directory.apply(connection, read_csv(csv_text(today).encode()), today)
        writer = DayWriter(connection)
        for place, day in enumerate(span(today)):
            if place != GAP:
                writer.store(connection, day, pages(day, today), f"{day} as read".encode(), now)
        run = {"trigger": "hourly", "started_at": now, "finished_at": now, "outcome": "ok", "message": "59 days read."}
        counts = {"requests": 118, "days_planned": 59, "days_checked": 59, "days_changed": 59}
        connection.execute(insert(SYNC_RUN).values(**run, **counts))
