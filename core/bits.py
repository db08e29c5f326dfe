"""Masks over people as bits, eight people a byte: how they are packed, united and counted.

Little-endian along the people, as they are stored, and not set behind the last of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Packed:
    """A mask [days or spans, people] as bits [days or spans, bytes]."""

    rows: np.ndarray
    people: int

    @classmethod
    def of(cls, mask: np.ndarray) -> Packed:
        """From a cell for each day and person."""
        return cls(bits_of(mask), mask.shape[1])

    @property
    def mask(self) -> np.ndarray:
        """A byte for each day and person: for few of them."""
        return mask_of(self.rows, self.people)


def bits_of(mask: np.ndarray) -> np.ndarray:
    """A mask over people as bits; of several masks, each in its row."""
    return np.packbits(mask, axis=-1, bitorder="little")


def mask_of(bits: np.ndarray, people: int) -> np.ndarray:
    """What `bits_of` told, of so many people, as a mask again."""
    return np.unpackbits(bits, axis=-1, count=people, bitorder="little").view(bool)


def none_of(rows: int, people: int) -> np.ndarray:
    """Bits of so many rows over so many people, of which none is set."""
    return np.zeros((rows, math.ceil(people / 8)), dtype=np.uint8)


def united(days: np.ndarray, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """Bits [spans, bytes] that are set in any row of each span; a span is its first row and the one behind its last.

    Spans of one length that follow each other, such as weeks, are united in one step. What of a span lies outside of
    the rows adds nothing.
    """
    most, width = days.shape
    inside = [(min(max(start, 0), most), max(min(stop, most), 0)) for start, stop in spans]
    result = np.zeros((len(spans), width), dtype=np.uint8)
    for begin, end in _alike(inside):
        rows = days[inside[begin][0] : inside[end - 1][1]]
        each = rows.reshape(end - begin, len(rows) // (end - begin), width)
        np.bitwise_or.reduce(each, axis=1, out=result[begin:end])
    return result


def _alike(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """From where to where, by index, spans of one length follow each other without a gap."""
    begin, start, stop = 0, 0, 0
    for at, (here, until) in enumerate(spans):
        if at and (here != stop or until - here != stop - start):
            yield begin, at
            begin = at
        start, stop = here, until
    if spans:
        yield begin, len(spans)


def how_many(rows: np.ndarray) -> np.ndarray:
    """For each row, how many bits are set."""
    # Eight bytes are counted as fast as one.
    words = np.zeros((len(rows), math.ceil(rows.shape[1] / 8)), dtype=np.uint64)
    words.view(np.uint8)[:, : rows.shape[1]] = rows
    return np.asarray(np.bitwise_count(words).sum(axis=1, dtype=np.int64))


def set_before(rows: np.ndarray, people: np.ndarray) -> np.ndarray:
    """For each row and place of a person, how many bits are set before that place."""
    words = np.zeros((len(rows), rows.shape[1] // 8 + 1), dtype="<u8")
    words.view(np.uint8)[:, : rows.shape[1]] = rows
    before = np.zeros(words.shape, dtype=np.int64)
    np.cumsum(np.bitwise_count(words[:, :-1]), axis=1, out=before[:, 1:])
    word, place = np.divmod(people, 64)
    partly = words[:, word] & ((np.uint64(1) << place.astype(np.uint64)) - np.uint64(1))
    return np.asarray(before[:, word] + np.bitwise_count(partly))


def set_at(bits: np.ndarray, people: np.ndarray) -> int:
    """How many of the people at some places have their bit set."""
    return int(np.count_nonzero(bits[people // 8] >> (people % 8).astype(np.uint8) & 1))
