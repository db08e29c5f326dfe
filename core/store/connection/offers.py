"""Which days the API has offered as its newest, and since when: the measure for how far behind the stored data is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Column, Connection, Table, bindparam, func, select, text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Day, Instant


class OfferedDay(SQLModel, table=True):
    """A UTC day that the API named as its newest, and when it first did so."""

    __tablename__ = "offered_day"
    day: dt.date = Field(sa_column=Column(Day, primary_key=True, autoincrement=False))
    noted_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))


OFFERED_DAY = cast("Table", OfferedDay.__table__)  # type: ignore[attr-defined]

_NOTE = text("INSERT INTO offered_day (day, noted_at) VALUES (:day, :noted_at) ON CONFLICT DO NOTHING").bindparams(
    bindparam("day", type_=Day), bindparam("noted_at", type_=Instant)
)


@dataclass(frozen=True)
class Offer:
    """What the API offers. `behind_since`: when it first named a newest day that is later than what is stored."""

    newest: dt.date | None
    behind_since: dt.datetime | None


def note(connection: Connection, newest: dt.date, now: dt.datetime, today: dt.date | None = None) -> None:
    """Remember the newest day that the API named, unless it did so before, or the day is still to come.

    `today` is the UTC day where another clock than that of `now` tells it.
    """
    if newest <= (today or now.astimezone(dt.UTC).date()):
        connection.execute(_NOTE, {"day": newest, "noted_at": now})


def offer(connection: Connection, data_through: dt.date | None, today: dt.date) -> Offer:
    """What the API offers, against the newest day that is stored (None: nothing is).

    A day after `today` was noted by a clock that ran ahead, and counts for nothing.
    """
    newest = connection.execute(select(func.max(OFFERED_DAY.c.day)).where(OFFERED_DAY.c.day <= today)).scalar()
    since = select(func.min(OFFERED_DAY.c.noted_at)).where(OFFERED_DAY.c.day <= today)
    if data_through is not None:
        since = since.where(OFFERED_DAY.c.day > data_through)
    return Offer(newest, connection.execute(since).scalar())
