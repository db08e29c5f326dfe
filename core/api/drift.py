"""Fields of a page that the catalogue does not know: the API grows, and what it adds is named, not lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.api.rows import KNOWN_ENVELOPE, KNOWN_FIELDS

MOST_NAMES = 100
"""No more unknown fields than this are named; a page with more has another fault than drift."""

_DEEPEST = 8
_PAGE = "(page)."
_LONGEST = 200


@dataclass(frozen=True)
class Known:
    """What is known of an endpoint's pages: dotted paths of the values of a row, and the fields beside the rows.

    `rows` is the field that holds the rows.
    """

    fields: frozenset[str]
    envelope: frozenset[str]
    rows: str = "data"

    def covers(self, path: str) -> bool:
        """Whether a value is known; an object of known values may itself be null or empty."""
        above = path + "."
        return (
            path in self.fields
            or any(f.startswith(above) for f in self.fields)
            or path.partition(".")[0] in self.fields
        )

    def names(self, path: str) -> bool:
        """Whether a path as `unknown_fields` gives it is known after all, by a later version."""
        name = path.removeprefix(_PAGE)
        return name in self.envelope if name != path else self.covers(path)


USERS = Known(KNOWN_FIELDS, KNOWN_ENVELOPE)


def unknown_fields(page: dict[str, Any], known: Known = USERS) -> frozenset[str]:
    """Dotted paths of the unknown values of an untyped page, those of rows as in the catalogue ("new_metrics.count").

    Fields beside the rows stand under "(page)"; a list is named once, not item by item.
    """
    found = {_noted(f"{_PAGE}{name}") for name in page if name not in known.envelope}
    seen: set[str] = set()
    for row in page[known.rows]:
        for path in _leaves(row, "", 0):
            if path in seen:
                continue
            seen.add(path)
            if not known.covers(path):
                found.add(_noted(path))
            if len(found) >= MOST_NAMES:
                return frozenset(found)
    return frozenset(found)


def _noted(path: str) -> str:
    """The path as text that every database takes and a page shows: a name may hold any character, even NUL."""
    visible = path if path.isprintable() else "".join(map(_visible, path[:_LONGEST]))
    return visible[:_LONGEST]


def _visible(char: str) -> str:
    return char if char.isprintable() else char.encode("unicode_escape").decode("ascii")


def _leaves(value: dict[str, Any], above: str, depth: int) -> Iterator[str]:
    for name, inner in value.items():
        path = above + name
        if isinstance(inner, dict) and inner and depth < _DEEPEST:
            yield from _leaves(inner, path + ".", depth + 1)
        else:
            yield path
