"""Which numbered cases the documents list, and which the tests name, such as `_r07`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

_ROW = re.compile(r"^\| ([A-Z]\d\d) \| [^|]+\. \| [^|]+\. \|$", re.MULTILINE)
_WITH_AN_ID = ("param", "Case")
"""What has a name of its own as `id`: a parameter of a test, and a fault of the matrix."""


def listed(document: str) -> list[str]:
    """The numbers of a document's table in its order; a row counts that has a sentence in each of its other cells."""
    return rows_in((TESTS.parent / "docs" / document).read_text("utf-8"))


def rows_in(text: str) -> list[str]:
    """The numbers of the rows of a table."""
    return _ROW.findall(text)


def names_in(source: str) -> Iterator[str]:
    """The names of the tests that a module defines, of their parameters, and of faults; no other text in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name
        elif isinstance(node, ast.Call):
            yield from _ids_of(node)


def _ids_of(call: ast.Call) -> Iterator[str]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = {word.arg: word.value for word in call.keywords}
    several = given.get("ids") if called == "parametrize" else None
    candidates = list(several.elts) if isinstance(several, ast.List | ast.Tuple) else []
    if called in _WITH_AN_ID and "id" in given:
        candidates.append(given["id"])
    for node in candidates:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def names() -> frozenset[str]:
    """The names in all files of the tests."""
    return frozenset(name for path in TESTS.rglob("*.py") for name in names_in(path.read_text("utf-8")))


def numbers_in(found: frozenset[str], letter: str) -> set[str]:
    """The numbers of a list in names; the list is known by its capital letter."""
    number = re.compile(rf"(?:^|[_ ])[{letter}{letter.lower()}](\d\d)(?![0-9a-zA-Z])")
    return {f"{letter}{digits}" for name in found for digits in number.findall(name)}
