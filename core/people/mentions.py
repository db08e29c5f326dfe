"""Whom a line of a directory file may be about that cannot be used: they are not missing from the file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from core.people.email import canonical
from core.people.table import Record
from core.people.text import bare


class Mention(NamedTuple):
    """Whom a line with a fault may be about; `named` when its own address can be read."""

    addresses: frozenset[str]
    numbers: frozenset[str]
    named: bool


def mention(record: Record, columns: Mapping[str, int], width: int) -> Mention:
    """What can be read of a line that has to be refused; `columns` says where each stands, `width` how many there are.

    Where cells are missing or too many, any of them may be the number.
    """
    cells = list(record.pieces if record.cells is None else record.cells)[: 2 * width]
    addresses = {at: address for at, cell in enumerate(cells) if (address := _readable(cell)) is not None}
    at = columns.get("employee_id")
    whole = record.cells is not None and len(record.cells) == width
    numbers = [] if at is None else [cells[at]] if whole else cells
    return Mention(
        addresses=frozenset(addresses.values()),
        numbers=frozenset(bare(" ".join(cell.split())) for cell in numbers) - {""},
        named=columns["email"] in addresses,
    )


def _readable(cell: str) -> str | None:
    if "@" in cell:
        with suppress(ValueError):
            return canonical(bare(cell.strip()))
    return None
