"""`uptake doctor` finds what is wrong and says what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.admin.checks import _clock
from core.admin.sign_in_check import Provider
from core.store.engine import file_systems
from simulator.server import running
from tests.cli.calls import settings, shell
from tests.cli.company import KEY


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A server with the metadata of a sign-in provider at one address, and none at another."""

    def metadata(request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        endpoints = {name: f"{base}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return JSONResponse({"issuer": base, **endpoints})

    def page(_request: Request) -> Response:
        return Response("<html>Welcome</html>", media_type="text/html")

    with running(Starlette(routes=[Route("/metadata", metadata), Route("/page", page)])) as url:
        yield url


def sign_in(metadata_url: str, issuer: str = "") -> dict[str, str]:
    return {
        "UPTAKE_OIDC_METADATA_URL": metadata_url,
        "UPTAKE_OIDC_ISSUER": issuer or metadata_url.rpartition("/")[0],
        "UPTAKE_OIDC_CLIENT_ID": "uptake",
        "UPTAKE_OIDC_CLIENT_SECRET": "invented",
    }


def findings(result: Result) -> dict[str, str]:
    """The level of each subject; of several findings about one subject, the last."""
    heads = (line.split(": ", 1)[0] for line in result.stdout.splitlines())
    return {head[10:]: head[:10].strip() for head in heads}


def test_a_new_installation_needs_attention_and_nothing_is_broken(uptake):
    result = uptake("doctor")
    assert result.exit_code == 0
    found = findings(result)
    assert (found["settings"], found["data folder"], found["database"]) == ("ok", "ok", "ok")
    assert (found["schema"], found["sign-in"]) == ("attention", "attention")
    assert "broken" not in found.values()


def test_all_is_well_but_for_the_daemon_that_does_not_run(with_data, provider: str):
    result = with_data("doctor", **sign_in(f"{provider}/metadata"))
    assert result.exit_code == 0, result.stdout
    assert {subject for subject, level in findings(result).items() if level != "ok"} == {"sync daemon"}
    assert "write-ahead log: On" in result.stdout
    assert KEY not in result.stdout


def test_a29_a_provider_of_another_name_is_named_for_the_setting(with_data, provider: str):
    result = with_data("doctor", **sign_in(f"{provider}/metadata", "https://id.example.com"))
    assert findings(result)["sign-in"] == "broken"
    assert f"the provider names itself {provider}. Set UPTAKE_OIDC_ISSUER to that." in result.stdout


@pytest.mark.parametrize(
    ("path", "sentence"), [("/page", "answers 200, but not with a provider's metadata"), ("/absent", "answers 404")]
)
def test_a_provider_without_metadata_is_broken(with_data, provider: str, path: str, sentence: str):
    result = with_data("doctor", **sign_in(provider + path))
    assert result.exit_code == 1
    assert findings(result)["sign-in"] == "broken"
    assert sentence in result.stdout


def test_a_provider_that_cannot_be_reached_is_broken(with_data):
    result = with_data("doctor", **sign_in("http://127.0.0.1:9/metadata"))
    assert result.exit_code == 1
    assert "cannot be reached (ConnectError), so nobody can sign in" in result.stdout


def test_another_secret_key_than_the_one_used_before_is_broken(uptake, api: str, tmp_path: Path):
    assert uptake("connect", stdin=KEY).exit_code == 0
    other = {"UPTAKE_SECRET_KEY": "5f83a6e09d14c72bb8e5f0a1394d6c27"}
    # Only the sync opens the key, and notes that it could not.
    assert shell(settings(tmp_path / "data", api) | other, "sync").returncode == 1
    result = uptake("doctor", **other)
    assert result.exit_code == 1
    assert findings(result)["secret key"] == "broken"


def test_folders_and_files_that_others_can_read_need_attention(uptake, tmp_path: Path):
    uptake("doctor")
    (tmp_path / "data").chmod(0o755)
    text = uptake("doctor").stdout
    assert f"attention data folder: {tmp_path}/data is open to other users. Run: chmod 700 {tmp_path}/data" in text
    assert f"Run: chmod 600 {tmp_path}/data/uptake.db" in text


@pytest.mark.parametrize(
    ("mounted", "words"),
    [
        ("server:/share {data} nfs4 rw 0 0", "lies on a network file system (nfs4). Set UPTAKE_DATA_DIR"),
        ("//server/share {data} cifs rw 0 0", "lies on a network file system (cifs)"),
        ("me@host: {above} fuse.sshfs rw 0 0", "lies on a network file system (fuse.sshfs)"),
        ("server:/other /elsewhere nfs rw 0 0", ""),
        ("server:/share {above} nfs rw 0 0\n/dev/sda2 {data} ext4 rw 0 0", ""),
        ("", ""),
    ],
)
def test_a_database_on_a_network_file_system_is_broken_r54(uptake, tmp_path: Path, monkeypatch, mounted, words):
    """R54"""
    listed = tmp_path / "mounts"
    root = "/dev/sda1 / ext4 rw 0 0\ngarbage\n"
    listed.write_text(root + mounted.format(data=tmp_path / "data", above=tmp_path))
    monkeypatch.setattr(file_systems, "MOUNTS", listed)
    result = uptake("doctor")
    assert (findings(result).get("disk"), result.exit_code) == (("broken", 1) if words else (None, 0))
    assert words in result.stdout


@pytest.mark.parametrize("name", ["Dropbox", "OneDrive", "Nextcloud"])
def test_a_database_in_a_folder_that_another_program_copies_is_broken_r54(uptake, tmp_path: Path, name):
    """R54"""
    result = uptake("doctor", UPTAKE_DATA_DIR=str(tmp_path / name / "uptake"))
    assert findings(result)["disk"] == "broken"
    assert f"lies in {name}, a folder that another program copies while Uptake writes" in result.stdout


def test_where_nothing_lists_what_is_mounted_no_disk_is_suspected_r54(uptake, tmp_path: Path, monkeypatch):
    """R54"""
    monkeypatch.setattr(file_systems, "MOUNTS", tmp_path / "absent")
    assert "disk" not in findings(uptake("doctor"))


def test_a_broken_setting_is_the_first_and_last_finding(uptake):
    result = uptake("doctor", UPTAKE_PORT="http")
    assert result.exit_code == 1
    assert result.stdout.startswith("broken    settings: UPTAKE_PORT must be a whole number")
    assert result.stdout.count("\n") == 1


def test_no_admin_needs_attention(uptake):
    assert findings(uptake("doctor", UPTAKE_ADMINS=""))["admins"] == "attention"


def test_an_admin_whose_address_is_a_slip_needs_attention_and_the_others_are_named(uptake, people):
    assert uptake("directory", "import", people).exit_code == 0
    known = "alice@example.com"
    result = uptake("doctor", UPTAKE_ADMINS=f"{known},alcie@example.com")
    assert result.exit_code == 0
    assert (
        "attention admins: alcie@example.com of UPTAKE_ADMINS makes nobody an admin (not yet: nobody" in result.stdout
    )
    assert f"ok        admins: {known}." in result.stdout


def test_an_admin_whose_address_is_written_in_capitals_is_the_one_who_is_nobody(uptake, people):
    assert uptake("directory", "import", people).exit_code == 0
    result = uptake("doctor", UPTAKE_ADMINS="Alcie@Example.com")
    assert "attention admins: alcie@example.com of UPTAKE_ADMINS makes nobody an admin" in result.stdout
    assert "ok        admins" not in result.stdout


def test_an_admin_who_could_be_nobody_is_a_broken_setting(uptake):
    result = uptake("doctor", UPTAKE_ADMINS="<dora@example.com>")
    assert (result.exit_code, findings(result)) == (1, {"settings": "broken"})
    assert "'<dora@example.com>' is none." in result.stdout


def test_a_server_that_is_not_there_is_broken(uptake):
    result = uptake("doctor", UPTAKE_DATABASE_URL="postgresql://someone:hunter2@127.0.0.1:9/uptake")
    assert result.exit_code == 1
    assert findings(result)["database"] == "broken"
    assert "hunter2" not in result.stdout


@pytest.mark.parametrize(("minutes", "level"), [(0, "ok"), (1, "ok"), (-1, "ok"), (10, "broken"), (-10, "broken")])
def test_a_clock_that_differs_from_the_providers_is_broken(minutes: int, level: str):
    now = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
    other = Provider(issuer="https://id.example.com", date=now + dt.timedelta(minutes=minutes))
    assert _clock(other, None, now).level == level


def test_a_database_that_was_put_back_from_a_backup_is_told_and_taken_up_r60(uptake, people, tmp_path):
    assert uptake("directory", "import", people).exit_code == 0
    assert findings(uptake("doctor"))["access log"] == "ok"
    with (tmp_path / "data" / "access_log.anchor").open("a") as file:
        file.write("999 " + "0" * 32 + "\n")
    told = uptake("doctor")
    assert (told.exit_code, findings(told)["access log"]) == (1, "broken")
    assert "Who runs Uptake goes on with `uptake restored`" in told.stdout
    assert uptake("log", "renew").exit_code == 1
    done = uptake("restored")
    assert done.stdout.splitlines()[-2:] == [
        "All sessions are ended. The access log goes on from the present state of the database.",
        "Nobody had been given a role in Uptake.",
    ]
    assert findings(uptake("doctor"))["access log"] == "ok"
