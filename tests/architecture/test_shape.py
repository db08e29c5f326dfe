"""Pages are scripts behind the gate, and a module is small enough to be read at one sitting."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "pages").rglob("*.py"))
MODULES = sorted((ROOT / "core").rglob("*.py"))
GATE = "core.ui.gate"
LONG = ("core/catalogue/statistics.py", "core/store/migrations/versions/")
"""Lists of entries and of columns, which nobody reads from top to bottom."""


def faults_of_a_page(source: str) -> list[str]:
    """What keeps a script from being a page: definitions of its own, or anything before the gate."""
    tree = ast.parse(source)
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    faults = [f"line {node.lineno}: defines something" for node in ast.walk(tree) if isinstance(node, definitions)]
    gates: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            for name in statement.names:
                if statement.module == GATE and name.name.startswith("require_"):
                    gates.add(name.asname or name.name)
        elif not isinstance(statement, ast.Import) and not _is_docstring(statement):
            if not _calls(statement, gates):
                faults.append(f"line {statement.lineno}: the first statement after the imports is not the gate")
            return faults
    return [*faults, "never calls the gate"]


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _calls(statement: ast.stmt, names: set[str]) -> bool:
    """Whether a statement is a bare or assigned call of one of the names, or of something in a module so named."""
    if not isinstance(statement, ast.Expr | ast.Assign) or not isinstance(statement.value, ast.Call):
        return False
    called = statement.value.func
    if isinstance(called, ast.Attribute):
        called = called.value
    return isinstance(called, ast.Name) and called.id in names


def test_every_page_defines_nothing_and_begins_with_the_gate():
    faults = {_path(page): faults_of_a_page(page.read_text("utf-8")) for page in PAGES}
    assert {page: found for page, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import streamlit as st\nst.title('x')",
        "from core.ui.gate import require_viewer\nimport streamlit as st\nst.title('x')\nviewer = require_viewer()",
        "from core.ui.gate import require_viewer\nviewer = require_viewer()\ndef more(): ...",
        "from core.ui.gate import require_viewer\nviewer = require_viewer()\nmore = lambda: 1",
        "from core.ui.gate import require_viewer",
        "from core.ui.gate import require_viewer\nif True:\n    viewer = require_viewer()",
        "from somewhere import require_viewer\nviewer = require_viewer()",
        "from core.ui.gate import scope_at_click\nscope = scope_at_click(None)",
    ],
)
def test_a_script_that_is_no_page_is_recognised(source: str):
    assert faults_of_a_page(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""Title."""\nfrom __future__ import annotations\nfrom core.ui.gate import require_viewer\nrequire_viewer()',
        "from core.ui.gate import require_admin as gate\ngate()\n",
    ],
)
def test_a_gated_script_is_recognised(source: str):
    assert faults_of_a_page(source) == []


def test_every_room_of_core_is_a_package():
    """A directory without `__init__.py` can be imported, but the import contracts do not see it."""
    scripts = ROOT / "core/store/migrations"
    rooms = {module.parent for module in MODULES if not module.is_relative_to(scripts)}
    assert [_path(room) for room in sorted(rooms) if not (room / "__init__.py").exists()] == []


def test_every_module_of_core_has_at_most_250_lines():
    assert _longer_than(250, [module for module in MODULES if not _path(module).startswith(LONG)]) == {}


def test_every_page_has_at_most_70_lines():
    assert _longer_than(70, PAGES) == {}


def _longer_than(limit: int, files: list[Path]) -> dict[str, int]:
    lengths = {_path(file): len(file.read_text("utf-8").splitlines()) for file in files}
    return {file: length for file, length in lengths.items() if length > limit}


def _path(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()
