"""The typed shape of a page of `GET /users`, generated from the catalogue's paths.

Typed structs are decoded about five times as fast as dictionaries and check every number on the way. There are two
shapes of one page. `STRICT` knows no other fields than the catalogue's and finds drift for free; `LENIENT` passes over
unknown fields and takes whole numbers written as 3.0.

In a decoded row a counter is a number, None where the API said null, or `ABSENT`; an object is None where it was null
or missing, which means the same: nothing is reported there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct

from core.catalogue import IGNORED_FIELDS, MEASURES

ABSENT = -1
"""Stands for a counter whose key is missing; real counters are never negative."""

LARGEST = 2**31 - 1
"""Largest count that a stored column holds."""

_Whole = Annotated[int, Meta(ge=0, le=LARGEST)]
_Number = _Whole | Annotated[float, Meta(ge=0, le=LARGEST, multiple_of=1)]
_Id = Annotated[str, Meta(min_length=1, max_length=255)]

_USER = "user"
_IGNORED_ENVELOPE = ("has_more",)
"""Fields beside the rows that are known and not used: `next_page` alone says whether a page follows."""


@dataclass(frozen=True)
class Block:
    """An object of a row: which counters stand directly in it, and which objects.

    `columns` are the positions in `MEASURES` that the counters are added to, in the order of `counters`.
    """

    name: str
    counters: tuple[str, ...]
    columns: tuple[int, ...]
    blocks: tuple[Block, ...]


def _block(name: str, paths: dict[tuple[str, ...], int]) -> Block:
    """The tree of objects below `name`; `paths` leads from there to a position in `MEASURES`."""
    inner: dict[str, dict[tuple[str, ...], int]] = {}
    for path, column in paths.items():
        if len(path) > 1:
            inner.setdefault(path[0], {})[path[1:]] = column
    here = {path[0]: column for path, column in paths.items() if len(path) == 1}
    if len(set(here.values())) != len(here):
        raise ValueError(
            f"Two counters of the object {name!r} belong to one measure; counting adds only across objects."
        )
    return Block(name, tuple(here), tuple(here.values()), tuple(_block(key, below) for key, below in inner.items()))


ROW = _block(
    "row",
    {tuple(path.split(".")): column for column, measure in enumerate(MEASURES) for path in measure.paths},
)
"""What of a row is counted."""


def _struct(name: str, fields: list[tuple[str, Any] | tuple[str, Any, Any]], *, strict: bool) -> type[Struct]:
    return msgspec.defstruct(name, fields, frozen=True, gc=False, eq=False, forbid_unknown_fields=strict)


def _ignored(parent: str) -> list[tuple[str, Any, Any]]:
    """Fields that the catalogue ignores, standing directly in `parent` ("" for the row): skipped without a look."""
    split = (field.rpartition(".") for field in IGNORED_FIELDS)
    return [(name, Raw, Raw()) for above, _, name in split if above == parent and name not in {"id", "email_address"}]


def _fields(block: Block, *, strict: bool) -> list[tuple[str, Any, Any]]:
    counter = _Whole if strict else _Number
    fields: list[tuple[str, Any, Any]] = [(name, counter | None, ABSENT) for name in block.counters]
    for child in block.blocks:
        inner = _struct(child.name, [*_fields(child, strict=strict)], strict=strict)
        fields += [(child.name, inner | None, None)]
    return fields


def _page(*, strict: bool) -> type[Struct]:
    user = _struct("User", [("id", _Id), ("email_address", str | None, None), *_ignored(_USER)], strict=strict)
    row = _struct("Row", [(_USER, user), *_fields(ROW, strict=strict), *_ignored("")], strict=strict)
    rest = [(name, Raw, Raw()) for name in _IGNORED_ENVELOPE]
    return _struct("Page", [("data", list[row]), ("next_page", str | None, None), *rest], strict=strict)  # type: ignore[valid-type]


STRICT: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_page(strict=True))
LENIENT: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_page(strict=False))

COUNTERS = frozenset(path for measure in MEASURES for path in measure.paths)
"""Dotted paths of all counters of a row."""

KNOWN_FIELDS = COUNTERS | frozenset(IGNORED_FIELDS)
"""Dotted paths of all known values of a row."""

KNOWN_ENVELOPE = frozenset({"data", "next_page", *_IGNORED_ENVELOPE})
"""Known fields beside the rows."""
