"""Which numbered cases the documents list, and which the tests name, such as `_r07` or `A20`."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

_NAME = re.compile(r"def (test_\w+)")
_PARAMETER = re.compile(r'\bid="([^"]+)"')
_ROW = re.compile(r"^\| ([A-Z]\d\d) \| [^|]+\. \| [^|]+\. \|$", re.MULTILINE)


def listed(document: str) -> list[str]:
    """The numbers of a document's table in its order; a row counts that has a sentence in each of its other cells."""
    return rows_in((TESTS.parent / "docs" / document).read_text("utf-8"))


def rows_in(text: str) -> list[str]:
    """The numbers of the rows of a table."""
    return _ROW.findall(text)


def names_in(source: str) -> set[str]:
    """The names of tests and of their parameters."""
    return {*_NAME.findall(source), *_PARAMETER.findall(source)}


def cases_in(source: str, letter: str) -> set[str]:
    """The numbers of a list in those names; the list is known by its capital letter."""
    number = re.compile(rf"(?:^|[_ ])[{letter}{letter.lower()}](\d\d)(?![0-9a-zA-Z])")
    return {f"{letter}{found}" for name in names_in(source) for found in number.findall(name)}


def sources() -> list[str]:
    """All files of the tests."""
    return [path.read_text("utf-8") for path in TESTS.rglob("*.py")]
