"""Reading and writing annotations: what admins say happened, where and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from core.store.engine import versions
from core.store.tables.annotations import ANNOTATION


@dataclass(frozen=True)
class StoredAnnotation:
    """An annotation as it is stored; `team_id` is the lead of the chain that it is about, `EVERYONE` for all."""

    id: int
    words: str
    first_day: dt.date
    last_day: dt.date
    team_id: int
    made_by: str
    made_at: dt.datetime


# Pages with charts ask this, and to build a statement takes longer than to run it.
_TOUCHING = (
    select(ANNOTATION)
    .where(ANNOTATION.c.first_day <= bindparam("last"), ANNOTATION.c.last_day >= bindparam("first"))
    .order_by(ANNOTATION.c.first_day, ANNOTATION.c.id)
)


def touching(connection: Connection, first: dt.date, last: dt.date) -> list[StoredAnnotation]:
    """Annotations that touch a span of days, ascending by day. Who may read which is for the gate to say."""
    return [StoredAnnotation(**row) for row in connection.execute(_TOUCHING, {"first": first, "last": last}).mappings()]


def newest(connection: Connection, limit: int) -> list[StoredAnnotation]:
    """The latest annotations by their first day, the newest first, for the admins who keep them."""
    wanted = select(ANNOTATION).order_by(ANNOTATION.c.first_day.desc(), ANNOTATION.c.id.desc()).limit(limit)
    return [StoredAnnotation(**row) for row in connection.execute(wanted).mappings()]


def add(
    connection: Connection, words: str, days: tuple[dt.date, dt.date], team_id: int, made: tuple[str, dt.datetime]
) -> None:
    """Store an annotation of the days (first, last); `made` says by whom and when."""
    by, at = made
    versions.bump(connection, versions.CONTEXT)
    connection.execute(
        insert(ANNOTATION).values(
            words=words, first_day=days[0], last_day=days[1], team_id=team_id, made_by=by, made_at=at
        )
    )


def remove(connection: Connection, number: int) -> StoredAnnotation | None:
    """Delete an annotation and return it; None when it is gone already."""
    row = connection.execute(select(ANNOTATION).where(ANNOTATION.c.id == number)).mappings().first()
    if row is not None:
        versions.bump(connection, versions.CONTEXT)
        connection.execute(delete(ANNOTATION).where(ANNOTATION.c.id == number))
    return None if row is None else StoredAnnotation(**row)
