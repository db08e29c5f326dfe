"""`./uptake` makes its virtual environment once, whole or not at all, and says in a sentence what it lacks.

Installing takes a minute, so a stand-in for Python plays the installer here: it makes a directory where a virtual
environment is asked for, and writes down what it is told to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "readlink", "cat", "cksum", "rm", "mkdir", "cp", "chmod", "sleep")

PYTHON = """#!/bin/sh
here=$(dirname "$0")
case "$*" in
    "-c import sys"*) [ ! -e "$TOOLS/too-old" ] ;;
    "-c import ensurepip"*) [ ! -e "$TOOLS/no-venv" ] ;;
    "-c import pip") ;;
    "-") exec "$REAL_PYTHON" - ;;
    "-m venv "*)
        mkdir -p "$3/bin"
        cp "$0" "$3/bin/python"
        printf '#!/bin/sh\\nprintf "ran in %%s:" "$PWD"; printf " <%%s>" "$@"; echo\\n' >"$3/bin/uptake"
        chmod +x "$3/bin/uptake" ;;
    "-m pip "*)
        sleep 0.1
        echo "$*" >>"$TOOLS/installed"
        [ ! -e "$TOOLS/broken" ] ;;
    "-m tests"*) echo "tested in $PWD: $*" ;;
    *) echo "unexpected: $*" >&2; exit 9 ;;
esac
"""


class Checkout:
    """A copy of the launcher and what it installs from, on a machine that has little else."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / "a checkout"
        self.tools = directory / "tools"
        self.root.mkdir()
        self.tools.mkdir()
        for name in ("uptake", "pyproject.toml", "requirements.txt", "requirements-dev.txt"):
            shutil.copy(ROOT / name, self.root)
        for tool in TOOLS:
            (self.tools / tool).symlink_to(shutil.which(tool) or tool)
        (self.tools / "python3").write_text(PYTHON)
        (self.tools / "python3").chmod(0o755)

    def start(self, *arguments: str, program: Path | None = None) -> subprocess.Popen[str]:
        real = shutil.which("python3", path=os.defpath) or shutil.which("python3") or ""
        environ = {"PATH": str(self.tools), "TOOLS": str(self.tools), "REAL_PYTHON": real, "HOME": str(self.root)}
        return subprocess.Popen(
            [program or self.root / "uptake", *arguments],
            cwd=self.tools,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, program: Path | None = None) -> tuple[int, str, str]:
        process = self.start(*arguments, program=program)
        out, err = process.communicate(timeout=20)
        return process.returncode, out, err

    def installations(self) -> int:
        """How often the locked requirements were installed."""
        log = self.tools / "installed"
        return log.read_text().count("--require-hashes") if log.exists() else 0


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_use_installs_from_the_lock_and_runs_the_command_where_it_was_called(checkout):
    status, out, err = checkout.run("status", "--json", "two words")
    assert (status, out) == (0, f"ran in {checkout.tools}: <status> <--json> <two words>\n")
    assert err.startswith("Installing Uptake (first use only)…\n")
    locked, itself = (checkout.tools / "installed").read_text().splitlines()
    assert locked.endswith(f"--require-hashes --only-binary :all: -r {checkout.root}/requirements.txt")
    assert itself.endswith(f"--no-index --no-deps --no-build-isolation -e {checkout.root}")


def test_the_second_use_installs_nothing(checkout):
    checkout.run("status")
    assert checkout.run("status")[2] == ""
    assert checkout.installations() == 1


def test_a_symbolic_link_leads_to_the_checkout(checkout):
    (checkout.tools / "first").symlink_to("../a checkout/uptake")
    (checkout.tools / "second").symlink_to(checkout.tools / "first")
    assert checkout.run("status", program=checkout.tools / "second")[0] == 0
    assert (checkout.root / ".venv/bin/uptake").exists()


def test_tests_get_their_own_requirements_and_run_in_the_checkout(checkout):
    checkout.run("status")
    status, out, _ = checkout.run("test", "-k", "one word")
    assert (status, out) == (0, f"tested in {checkout.root}: -m tests -k one word\n")
    assert "requirements-dev.txt" in (checkout.tools / "installed").read_text()
    checkout.run("status")
    assert checkout.installations() == 2


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_a_changed_lock_is_installed(checkout, changed):
    checkout.run("status")
    with (checkout.root / changed).open("a") as lock:
        lock.write("\n# another version\n")
    assert "up to date" in checkout.run("status")[2]
    assert checkout.installations() == 2


def test_a_failed_installation_runs_nothing_and_is_begun_anew(checkout):
    (checkout.tools / "broken").touch()
    status, out, _ = checkout.run("status")
    assert (status != 0, out) == (True, "")
    (checkout.tools / "broken").unlink()
    (checkout.root / ".venv/half-written").touch()
    assert checkout.run("status")[0] == 0
    assert not (checkout.root / ".venv/half-written").exists()


def test_a_moved_checkout_is_installed_again(checkout):
    checkout.run("status")
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    assert checkout.run("status")[0] == 0
    assert checkout.installations() == 2


def test_two_first_uses_at_once_install_once(checkout):
    processes = [checkout.start("status") for _ in range(3)]
    assert [process.communicate(timeout=20)[1].count("Installing") for process in processes].count(1) == 1
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert checkout.installations() == 1


def test_a_machine_without_a_recent_python_is_told_so(checkout):
    (checkout.tools / "too-old").touch()
    assert checkout.run("status") == (
        1,
        "",
        "Uptake needs Python 3.11 or newer, and none was found. Please install it and run this again.\n",
    )


def test_a_python_without_venv_is_told_what_to_install(checkout):
    (checkout.tools / "no-venv").touch()
    status, _, err = checkout.run("status")
    assert status == 1
    assert "install python3-venv" in err
    assert not (checkout.root / ".venv").exists()
