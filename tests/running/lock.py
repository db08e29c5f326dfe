"""Whether the locked requirements are in step with `pyproject.toml`, told without a network and without uv."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

Pins = dict[str, set[str]]
"""Package to its locked versions: more than one where versions of Python differ."""


def problems(root: Path) -> list[str]:
    """One sentence for each way in which the locks of the project at `root` are out of step with it."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    runtime = [*project["project"]["dependencies"], *project["build-system"]["requires"], *groups["build"]]
    found: list[str] = []
    locks: dict[str, Pins] = {}
    for name, wanted in {"requirements.txt": runtime, "requirements-dev.txt": [*runtime, *groups["dev"]]}.items():
        locks[name], wrong = _read(root / name)
        found += [f"{name}: {what}" for what in wrong]
        found += [
            f"{name}: {what}" for requirement in wanted if (what := _unmet(Requirement(requirement), locks[name]))
        ]
    dev = locks["requirements-dev.txt"]
    found += [
        f"requirements-dev.txt: {package} is not locked as in requirements.txt."
        for package, versions in locks["requirements.txt"].items()
        if dev.get(package) != versions
    ]
    return found


def _read(path: Path) -> tuple[Pins, list[str]]:
    pins: Pins = {}
    wrong: list[str] = []
    for entry in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        if not (entry := entry.strip()):
            continue
        try:
            requirement = Requirement(_HASH.sub("", entry))
        except ValueError:
            wrong.append(f"{entry!r} is not a requirement with hashes.")
            continue
        pinned = re.fullmatch(r"==([^*,]+)", str(requirement.specifier))
        if pinned is None or not _HASH.search(entry):
            wrong.append(f"{requirement.name} is not one version with its hashes.")
            continue
        pins.setdefault(canonicalize_name(requirement.name), set()).add(pinned[1])
    return pins, wrong


def _unmet(requirement: Requirement, pins: Pins) -> str | None:
    versions = pins.get(canonicalize_name(requirement.name))
    if not versions:
        return f"{requirement.name} is missing."
    outside = sorted(version for version in versions if version not in requirement.specifier)
    return f"{requirement.name} {outside[0]} is outside {requirement.specifier}." if outside else None
