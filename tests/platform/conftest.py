"""Two servers of the locked Streamlit with its own defaults: one as it is, one with its dangerous options on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.sockets import Socket, signed
from tests.web.test_server import free_port

KEY = "c41f9b07d2e85a36b19c70f4e6d2385a"


@dataclass(frozen=True)
class Server:
    url: str

    def socket(self, email: str = "", **options) -> Socket:
        claims = {"sub": email, "email": email, "iat": time.time()}
        cookie = signed(KEY, claims, self.url) if email else options.pop("cookie", "")
        return Socket(self.url, cookie=cookie, **options)


def start(folder: Path, *options: str) -> Iterator[Server]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "{url}/oauth2callback"\ncookie_secret = "{KEY}"\nclient_id = "facts"\n'
        'client_secret = "invented"\nserver_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"\n'
    )
    script = str(Path(__file__).with_name("facts.py"))
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.address=127.0.0.1", f"--server.port={port}"]
    more = ["--server.headless=true", "--browser.gatherUsageStats=false", "--server.fileWatcherType=none", *options]
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("UPTAKE_", "STREAMLIT_"))}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *more, f"--secrets.files={secrets}"], cwd=folder, env=environ, stdout=log, stderr=log
        )
    try:
        for _ in range(200):
            try:
                if httpx.get(f"{url}/_stcore/health").is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
            assert process.poll() is None, (folder / "log").read_text()
        yield Server(url)
    finally:
        process.terminate()
        process.wait(20)


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
