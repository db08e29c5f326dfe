"""The anchor: a file outside the database to which every new head of the chain is appended.

A chain that was cut at its end, or a database that was restored from an older copy, is whole in itself; only something
that did not go with it can tell. Each line holds an entry's number and half of its hash. It names nobody.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

NAME = "access_log.anchor"

_TAIL = 256
"""Bytes at the end of the file that hold a whole line for sure."""


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

    def heads(self) -> dict[int, set[bytes]]:
        """The noted hashes by entry number; a line that is none, such as the torn last one of a crash, is left out.

        Raises:
            OSError: the file is there and cannot be read.
        """
        found: dict[int, set[bytes]] = defaultdict(set)
        if not self.path.exists():
            return found
        with self.path.open("rb") as file:
            for line in file:
                number, half = _noted(line)
                if half:
                    found[number].add(half)
        return found


def _noted(line: bytes) -> tuple[int, bytes]:
    """Number and half hash of a line; of one that is none, no hash."""
    number, _, half = line.strip().partition(b" ")
    try:
        return (int(number), bytes.fromhex(half.decode("ascii"))) if len(half) == 32 else (0, b"")
    except ValueError:
        return 0, b""
