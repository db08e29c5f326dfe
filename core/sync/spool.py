"""What is read of a day before it is stored: partly in memory, the rest in a temporary file, to bound the memory."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from tempfile import TemporaryFile, gettempdir
from typing import overload

import msgspec
import numpy as np

from core.api.records import UsagePage
from core.catalogue import MEASURES
from core.errors import StorageError
from core.store.tables.usage import MASK_COLUMNS

BODIES_IN_MEMORY = 32 * 1024 * 1024
"""Bytes of page bodies."""

PAGES_IN_MEMORY = 32
"""Decoded pages; a full one takes about half a megabyte."""

_Record = tuple[list[str], list[str | None], bytes, bytes, list[str], str | None]


@contextmanager
def _on_disk() -> Iterator[None]:
    """What the disk refuses is something for whoever runs the machine, and no defect."""
    try:
        yield
    except OSError as error:
        message = (
            f"A day could not be read: the folder for temporary files takes none ({error.strerror}). Free some space "
            f"in {gettempdir()}; what was stored before is safe."
        )
        raise StorageError(message) from error


class _Records:
    """A temporary file of byte strings, each behind its length."""

    HEADER = 8
    """Bytes of a length."""

    @_on_disk()
    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed with this object

    @_on_disk()
    def close(self) -> None:
        self._file.close()

    @_on_disk()
    def append(self, record: bytes) -> int:
        """Take in a record; its place."""
        place = self._file.seek(0, 2)
        self._file.write(struct.pack("<q", len(record)) + record)
        return place

    @_on_disk()
    def read(self, place: int) -> bytes:
        """The record at a place; empty at the end."""
        self._file.seek(place)
        header = self._file.read(self.HEADER)
        return self._file.read(struct.unpack("<q", header)[0]) if header else b""

    @_on_disk()
    def clear(self) -> None:
        self._file.seek(0)
        self._file.truncate()


class Bodies:
    """Page bodies that may yet be needed, to be given out once."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []
        self._size = 0
        self._others = _Records()

    def close(self) -> None:
        """Forget everything."""
        self._others.close()

    def keep(self, body: bytes) -> None:
        """Take in the next body."""
        self._size += len(body)
        if self._size <= BODIES_IN_MEMORY:
            self._kept.append(body)
        else:
            self._others.append(body)

    def release(self) -> Iterator[bytes]:
        """All kept bodies in order, forgetting them."""
        kept, self._kept, self._size = self._kept, [], 0
        yield from kept
        place = 0
        while body := self._others.read(place):
            place += len(body) + _Records.HEADER
            yield body
        self._others.clear()


class Pages(Sequence[UsagePage]):
    """Decoded pages of a day, read back from the file whenever they are asked for."""

    def __init__(self) -> None:
        self._first: list[UsagePage] = []
        self._places: list[int] = []
        self._without: dict[int, np.ndarray] = {}
        self._others = _Records()

    def close(self) -> None:
        """Forget everything."""
        self._others.close()

    def append(self, page: UsagePage) -> None:
        """Take in the next page."""
        if len(self._first) < PAGES_IN_MEMORY:
            self._first.append(page)
            return
        record = (
            page.user_ids,
            page.emails,
            page.values.tobytes(),
            page.unmeasured.tobytes(),
            sorted(page.unknown_fields),
            page.next_page,
        )
        self._places.append(self._others.append(msgspec.msgpack.encode(record)))

    def leave_out(self, number: int, rows: np.ndarray) -> None:
        """Give out page `number` without some of its rows, from now on."""
        self._without[number] = rows

    def __len__(self) -> int:
        return len(self._first) + len(self._places)

    @overload
    def __getitem__(self, index: int) -> UsagePage: ...
    @overload
    def __getitem__(self, index: slice) -> list[UsagePage]: ...

    def __getitem__(self, index: int | slice) -> UsagePage | list[UsagePage]:
        numbers = range(len(self))[index]
        return self._page(numbers) if isinstance(numbers, int) else [self._page(number) for number in numbers]

    def _page(self, number: int) -> UsagePage:
        page = self._first[number] if number < len(self._first) else self._read(number - len(self._first))
        left_out = self._without.get(number)
        return page if left_out is None else _without(page, left_out)

    def _read(self, place: int) -> UsagePage:
        body = self._others.read(self._places[place])
        user_ids, emails, values, unmeasured, unknown, next_page = msgspec.msgpack.decode(body, type=_Record)
        return UsagePage(
            user_ids,
            emails,
            np.frombuffer(values, dtype=np.int32).reshape(-1, len(MEASURES)),
            np.frombuffer(unmeasured, dtype=np.int64).reshape(-1, len(MASK_COLUMNS)),
            frozenset(unknown),
            next_page,
        )


def _without(page: UsagePage, rows: np.ndarray) -> UsagePage:
    kept = np.setdiff1d(np.arange(len(page.user_ids)), rows)
    return replace(
        page,
        user_ids=[page.user_ids[index] for index in kept],
        emails=[page.emails[index] for index in kept],
        values=page.values[kept],
        unmeasured=page.unmeasured[kept],
    )
