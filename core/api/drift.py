"""Fields of a page that the catalogue does not know: the API grows, and what it adds is named, not lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.api.rows import KNOWN_ENVELOPE, KNOWN_FIELDS

MOST_NAMES = 100
"""No more unknown fields than this are named; a page with more has another fault than drift."""

_DEEPEST = 8
_LONGEST = 200


def unknown_fields(page: dict[str, Any]) -> frozenset[str]:
    """Dotted paths of the unknown values of an untyped page, those of rows as in the catalogue ("new_metrics.count").

    Fields beside the rows stand under "(page)"; a list is named once, not item by item.
    """
    found = {f"(page).{name}"[:_LONGEST] for name in page if name not in KNOWN_ENVELOPE}
    seen: set[str] = set()
    for row in page["data"]:
        for path in _leaves(row, "", 0):
            if path in seen:
                continue
            seen.add(path)
            if not _is_known(path):
                found.add(path[:_LONGEST])
            if len(found) >= MOST_NAMES:
                return frozenset(found)
    return frozenset(found)


def _leaves(value: dict[str, Any], above: str, depth: int) -> Iterator[str]:
    for name, inner in value.items():
        path = above + name
        if isinstance(inner, dict) and inner and depth < _DEEPEST:
            yield from _leaves(inner, path + ".", depth + 1)
        else:
            yield path


def _is_known(path: str) -> bool:
    """Whether a value is known; an object of known values may itself be null or empty."""
    return path in KNOWN_FIELDS or path in _KNOWN_OBJECTS or path.partition(".")[0] in _WHOLLY_IGNORED


_KNOWN_OBJECTS = frozenset(
    ".".join(path.split(".")[:depth]) for path in KNOWN_FIELDS for depth in range(1, path.count(".") + 1)
)
_WHOLLY_IGNORED = frozenset(path for path in KNOWN_FIELDS if "." not in path)
