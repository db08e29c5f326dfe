"""A Chromium for the browser tests: found on the machine, or installed where the platform can."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ABSENT = "No Chromium was found, and none could be installed. Please install Chromium or Google Chrome."


def find() -> Path | None:
    """The browser's program, or None when this machine has none."""
    return next((path for path in _candidates() if path.is_file()), None)


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for command in COMMANDS if (found := shutil.which(command)))
    yield from map(Path, APPLICATIONS)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def flags() -> list[str]:
    """Quiet, without a screen, and without a sandbox only where Chromium refuses one: when run as root."""
    quiet = [
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet


def install() -> None:
    """Install a browser by the first way that works: Playwright's download, else, for root on Debian, a package."""
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append([["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]])
    for way in ways:
        print("No browser was found. Installing one:", " && ".join(" ".join(command) for command in way), flush=True)
        if all(_succeeds(command) for command in way) and find():
            return


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, check=False, timeout=900).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
