"""Two servers of the locked Streamlit with its own defaults: one as it is, one with its dangerous options on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import servers
from tests.support.invented import SECRET
from tests.support.servers import environment_without, free_port
from tests.support.sockets import Socket, signed


@dataclass(frozen=True)
class Server:
    url: str

    def socket(self, email: str = "", **options) -> Socket:
        claims = {"sub": email, "email": email, "iat": time.time()}
        cookie = signed(SECRET, claims, self.url) if email else options.pop("cookie", "")
        return Socket(self.url, cookie=cookie, **options)


def start(folder: Path, *options: str) -> Iterator[Server]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "{url}/oauth2callback"\ncookie_secret = "{SECRET}"\nclient_id = "facts"\n'
        'client_secret = "invented"\nserver_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"\n'
    )
    script = str(Path(__file__).with_name("facts.py"))
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.address=127.0.0.1", f"--server.port={port}"]
    more = ["--server.headless=true", "--browser.gatherUsageStats=false", "--server.fileWatcherType=none", *options]
    command += [*more, f"--secrets.files={secrets}"]
    environ = environment_without("UPTAKE_", "STREAMLIT_")
    with servers.server(command, environ, f"{url}/_stcore/health", folder / "log", cwd=folder):
        yield Server(url)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With Streamlit's defaults."""
    yield from start(tmp_path_factory.mktemp("facts"))


@pytest.fixture(scope="session")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With the options that `core/web/options.py` refuses."""
    folder = tmp_path_factory.mktemp("careless")
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit/config.toml").write_text(
        '[server]\nenableAgentApi = true\ntrustedUserHeaders = {"x-user" = "email"}\n'
        "[client]\ndisableDataExport = true\n"
    )
    yield from start(folder)
