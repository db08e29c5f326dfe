"""The locked requirements are in step with `pyproject.toml`, and it is noticed when they are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.running import lock

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_the_locks_are_in_step():
    assert lock.problems(ROOT) == []


def test_a_dependency_that_nobody_locked_is_named(project: Path):
    edit(project / "pyproject.toml", "dependencies = [", 'dependencies = [\n    "left-behind>=1",')
    assert lock.problems(project) == [
        "requirements.txt: left-behind is missing.",
        "requirements-dev.txt: left-behind is missing.",
    ]


def test_a_range_that_the_lock_is_outside_of_is_named(project: Path):
    edit(project / "pyproject.toml", '"schedule>=1.2.2,<2"', '"schedule>=2"')
    assert "requirements.txt: schedule 1.2.2 is outside >=2." in lock.problems(project)


def test_a_lock_for_tests_with_another_version_is_named(project: Path):
    edit(project / "requirements-dev.txt", "schedule==1.2.2", "schedule==1.2.3")
    assert lock.problems(project) == ["requirements-dev.txt: schedule is not locked as in requirements.txt."]


@pytest.mark.parametrize(
    "line", ["unhashed==1.0", "loose>=1.0 --hash=sha256:" + "0" * 64, "--index-url=https://example.com"]
)
def test_an_entry_that_is_not_one_version_with_hashes_is_named(project: Path, line: str):
    with (project / "requirements-dev.txt").open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    (problem,) = lock.problems(project)
    assert "with" in problem
    assert "hashes" in problem
