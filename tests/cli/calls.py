"""The command line, called as from a shell, in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from core.cli.entry import cli
from tests.support.invented import SECRET

ROOT = Path(__file__).resolve().parents[2]
Uptake = Callable[..., Result]


def settings(data_dir: Path, base_url: str) -> dict[str, str]:
    return {
        "UPTAKE_DATA_DIR": str(data_dir),
        "UPTAKE_CLAUDE_BASE_URL": base_url,
        "UPTAKE_ADMINS": "dora@example.com",
        "UPTAKE_BACKFILL_DAYS": "5",
        "UPTAKE_REQUESTS_PER_MINUTE": "6000",
        "UPTAKE_SECRET_KEY": SECRET,
    }


def caller(environ: dict[str, str]) -> Uptake:
    def call(*arguments: object, stdin: str | bytes | None = None, **changed: str) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin, env=environ | changed)

    return call


def shell(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("UPTAKE_")} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
