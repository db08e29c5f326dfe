"""The table of what user-days were before they were revised; nothing in it is ever changed or removed."""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Column, Integer, Table, Text
from sqlmodel import Field, SQLModel

from core.store.engine.column_types import Day


class UserDayWas(SQLModel, table=True):
    """What one account's row of a day was before revision `revision` of that day; only what became different.

    `was` is a JSON object of column → old value, in which 0 is left out of a row that vanished. It is None where the
    revision brought a row that had not been there.
    """

    __tablename__ = "user_day_was"
    __table_args__ = ({"sqlite_with_rowid": False},)
    day: dt.date = Field(sa_column=Column(Day, primary_key=True))
    revision: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    account_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    was: str | None = Field(default=None, sa_column=Column(Text))


USER_DAY_WAS = cast("Table", UserDayWas.__table__)  # type: ignore[attr-defined]
