"""`uptake connect` stores a key that the API accepts, and says of any other why not."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from starlette.responses import JSONResponse

from tests.cli.company import KEY, NEWEST

CONSOLE_KEY = "sk-ant-admin01-invented"


def status(uptake) -> dict:
    return json.loads(uptake("status", "--json").stdout)


def refusal(status: int, kind: str, message: str, code: str | None = None) -> JSONResponse:
    details = {"error_code": code} if code else {}
    error = {"type": kind, "message": message, "details": details}
    return JSONResponse({"type": "error", "error": error}, status)


def test_a_good_key_is_stored_encrypted_and_a_sync_is_asked_for(uptake, tmp_path: Path):
    result = uptake("connect", stdin=f"  {KEY}\n")
    assert result.exit_code == 0
    assert result.stdout == (
        f"Claude is connected. The API serves data up to {NEWEST:%a %-d %b %Y} (UTC). A sync was asked for.\n"
    )
    claude = status(uptake)["claude"]
    assert (claude["state"], claude["key"]["state"]) == ("connected", "stored")
    assert (claude["key"]["hint"], claude["key"]["set_by"]) == (f"…{KEY[-4:]}", "command line")
    stored = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert KEY.encode() not in stored


def test_a_wrong_key_leaves_the_one_before_in_use(uptake):
    assert uptake("connect", stdin=KEY).exit_code == 0
    result = uptake("connect", stdin="sk-ant-api01-revoked")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "does not accept the key (401)" in result.stderr
    assert result.stderr.endswith("The key was not stored.\n")
    assert "sk-ant-api01-revoked" not in result.output
    assert status(uptake)["claude"]["key"]["hint"] == f"…{KEY[-4:]}"


def test_a_console_key_is_recognised_when_the_api_refuses_it(uptake, api_that_answers):
    text = "Missing required scopes. Got: ['api:admin'] Needed: ['read:analytics']"
    url = api_that_answers(refusal(403, "permission_error", text))
    result = uptake("connect", stdin=CONSOLE_KEY, UPTAKE_CLAUDE_BASE_URL=url)
    assert result.exit_code == 1
    assert "Needed: ['read:analytics']" in result.stderr
    assert "looks like an admin key of the Claude Console, which is another product" in result.stderr
    assert status(uptake)["claude"]["state"] == "not connected"


def test_a_key_that_looks_like_another_products_is_warned_of_even_when_accepted(uptake, api_that_answers):
    key = "sk-ant-api03-invented"
    result = uptake("connect", stdin=key, UPTAKE_CLAUDE_BASE_URL=api_that_answers(None, key=key))
    assert result.exit_code == 0
    assert "Claude is connected." in result.stdout
    assert "looks like a key of the Claude API for developers" in result.stdout


def test_an_organisation_of_another_plan_is_told_so(uptake, api_that_answers):
    answer = refusal(400, "invalid_request_error", "Not for this organization.", "organization_type_not_supported")
    result = uptake("connect", stdin=KEY, UPTAKE_CLAUDE_BASE_URL=api_that_answers(answer))
    assert result.exit_code == 1
    assert "it needs the Claude Enterprise plan" in result.stderr


def test_a_server_that_talks_nonsense_is_not_believed(uptake, api_that_answers):
    result = uptake("connect", stdin=KEY, UPTAKE_CLAUDE_BASE_URL=api_that_answers(JSONResponse({"data": 7})))
    assert result.exit_code == 1
    assert result.stderr.endswith("The key was not stored.\n")
    assert status(uptake)["claude"]["state"] == "not connected"


def test_an_api_that_cannot_be_reached_is_not_the_keys_fault(uptake):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        result = uptake("connect", stdin=CONSOLE_KEY, UPTAKE_CLAUDE_BASE_URL=url)
    assert result.exit_code == 1
    assert "could not be read. The server refused the connection." in result.stderr
    assert "Console" not in result.stderr


@pytest.mark.parametrize("text", ["", "\n", "   \t\n", "sk-ant one two\n", "clé", b"\xff\xfe\x00", "x" * 9000])
def test_what_is_no_key_is_refused_with_a_sentence(uptake, text: str | bytes):
    result = uptake("connect", stdin=text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("The key was not stored.\n")
    assert "Traceback" not in result.stderr


def test_the_help_says_where_the_key_comes_from(uptake):
    text = uptake("connect", "--help").stdout
    assert "Primary Owner" in text
    assert "read:analytics" in text
    assert "uptake connect < key.txt" in text
