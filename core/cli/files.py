"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from core.errors import UptakeError


class FileNotWritten(UptakeError):
    """A file could not be written; one that stood there before is unchanged."""


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """A text file (UTF-8, newlines as written) that takes its name only when the block ends well; mode 0600.

    Raises:
        FileNotWritten: the folder does not exist or cannot be written, or the disk is full.
    """
    with placed_whole(path) as place, place.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def placed_whole(path: Path) -> Iterator[Path]:
    """An empty file to be filled, of mode 0600, that takes its name only when the block ends well.

    Raises:
        FileNotWritten: the folder does not exist or cannot be written, or the disk is full.
    """
    temporary = None
    try:
        # Beside its final place: a rename is atomic only within one file system.
        number, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        os.close(number)
        yield Path(temporary)
        with Path(temporary).open("rb") as file:
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileNotWritten(f"{path} could not be written: {reason}. What stood there before is unchanged.") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()
