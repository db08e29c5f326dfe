"""The tables of figures about the whole organisation, as Claude counts them: no person stands in any of them.

They are guarded all the same, because the name of a skill or connector can reveal what people work on.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from pydantic import create_model
from sqlalchemy import Column, Integer, Table, Text
from sqlmodel import Field, SQLModel

from core.api.totals import ACTIVE
from core.store.engine.column_types import Day, Instant


class _OrganisationDay(SQLModel):
    """Seats and active users of one UTC day; None where Claude reports none."""

    day: dt.date = Field(sa_column=Column(Day, primary_key=True))
    seats: int | None = Field(default=None, sa_column=Column(Integer))
    pending_invites: int | None = Field(default=None, sa_column=Column(Integer))
    science_entitled: int | None = Field(default=None, sa_column=Column(Integer))


def _with_actives() -> type[SQLModel]:
    columns: dict[str, Any] = {name: (int | None, Field(default=None, sa_column=Column(Integer))) for name in ACTIVE}
    base = type("_Base", (_OrganisationDay,), {"__tablename__": "organisation_day", "__module__": __name__})
    return create_model(
        "OrganisationDay", __base__=base, __module__=__name__, __cls_kwargs__={"table": True}, **columns
    )


OrganisationDay = _with_actives()
"""A `_OrganisationDay` with a nullable count for each of `core.api.totals.ACTIVE`."""


class SkillDay(SQLModel, table=True):
    """Use of one skill on one UTC day; `name` is Claude's key of the skill, often an opaque id."""

    __tablename__ = "skill_day"
    day: dt.date = Field(sa_column=Column(Day, primary_key=True))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    display_name: str | None = Field(default=None, sa_column=Column(Text))
    share_status: str | None = Field(default=None, sa_column=Column(Text))
    users: int | None = None
    invocations: int | None = None
    enabled: int | None = None


class ConnectorDay(SQLModel, table=True):
    """Calls of one connector on one UTC day; `name` is Claude's key of the connector, at times an opaque id."""

    __tablename__ = "connector_day"
    day: dt.date = Field(sa_column=Column(Day, primary_key=True))
    name: str = Field(sa_column=Column(Text, primary_key=True))
    display_name: str | None = Field(default=None, sa_column=Column(Text))
    users: int | None = None
    reads: int | None = None
    writes: int | None = None
    unclassified: int | None = None


class EndpointDay(SQLModel, table=True):
    """What is known of one day of an endpoint; `stored_at` is None while no version of the day is stored.

    `rows` are those of the stored version, which a new one is measured by; 0 once an admin accepts any.
    """

    __tablename__ = "endpoint_day"
    endpoint: str = Field(sa_column=Column(Text, primary_key=True))
    day: dt.date = Field(sa_column=Column(Day, primary_key=True))
    rows: int = 0
    stored_at: dt.datetime | None = Field(default=None, sa_column=Column(Instant))
    checked_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    problem: str | None = Field(default=None, sa_column=Column(Text))


class Endpoint(SQLModel, table=True):
    """How the last reading of an endpoint ended; `problem` is a sentence, None when nothing was wrong."""

    name: str = Field(sa_column=Column(Text, primary_key=True))
    checked_at: dt.datetime = Field(sa_column=Column(Instant, nullable=False))
    problem: str | None = Field(default=None, sa_column=Column(Text))


def _table(model: type[SQLModel]) -> Table:
    return cast("Table", model.__table__)  # type: ignore[attr-defined]


ORGANISATION_DAY = _table(OrganisationDay)
SKILL_DAY = _table(SkillDay)
CONNECTOR_DAY = _table(ConnectorDay)
ENDPOINT_DAY = _table(EndpointDay)
ENDPOINT = _table(Endpoint)
