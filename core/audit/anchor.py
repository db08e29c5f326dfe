"""The anchor: a file outside the database to which every new head of the chain is appended.

A chain that was cut at its end, or a database that was restored from an older copy, is whole in itself; only something
that did not go with it can tell. Each line holds an entry's number and half of its hash. It names nobody.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

NAME = "access_log.anchor"


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
                number, _, half = line.strip().partition(b" ")
                if number.isdigit() and len(half) == 32:
                    found[int(number)].add(bytes.fromhex(half.decode("ascii", "replace")))
        return found
