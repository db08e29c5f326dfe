"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
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

    Behind a symbolic link it takes the place of the file that is meant. What is no file, such as a named pipe or a
    device, stays what it is, and is written to when the block ends well.

    Raises:
        FileNotWritten: the folder does not exist or cannot be written, or the disk is full.
    """
    temporary = None
    try:
        through = path.exists() and not path.is_file()
        target = Path(os.path.realpath(path))
        # Beside its final place: a rename is atomic only within one file system.
        beside = None if through else target.parent
        number, temporary = tempfile.mkstemp(dir=beside, prefix=f".{target.name}.", suffix=".part")
        os.close(number)
        yield Path(temporary)
        if through:
            _pour(Path(temporary), path)
            return
        with Path(temporary).open("rb") as file:
            os.fsync(file.fileno())
        Path(temporary).replace(target)
        temporary = None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileNotWritten(f"{path} could not be written: {reason}. What stood there before is unchanged.") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()


def _pour(source: Path, sink: Path) -> None:
    """Write a file's content into a pipe or device; opening a named pipe waits for its reader."""
    with source.open("rb") as content, sink.open("wb") as receiver:
        shutil.copyfileobj(content, receiver)
