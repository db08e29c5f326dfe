"""Whether the file of an embedded database is still the one that was opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from core.errors import StorageError


class SameFile:
    """Refuses a database file that was deleted or replaced under a running process.

    SQLite would go on in the file that has no name any more, and what it writes there is lost with the process; a new
    connection would make an empty database in its place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = Path(f"{path}-wal")
        self._opened = self._present()

    def watch(self, engine: Engine) -> None:
        """Look before each connection is opened, and each time that a pooled one is taken."""
        event.listen(engine, "do_connect", self._confirm)
        event.listen(engine, "connect", self._note)
        event.listen(engine, "checkout", self._confirm)

    def _note(self, *_: Any) -> None:
        self._opened = self._opened or self._present()

    def _confirm(self, *_: Any) -> None:
        present = self._present()
        if self._opened is None or self._opened == present:
            self._refuse_a_log_alone()
            return
        message = (
            f"The database file was {'deleted' if present is None else 'replaced'} while Uptake was running, so "
            "nothing is read or written. Put the file or a backup in its place, then start Uptake again."
        )
        raise StorageError(message)

    def _refuse_a_log_alone(self) -> None:
        """SQLite makes an empty database beside the log of one that is gone, and throws the log away."""
        if _size(self._path) == 0 and _size(self._log) > 0:
            raise StorageError(
                f"The database file is gone or empty, but its log {self._log.name} is there, so no new one is made. "
                "Put the file or a backup in its place; to begin anew, remove the log as well."
            )

    def _present(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
