"""The anchor: a file outside the database to which every new head of the chain is appended.

A chain that was cut at its end, or a database that was restored from an older copy, is whole in itself; only something
that did not go with it can tell. Each line holds an entry's number and half of its hash. It names nobody.
"""

from __future__ import annotations

import os
from array import array
from pathlib import Path

import numpy as np

NAME = "access_log.anchor"

_TAIL = 256
"""Bytes at the end of the file that hold a whole line for sure."""

_LARGEST = 2**63 - 1
"""The largest number that an entry can have."""


class Heads:
    """The noted hashes by entry number, in 25 bytes a line, and which of the numbers were asked for."""

    def __init__(self, numbers: array[int], halves: bytearray) -> None:
        given = np.frombuffer(numbers, dtype=np.int64)
        order = np.argsort(given, kind="stable")
        self._numbers = given[order]
        # Not "S16", which takes the zeros at the end of a hash away.
        self._halves = np.frombuffer(halves, dtype="V16")[order]
        self._asked = np.zeros(len(given), dtype=bool)

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, number: int) -> set[bytes]:
        """The half hashes that were noted for an entry: one, unless the anchor or the log was tampered with."""
        lines = slice(self._numbers.searchsorted(number), self._numbers.searchsorted(number, side="right"))
        self._asked[lines] = True
        return set(self._halves[lines].tolist())

    def never_asked(self) -> list[int]:
        """The numbers that were noted and that nobody asked `of`, ascending."""
        left: list[int] = np.unique(self._numbers[~self._asked]).tolist()
        return left


class Anchor:
    """The file of one installation. Several processes append to it; the order of neighbouring lines may differ."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, sequence: int, own: bytes) -> None:
        """Note an entry that the database has committed.

        Raises:
            OSError: the file cannot be written.
        """
        line = f"{sequence} {own[:16].hex()}\n".encode()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            if os.write(file, line) != len(line):
                raise OSError(0, "only a part of the line was written", str(self.path))
        finally:
            os.close(file)

    def newest(self) -> int:
        """The number of the entry that was noted last; 0 when none was.

        Raises:
            OSError: the file is there and cannot be read.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(-min(_TAIL, file.seek(0, os.SEEK_END)), os.SEEK_END)
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return 0
        noted = (_noted(line) for line in reversed(lines))
        return next((number for number, half in noted if half), 0)

    def heads(self) -> Heads:
        """What was noted; a line that is none, such as the torn last one of a crash, is left out.

        Raises:
            OSError: the file is there and cannot be read.
        """
        numbers, halves = array("q"), bytearray()
        if self.path.exists():
            with self.path.open("rb") as file:
                for line in file:
                    number, half = _noted(line)
                    if half:
                        numbers.append(max(-_LARGEST, min(number, _LARGEST)))
                        halves += half
        return Heads(numbers, halves)


def _noted(line: bytes) -> tuple[int, bytes]:
    """Number and half hash, 16 bytes, of a line; of one that is none, no hash."""
    number, _, digits = line.strip().partition(b" ")
    try:
        half = bytes.fromhex(digits.decode("ascii")) if len(digits) == 32 else b""
        return (int(number), half) if len(half) == 16 else (0, b"")
    except ValueError:
        return 0, b""
