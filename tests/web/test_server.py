"""What the web server answers beside the pages: health, headers, and doors that stay closed."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from core import settings as configuration
from core.store.engine.database import Database
from core.ui import gate
from core.web import bundle, cookies, history, oidc
from tests.support import servers
from tests.support.company import ISSUER, claims_of
from tests.support.screen import ROOT
from tests.support.servers import free_port
from tests.support.sockets import USER, signed

ADDRESS = "https://uptake.example.com"
COMMAND = [sys.executable, "app.py"]


@pytest.fixture
def server(company: Database, tmp_path: Path) -> Iterator[httpx.Client]:
    """`python app.py` with the invented company, behind an https address."""
    with started(tmp_path / "app.log", UPTAKE_PUBLIC_URL=ADDRESS) as client:
        yield client


@contextmanager
def started(log: Path, **more: str) -> Iterator[httpx.Client]:
    """The server with the settings of this process and more, as long as the block runs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environ = {**os.environ, "UPTAKE_PORT": str(port), **more}
    with servers.server(COMMAND, environ, f"{url}/readyz", log), httpx.Client(base_url=url, timeout=10) as client:
        yield client


def refused(**more: str) -> str:
    """What the server says when it does not start with the settings of this process and more."""
    run = subprocess.run(
        COMMAND,
        cwd=ROOT,
        env={**os.environ, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    return run.stdout


def cookie(**claims: object) -> dict[str, str]:
    """A sign-in cookie as the server signs it."""
    return {"cookie": f"{USER}={signed(oidc.cookie_key(configuration.load()), claims, ADDRESS)}"}


def test_a24_a46_the_server_as_it_is_started(server: httpx.Client):
    """One start for all of these, because a start takes seconds."""
    health = server.get("/healthz")
    assert (health.status_code, health.json()) == (200, {"status": "ok"})
    assert server.get("/readyz").json() == {"status": "ok"}
    stands = server.get("/health")
    assert (stands.status_code, stands.json()["state"]) == (200, "not connected")
    assert 'uptake_state{state="not connected"} 1.0' in server.get("/metrics").text.splitlines()
    for path in ("/health", "/metrics"):
        assert server.get(path, headers={"x-forwarded-for": "192.0.2.7"}).status_code == 404
        assert server.get(path, headers={"host": "uptake.example.com"}).status_code == 404

    page = server.get("/", headers={"accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe-eval" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(scripts) == 2 and scripts[0] == history.SCRIPT
    assert all(f"'sha256-{value}'" in policy for value in hashes)
    assert "etag" not in page.headers and int(page.headers["content-length"]) == len(page.content)
    assert "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["strict-transport-security"].startswith("max-age=")

    for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/_stcore/agent/interact"):
        assert server.get(path).status_code == 404, path
        assert server.post(path, json={}).status_code == 404, path

    media, upload = "/media/0123456789abcdef.csv", "/_stcore/upload_file/session/file"
    emil = cookie(**claims_of("emil@example.com"))
    for headers in (
        {},
        {"cookie": f"{USER}=forged"},
        cookie(**claims_of("stranger@example.com")),
        cookie(**claims_of("lena@example.com")),
        cookie(**claims_of("emil@example.com", email_verified=False)),
        cookie(**claims_of("emil@example.com", iat=time.time() - 13 * 3_600)),
        {"cookie": emil["cookie"][:-2] + "xx"},
    ):
        assert server.get(media, headers=headers).status_code == 401, headers
        assert server.put(upload, headers=headers).status_code == 401, headers
    assert server.get(media, headers=emil).status_code == 404

    path, file = max(bundle.bundle_files().items(), key=lambda item: item[1].stat().st_size)
    with server.stream("GET", path, headers={"accept-encoding": "gzip"}) as response:
        packed = b"".join(response.iter_raw())
        assert response.headers["content-encoding"] == "gzip"
        assert "immutable" in response.headers["cache-control"]
        assert "content-security-policy" in response.headers
    assert gzip.decompress(packed) == file.read_bytes()
    plain = server.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == file.read_bytes()


def test_a_broken_setting_is_one_sentence_and_no_server(environment):
    assert refused(UPTAKE_PORT="many").strip() == "UPTAKE_PORT must be a whole number from 1 to 65535, not 'many'."


def test_as_json_the_server_logs_objects_and_never_a_traceback(company, tmp_path):
    with started(tmp_path / "app.log", UPTAKE_LOG_FORMAT="json") as client:
        with company.write() as connection:
            connection.execute(text("DROP TABLE lease"))
        time.sleep(0.6)
        assert client.get("/health").status_code == 503
    output = (tmp_path / "app.log").read_text()
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    assert "every few seconds could not be read" in " ".join(line["event"] for line in lines)
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("option", "line"),
    [
        ("server.trustedUserHeaders", '[server]\ntrustedUserHeaders = {"x-user" = "email"}'),
        ("server.enableAgentApi", "[server]\nenableAgentApi = true"),
    ],
)
def test_a43_an_option_that_would_weaken_the_gate_stops_the_start(environment, tmp_path, option, line):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit/config.toml").write_text(line)
    output = refused(HOME=str(tmp_path), UPTAKE_PORT=str(free_port()))
    assert f"Streamlit's option {option} must be" in output
    assert "Traceback" not in output


def test_the_cookie_key_is_stable_and_follows_the_secret(environment):
    one = oidc.cookie_key(configuration.load())
    assert one == oidc.cookie_key(configuration.load())
    environment.setenv("UPTAKE_SECRET_KEY", "5f83a6e09d14c72bb8e5f0a1394d6c27")
    other = configuration.load()
    assert oidc.cookie_key(other) != one
    assert other.secret_key not in oidc.cookie_key(other)


def auth_section() -> dict:
    section = oidc.auth_secrets(configuration.load())["auth"]
    assert isinstance(section, dict)
    return section


def test_the_sign_in_settings_become_streamlit_secrets(environment):
    environment.setenv("UPTAKE_PUBLIC_URL", "https://uptake.example.com/")
    auth = auth_section()
    assert auth["redirect_uri"] == "https://uptake.example.com/oauth2callback"
    assert auth["client_id"] == "uptake"
    assert auth["client_secret"] == "invented"
    assert auth["server_metadata_url"] == "http://localhost:9/.well-known/openid-configuration"
    assert len(auth["cookie_secret"]) >= 64


def test_without_a_provider_the_secrets_name_none(environment):
    for name in ("METADATA_URL", "ISSUER", "CLIENT_ID", "CLIENT_SECRET"):
        environment.delenv(f"UPTAKE_OIDC_{name}")
    assert set(auth_section()) == {"redirect_uri", "cookie_secret"}


@pytest.mark.parametrize("header", ["", "a=b", "_streamlit_user=", '_streamlit_user="2|1:0|', "\x00=\x01; ;;=", "ü=é"])
def test_a_cookie_header_of_any_kind_is_nobody(header):
    assert cookies.signed_claims(header) is None


@pytest.mark.parametrize(
    ("issuer", "admitted"),
    [
        (ISSUER, True),
        (f"{ISSUER}/", True),
        ("https://other.example.com", False),
        (f"{ISSUER}.evil.example.com", False),
        (f"{ISSUER}/tenant", False),
        ("", False),
        (None, False),
    ],
)
def test_a29_somebody_of_another_provider_is_nobody(company, issuer, admitted):
    assert gate.admits(claims_of("boss@example.com", iss=issuer)) is admitted


def test_a29_without_a_provider_an_old_sign_in_is_nobodys(company, environment):
    for name in ("METADATA_URL", "ISSUER", "CLIENT_ID", "CLIENT_SECRET"):
        environment.delenv(f"UPTAKE_OIDC_{name}")
    assert gate.admits(claims_of("boss@example.com")) is False


@pytest.mark.parametrize(
    ("domain", "admitted"),
    [("example.com", True), ("Example.ORG", True), ("evil.example.com", False), ("", False), (None, False), (1, False)],
)
def test_a29_an_account_outside_the_companys_domain_is_nobody(company, environment, domain, admitted):
    environment.setenv("UPTAKE_OIDC_HOSTED_DOMAIN", "example.com,example.org")
    assert gate.admits(claims_of("boss@example.com", hd=domain)) is admitted


def test_nobody_is_admitted_when_the_database_does_not_answer(environment, caplog):
    environment.setenv("UPTAKE_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    with caplog.at_level(logging.CRITICAL):
        assert gate.admits(claims_of("boss@example.com")) is False
