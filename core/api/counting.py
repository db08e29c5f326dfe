"""Decoded rows to two matrices: what was counted, and what was not measured.

A measure is the sum of the numbers found at its paths. It is *not measured* when no path is present or all are null,
and measured in part when one is null and another a number: then the number counts and the mark stays. A missing path,
or one in a missing object, neither adds nor marks: responses of earlier months lack whole products, and the block of
the unified chat exists only where an organization has it.

Everything here works on one object of all rows at a time (all `chat_metrics`, then all `cowork_metrics`, …), so that
the loops over users run inside msgspec and numpy.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec.structs import astuple
from numpy.typing import NDArray

from core.api.rows import LARGEST, ROW, Block
from core.catalogue import MASK_BITS, MASK_WORDS, MEASURES
from core.errors import ApiContractError

_NULL = -2
"""Stands for null among the counters; the API's own numbers are never negative."""

Matrix = NDArray[np.int64]


def count(rows: Sequence[Any]) -> tuple[NDArray[np.int32], Matrix]:
    """The values [user, measure] in catalogue order, 0 where there is none, and the masks [user, word] of what was not
    measured: slot s is bit s % MASK_BITS of word s // MASK_BITS.

    Raises:
        ApiContractError: the parts of one measure add up to more than a stored column holds.
    """
    shape = (len(MEASURES), len(rows))
    total = np.zeros(shape, np.int64)
    measured = np.zeros(shape, np.bool_)
    null = np.zeros(shape, np.bool_)
    for block, objects, where in _blocks(ROW, list(rows), None):
        columns = np.array(block.columns)
        at: Any = columns if where is None else np.ix_(columns, where)
        counters = _counters(block, objects)
        if counters.min() >= 0:
            total[at] += counters
            measured[at] = True
        else:
            total[at] += np.maximum(counters, 0)
            measured[at] |= counters >= 0
            null[at] |= counters == _NULL
    if rows and total.max() > LARGEST:
        worst = MEASURES[int(total.max(axis=1).argmax())]
        raise ApiContractError(
            f"The parts of {worst.key!r} add up to {total.max():,} for one user, more than can be stored. "
            "Nothing of this day was stored.",
            worst.paths[0],
        )
    return np.ascontiguousarray(total.T, np.int32), _masks(null | ~measured)


def _blocks(
    block: Block, objects: list[Any], where: NDArray[np.intp] | None
) -> Iterator[tuple[Block, list[Any], NDArray[np.intp] | None]]:
    """Each object of the tree with its instances and the rows that have it; None means all of them, in order."""
    if not objects:
        return
    if block.counters:
        yield block, objects, where
    for child in block.blocks:
        inner = list(map(attrgetter(child.name), objects))
        present = where
        if not all(inner):
            kept = np.array([i for i, found in enumerate(inner) if found is not None], np.intp)
            present = kept if where is None else where[kept]
            inner = [found for found in inner if found is not None]
        yield from _blocks(child, inner, present)


def _counters(block: Block, objects: list[Any]) -> Matrix:
    """The counters of one object of many rows as a matrix [counter, row], with null and missing as negative marks."""
    try:
        flat = _packed(chain.from_iterable(_values(block, objects)), len(objects) * len(block.counters))
    except struct.error:
        # A null, or a whole number written as 3.0. Looking for those beforehand would cost more than a second try.
        return np.array([_column(values) for values in zip(*_values(block, objects), strict=True)])
    return flat.reshape(len(objects), len(block.counters)).T


def _column(values: tuple[int | float | None, ...]) -> Matrix:
    """One counter of many rows. Mostly it is null for everybody or for nobody."""
    if values[0] is None and values.count(None) == len(values):
        return np.full(len(values), _NULL)
    try:
        return _packed(values, len(values))
    except struct.error:
        return np.array([_NULL if value is None else int(value) for value in values])


def _packed(values: Iterable[int | float | None], size: int) -> Matrix:
    return np.frombuffer(struct.pack(f"{size}q", *values), np.int64)


def _values(block: Block, objects: list[Any]) -> Iterable[tuple[Any, ...]]:
    if not block.blocks:
        return map(astuple, objects)
    get = attrgetter(*block.counters)
    return ((value,) for value in map(get, objects)) if len(block.counters) == 1 else map(get, objects)


def _masks(unmeasured: NDArray[np.bool_]) -> Matrix:
    masks = np.zeros((MASK_WORDS, unmeasured.shape[1]), np.int64)
    for column in np.flatnonzero(unmeasured.any(axis=1)):
        word, bit = divmod(MEASURES[column].slot, MASK_BITS)
        masks[word] |= unmeasured[column].astype(np.int64) << bit
    return np.ascontiguousarray(masks.T)
