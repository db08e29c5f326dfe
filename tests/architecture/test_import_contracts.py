"""Each rule about who may import whom catches an import that breaks it, planted in a copy of the product."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

BROKEN_CONTRACTS = {
    "the write half reads through the gate": ("core/sync/planted.py", "core.visibility"),
    "a report does what admins do": ("core/reports/planted.py", "core.admin"),
    "storage knows the API": ("core/api/planted.py", "core.store"),
    "the catalogue depends on a room": ("core/settings.py", "core.catalogue"),
    "a report opens the tables": ("core/reports/planted.py", "core.store.tables.usage"),
    "a page component opens an engine": ("core/ui/planted.py", "core.store.engine.database"),
    "a report draws with Streamlit": ("core/reports/planted.py", "streamlit"),
    "the daemon's half draws with Streamlit": ("core/sync/planted.py", "streamlit"),
    "a page reads the store": ("pages/planted.py", "core.store"),
    "a page in a directory starts a sync": ("pages/planted_section/planted.py", "core.sync"),
    "a page asks the gate by itself": ("pages/planted.py", "core.visibility"),
    "a page writes SQL": ("pages/planted.py", "sqlalchemy"),
    "a page calls a server": ("pages/planted.py", "httpx"),
    "the product imports the simulator": ("core/sync/planted.py", "simulator"),
    "the product imports a page": ("core/ui/planted.py", "pages.planted"),
    "a page component opens the stored key": ("core/ui/planted.py", "core.store.connection.opening"),
    "a page component loads the sync that opens the key": ("core/ui/planted.py", "core.sync.run"),
    "a day's rows know whose they are": ("core/store/usage/planted.py", "core.store.matching.links"),
    "a measure knows a page's figures": ("core/reports/measures/planted.py", "core.reports.teams.teams"),
    "what surrounds a page asks the gate": ("core/ui/frame/planted.py", "core.ui.gate"),
    "a page imports the simulator": ("pages/planted.py", "simulator"),
}
ALLOWED = {
    "the write half opens the tables": ("core/sync/planted.py", "core.store.tables.usage"),
    "page components draw with Streamlit": ("core/ui/planted.py", "streamlit"),
    "a page draws with Streamlit": ("pages/planted.py", "streamlit"),
    "a page uses components": ("pages/planted.py", "core.ui"),
    "a page names figures": ("pages/planted.py", "core.reports"),
}
BANNED = {
    "a page caches": ("pages/planted.py", "import streamlit as st\n\n@st.cache_data\ndef planted(): ...\n"),
    "the module of what a process keeps caches": (
        "core/ui/session/resources.py",
        "import streamlit as st\n\nst.cache_data\n",
    ),
    "a component caches": ("core/ui/planted.py", "from streamlit import cache_resource\n"),
    "the web application opens the tables": ("app.py", "from core.store import tables\n"),
    "the daemon's script opens an engine": ("sync_daemon.py", "import core.store.engine.database\n"),
    "the web application imports the simulator": ("app.py", "import simulator\n"),
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product in which every violation is planted."""
    tree = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", tree)
    for folder in ("core", "pages", "simulator"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file, module in [*BROKEN_CONTRACTS.values(), *ALLOWED.values()]:
        _append(tree / file, f"import {module}\n")
    (tree / "core/planted_room.py").touch()
    return tree


@pytest.fixture(scope="module")
def contracts(planted: Path) -> str:
    """What import-linter says about the copy."""
    environ = {**os.environ, "PYTHONPATH": str(planted), "COLUMNS": "400"}
    command = [str(BIN / "lint-imports"), "--no-cache"]
    run = subprocess.run(command, cwd=planted, env=environ, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def bans(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What ruff says about a copy with planted uses of banned names."""
    tree = tmp_path_factory.mktemp("banned")
    shutil.copytree(planted, tree, dirs_exist_ok=True)
    for file, text in BANNED.values():
        _append(tree / file, text)
    command = [str(BIN / "ruff"), "check", "--no-cache", "--select", "TID251", "--output-format", "concise"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(("file", "module"), BROKEN_CONTRACTS.values(), ids=BROKEN_CONTRACTS.keys())
def test_the_contracts_catch_it_when(contracts: str, file: str, module: str):
    assert f"{_name(file)} -> {module} (l." in contracts


@pytest.mark.parametrize(("file", "module"), ALLOWED.values(), ids=ALLOWED.keys())
def test_the_contracts_do_not_mind_that(contracts: str, file: str, module: str):
    assert f"{_name(file)} -> {module} (l." not in contracts


def test_a_new_room_of_core_needs_its_place_in_the_layers(contracts: str):
    assert "core.planted_room" in contracts


@pytest.mark.parametrize(("file", "text"), BANNED.values(), ids=BANNED.keys())
def test_the_linter_catches_it_when_a10_a14(bans: str, file: str, text: str):
    name = "simulator" if "simulator" in text else "cache" if "cache" in text else "core.store"
    assert any(line.startswith(f"{file}:") and name in line for line in bans.splitlines())


def _append(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


def _name(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")
