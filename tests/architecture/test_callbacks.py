"""Callbacks of widgets run before the page's gate, with whatever value the browser sends, so they only note choices."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UI = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "core/ui").rglob("*.py"))}
WHEN = {"on_change", "on_click", "on_select"}
HARMLESS = {"streamlit", "datetime"}


def faults(sources: dict[str, str]) -> set[str]:
    """What callbacks use besides Streamlit's session and address, as "module: name"; components call each other."""
    trees = {name: ast.parse(source) for name, source in sources.items()}
    found: set[str] = set()
    for module, tree in trees.items():
        for node in ast.walk(tree):
            given = [word.value for word in node.keywords if word.arg in WHEN] if isinstance(node, ast.Call) else []
            given += [v for k, v in _pairs(node) if isinstance(k, ast.Constant) and k.value in WHEN]
            for target in given:
                if not isinstance(target, ast.Constant):
                    _follow(trees, module, target, found, set())
    return found


def _pairs(node: ast.AST) -> list[tuple[ast.expr | None, ast.expr]]:
    return list(zip(node.keys, node.values, strict=True)) if isinstance(node, ast.Dict) else []


def _follow(
    trees: dict[str, ast.Module], module: str, used: ast.AST, found: set[str], seen: set[tuple[str, str]]
) -> None:
    """Look at everything that an expression or a function names, and at the functions among it."""
    imports, functions = _imports(trees[module]), _functions(trees[module])
    through = {id(node.value): node.attr for node in ast.walk(used) if isinstance(node, ast.Attribute)}
    for node in ast.walk(used):
        if not isinstance(node, ast.Name):
            continue
        if node.id in functions and (module, node.id) not in seen:
            seen.add((module, node.id))
            _follow(trees, module, functions[node.id], found, seen)
        elif origin := imports.get(node.id):
            other, name = origin.rpartition(".")[2], through.get(id(node), "")
            if origin.startswith("core.ui.") and other in trees and name in _functions(trees[other]):
                if (other, name) not in seen:
                    seen.add((other, name))
                    _follow(trees, other, _functions(trees[other])[name], found, seen)
            elif origin.partition(".")[0] not in HARMLESS:
                found.add(f"{module}: {origin}")


def _functions(tree: ast.Module) -> dict[str, ast.AST]:
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _imports(tree: ast.Module) -> dict[str, str]:
    """Name → what it stands for, of every import wherever it is, but for those that only name types."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.asname or name.name: name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module not in {"typing", "collections.abc"}:
            found |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    return found


def test_a07_a_callback_notes_a_choice_and_can_neither_read_nor_write_anything_stored():
    assert sum(f"{when}=" in source for source in UI.values() for when in WHEN) > 5
    assert faults(UI) == set()


def test_a_callback_that_reads_is_found_wherever_it_hides():
    head = (
        "import streamlit as st\nfrom core.ui.session import resources\nfrom core.ui.widgets import other\n"
        "from core.store.usage import reads\n"
    )
    nested = "st.button('x', on_click=act)\ndef act():\n    helper()\ndef helper():\n    reads.freshness(None)"
    hidden = {
        nested: "core.store.usage.reads",
        "st.button('x', on_click=lambda: resources.database())": "core.ui.session.resources",
        "noted = {'on_change': reads.freshness}": "core.store.usage.reads",
        "st.button('x', on_click=other.act)": "core.viewers.own_note",
    }
    elsewhere = "from core.viewers import own_note\ndef act():\n    own_note.write()\n"
    for source, what in hidden.items():
        assert {fault.partition(": ")[2] for fault in faults({"page": head + source, "other": elsewhere})} == {what}
    harmless = (
        "def act():\n    st.query_params['x'] = 'y'\nst.button('x', on_click=act)\nst.button('y', on_click='rerun')"
    )
    assert faults({"page": head + harmless, "other": elsewhere}) == set()
