"""Which pages' first-visit notes somebody has put away, so that each is shown once a person and not once a browser."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Column, Connection, Table, Text, select
from sqlmodel import Field, SQLModel

from core.store.engine import upsert


class Introduction(SQLModel, table=True):
    """A page whose note the person with this e-mail address has put away. It says nothing about visits."""

    email: str = Field(sa_column=Column(Text, primary_key=True))
    page: str = Field(sa_column=Column(Text, primary_key=True))


INTRODUCTION = cast("Table", Introduction.__table__)  # type: ignore[attr-defined]


def put_away(connection: Connection, email: str) -> frozenset[str]:
    """The pages whose note somebody has put away."""
    return frozenset(connection.scalars(select(INTRODUCTION.c.page).where(INTRODUCTION.c.email == email)))


def put_away_one(connection: Connection, email: str, page: str) -> None:
    """Keep that somebody has put a page's note away."""
    upsert.put(connection, INTRODUCTION, {"email": email, "page": page}, {})
