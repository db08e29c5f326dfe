"""No file of the project names a package registry, a developer's own directory, or a secret."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FORBIDDEN = {
    # A registry's name in a lock or a script would send a mirror's users elsewhere. In parts, not to be found here.
    "a package registry": re.compile(
        r"(?i)" + "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)", "jsdel" + "ivr"))
    ),
    "a developer's directory": re.compile(r"(?<![\w.$}>*-])/(?:work|home|root|Users)/\w"),
    "a key of the Claude API": re.compile(r"sk-ant-[a-z]+\d*-[A-Za-z0-9_-]{32,}"),
    "a cloud or code host's key": re.compile(r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE" + " KEY-----"),
}
EXAMPLES = {
    "a package registry": "https://files.python" + "hosted.org/packages/x.whl",
    "a developer's directory": 'open("/ho' + 'me/alice/uptake.db")',
    "a key of the Claude API": "sk-ant-" + "admin01-" + "x" * 40,
    "a cloud or code host's key": "AKIA" + "A" * 16,
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
}


def files_of_the_project() -> list[Path]:
    """Every file that is, or would be, part of a clone."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        paths = (ROOT / name for name in run.stdout.split("\0") if name)
    else:
        made = {".venv", "__pycache__", "data", "build"}
        paths = (path for path in ROOT.rglob("*") if not made.intersection(path.parts))
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str):
    found = []
    for path in files_of_the_project():
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), start=1):
            if match := FORBIDDEN[what].search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0][:16]}…")
    assert found == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_it_would_be_found(what: str):
    assert FORBIDDEN[what].search(EXAMPLES[what])


def test_the_project_has_files():
    assert ROOT / "core/catalogue/statistics.py" in files_of_the_project()
