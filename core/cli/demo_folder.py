"""The folder of a demo: never one that holds anything else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UptakeError

_MARK = ".uptake-demo"


class NotADemoFolder(UptakeError):
    """The folder named for the demo holds something else, perhaps real data; it was not touched."""


@contextmanager
def demo_folder(kept: Path | None, *, fresh: bool) -> Iterator[Path]:
    """A folder for a demo's data: a temporary one that goes at the end, or the `kept` one, emptied first when `fresh`.

    Raises:
        NotADemoFolder: the kept one holds something that no demo put there, or is in the home of nobody.
    """
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="uptake-demo-", ignore_cleanup_errors=True) as temporary:
            yield Path(temporary)
        return
    try:
        folder = kept.expanduser().absolute()
    except RuntimeError as error:
        raise NotADemoFolder(
            f"This machine knows no home of that user: {kept}. Write the path of the folder in full."
        ) from error
    marked = (folder / _MARK).is_file()
    if folder.exists() and not marked and any(folder.iterdir()):
        raise NotADemoFolder(f"{folder} holds something else than a demo, so it was not touched. Name an empty folder.")
    if marked and fresh:
        _empty(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / _MARK).touch()
    yield folder


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != _MARK:  # it stays until the end, or an interrupted clean-up could not be repeated
            entry.unlink()
