"""Where something is read just now, by whom, and whether anybody asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_PLACE: ContextVar[str] = ContextVar("uptake_place", default="another page")
_BY: ContextVar[str | None] = ContextVar("uptake_by", default=None)
_IS_ASKED: ContextVar[bool] = ContextVar("uptake_is_asked", default=True)


@contextmanager
def at(place: str, by: str | None = None) -> Iterator[None]:
    """What is read inside the block is read at this place: a page's name, or a command.

    `by`: who reads, where that is not the viewer in person; then nothing is the reader's own.
    """
    was_at, was_by = _PLACE.set(place), _BY.set(by)
    try:
        yield
    finally:
        _PLACE.reset(was_at)
        _BY.reset(was_by)


@contextmanager
def nobody_asks() -> Iterator[None]:
    """Whoever is turned away at the door inside the block is not written down: it is the server that asks for them."""
    was = _IS_ASKED.set(False)
    try:
        yield
    finally:
        _IS_ASKED.reset(was)


def place() -> str:
    """Where things are read just now; to say it again where a file is built outside the page."""
    return _PLACE.get()


def by() -> str | None:
    """Who reads in the viewer's place; None for the viewer in person."""
    return _BY.get()


def is_asked() -> bool:
    """Whether somebody came with a request, and it is not the server that asks by itself."""
    return _IS_ASKED.get()
