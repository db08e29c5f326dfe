"""The README and the documents beside it say what is there: settings, commands, pages, statistics and paths."""

from __future__ import annotations

import ast
import re
import struct
import tomllib
from pathlib import Path

import click
import pytest

from core.catalogue import ACROSS, PRODUCTS, STATS, Adds, product_label
from core.cli.entry import cli
from core.environment import PREFIX
from core.settings import _SECRETS, Settings, load
from core.ui.frame.navigation import PAGES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
STATISTICS = "\n" + (ROOT / "docs/statistics.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
UNITS = sorted((ROOT / "deploy").glob("*.service"))

SETTINGS = {PREFIX + name.upper() for name in Settings.__dataclass_fields__}
WHERE = {"core", "pages", "simulator", "tests", "benchmarks", "docs", "deploy", ".ci", ".streamlit"}
FILES = {"app.py", "sync_daemon.py", "pyproject.toml", "requirements.txt", "requirements-dev.txt"}
HOW = {Adds.SUM: "sum", Adds.DAY_DISTINCT: "sum of day distinct", Adds.RATIO: "sum ÷ sum"}


def table(text: str, heading: str) -> dict[str, list[str]]:
    """Rows of the first table after a heading's line, by the code in their first cell; the header is left out."""
    after = text.partition(f"\n{heading}\n")[2]
    rows: dict[str, list[str]] = {}
    for line in after.splitlines():
        if line.startswith("| `"):
            first, *others = (cell.strip() for cell in line.strip("|").split(" |"))
            rows[first.strip("` ")] = others
        elif rows:
            break
    return rows


def commands(group: click.Group, before: str) -> list[str]:
    """Every command that can be run, with the groups that it stands in."""
    found: list[str] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        called = f"{before} {name}"
        found += commands(command, called) if isinstance(command, click.Group) else [called]
    return found


def paths_in(text: str) -> set[str]:
    """Whatever looks like a file or folder of this project, in code, in links and in the indented walk."""
    links = re.findall(r"\]\(([^)#\s:]+)\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    words = re.findall(r"[\w.\-/]+", "\n".join(re.findall(r"`([^`\n]+)`", text)))
    words += [word for line in text.splitlines() if line.startswith("    ") for word in re.findall(r"[\w.\-/]+", line)]
    ours = {word.rstrip(".") for word in words if word in FILES or ("/" in word and word.split("/")[0] in WHERE)}
    return ours | {link for link in links if not link.startswith("/")}


def test_every_setting_stands_in_the_table_of_the_readme_and_nothing_else_does():
    assert set(table(README, "## Settings")) == SETTINGS


def test_the_table_says_which_settings_are_secrets():
    rows = table(README, "## Settings")
    marked = {name for name, cells in rows.items() if cells[1].endswith("; secret")}
    assert marked == {PREFIX + name for name in _SECRETS}


def test_the_defaults_of_the_table_are_those_of_the_code(tmp_path: Path):
    without = load({"UPTAKE_DATA_DIR": str(tmp_path)})
    for variable, (default, _meaning) in table(README, "## Settings").items():
        if not default.startswith("`") or variable == "UPTAKE_DATA_DIR":
            continue
        value = getattr(without, variable.removeprefix(PREFIX).lower())
        said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        assert default == f"`{said}`", variable


def test_the_documents_name_no_setting_that_does_not_exist():
    texts = [path.read_text("utf-8") for path in (*DOCUMENTS, *sorted((ROOT / "deploy").iterdir()))]
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", "\n".join(texts)))
    assert {name.removesuffix("_FILE") for name in named} - SETTINGS == set()


def test_every_command_stands_in_the_readme_and_nothing_else_does():
    assert set(re.findall(r"^\| `(uptake [a-z -]+)` \|", README, re.MULTILINE)) == set(commands(cli, "uptake"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url_path)
def test_every_page_is_told_in_the_readme(page):
    told = README.partition("## Who sees what")[2].partition("\n## ")[0]
    assert page.title in told


def test_every_exported_statistic_is_documented_in_its_order():
    rows = table(STATISTICS, "# The statistics of an export")
    wanted = {s.key: [s.label, product_label(s.product), s.unit, HOW[s.adds]] for s in STATS}
    lines = [f"| `{key}` | {' | '.join(cells)} |" for key, cells in wanted.items() if rows.get(key) != cells]
    assert not lines, "docs/statistics.md lacks:\n" + "\n".join(lines)
    assert list(rows) == list(wanted)


def test_every_product_has_a_statistic_that_is_documented():
    documented = {cells[1] for cells in table(STATISTICS, "# The statistics of an export").values()}
    assert documented == {*(product.label for product in PRODUCTS), product_label(ACROSS)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path):
    missing = {
        name
        for name in paths_in(document.read_text("utf-8"))
        if not (ROOT / name).exists() and not (document.parent / name).exists()
    }
    assert missing == set()


def test_a_path_that_does_not_exist_would_be_found():
    text = "See `core/gone.py` and [this](docs/gone.md).\n\n    12  core/away/          nothing\n"
    assert paths_in(text) == {"core/gone.py", "docs/gone.md", "core/away/"}


def test_the_layers_of_the_readme_are_those_of_the_import_rules():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract.get("containers") == ["core"]]
    rooms = [set(re.findall(r"[a-z]+", layer)) for layer in layers]
    present = {path.stem for path in (ROOT / "core").iterdir() if not path.name.startswith("_")}
    block = README.partition("### Who may import whom")[2].partition("\n    pages\n")[2].partition("\n\n")[0]
    told = [set(re.findall(r"core\.([a-z]+)", line)) for line in block.splitlines()]
    assert len(told) > 5
    assert told == [room & present for room in rooms if room & present]


def test_the_screenshots_are_small_and_of_one_size():
    images = sorted((ROOT / "docs/images").glob("adoption-*.png"))
    sizes = {struct.unpack(">II", image.read_bytes()[16:24]) for image in images}
    assert [image.stem for image in images] == ["adoption-dark", "adoption-light"]
    assert len(sizes) == 1
    assert all(image.stat().st_size < 300_000 for image in images)


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_service_starts_a_program_that_exists(unit: Path):
    started = re.search(r"^ExecStart=/opt/uptake/\.venv/bin/python (\S+)$", unit.read_text("utf-8"), re.MULTILINE)
    assert started is not None
    ast.parse((ROOT / started[1]).read_text("utf-8"))


def test_the_example_of_an_environment_names_every_secret_by_file_only():
    lines = (ROOT / "deploy/uptake.env.example").read_text("utf-8").splitlines()
    names = {line.lstrip("#").partition("=")[0] for line in lines if re.match(rf"#?{PREFIX}", line)}
    assert {f"{PREFIX}{secret}_FILE" for secret in _SECRETS} <= names
    assert not {f"{PREFIX}{secret}" for secret in _SECRETS} & names
