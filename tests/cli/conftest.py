"""The command line, called as from a shell, on a data folder of the test and a simulated API on loopback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from simulator.api import create_app
from simulator.server import running
from tests.cli import company
from tests.cli.calls import Uptake, caller, settings, shell
from tests.support.small_directory import DIRECTORY


@pytest.fixture(autouse=True)
def no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("UPTAKE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def api() -> Iterator[str]:
    """The base URL of an API that serves the company's usage to whoever has the company's key."""
    with running(create_app(company.usage(), key=company.KEY)) as url:
        yield url


@pytest.fixture
def api_that_answers() -> Iterator[Callable[..., str]]:
    """Starts an API that answers every request with one response; gives its base URL."""
    with ExitStack() as servers:
        yield lambda response, key=company.KEY: servers.enter_context(
            running(create_app(company.usage(), key=key, trouble=lambda _request: response))
        )


@pytest.fixture
def uptake(tmp_path: Path, api: str) -> Uptake:
    """Runs a command on an installation that is new; keyword arguments change its environment."""
    return caller(settings(tmp_path / "data", api))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """The company's directory file."""
    file = tmp_path / "people.csv"
    file.write_bytes(DIRECTORY)
    return file


@pytest.fixture(scope="session")
def with_data(tmp_path_factory: pytest.TempPathFactory, api: str) -> Uptake:
    """Runs a command on an installation that has the company's people and five days of usage. Not to be changed."""
    folder = tmp_path_factory.mktemp("filled")
    environ = settings(folder / "data", api)
    call = caller(environ)
    (folder / "people.csv").write_bytes(DIRECTORY)
    imported = call("directory", "import", folder / "people.csv")
    assert imported.exit_code == 0, imported.output
    connected = call("connect", stdin=company.KEY)
    assert connected.exit_code == 0, connected.output
    # A process of its own, because a sync takes over the signals and the log.
    synced = shell(environ, "sync")
    assert (synced.returncode, synced.stdout) == (0, "5 days read, 5 of them new or changed.\n"), synced.stderr
    return call
