"""Every way in which the API, or something in front of it, can fail to give a page: what the client makes of it."""

from __future__ import annotations

import datetime as dt
import logging
import re
import socket
import ssl
import traceback

import httpx
import pytest

from core.api import endpoints
from core.api.retry import backoff, requested_wait
from core.errors import (
    ApiContractError,
    ApiError,
    ApiKeyRejected,
    ApiRateLimited,
    ApiUnavailable,
    CursorLost,
    DayNotAvailable,
    SettingsError,
)
from tests.api.conftest import KEY, NOW, Script

DAY = dt.date(2026, 11, 20)
OLD_DAY = dt.date(2026, 2, 1)
EMPTY = b'{"data":[],"next_page":null}'
PAGE = httpx.Response(200, content=EMPTY, headers={"content-type": "application/json"})
PORTAL = httpx.Response(200, content=b"<!doctype html><p>Sign in", headers={"content-type": "text/html"})


def refused(status: int, kind: str = "", message: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"type": "error", "error": {"type": kind, "message": message}}, headers=headers)


def caught(connect, *answers, day=DAY, cursor=None) -> ApiError:
    with connect(*answers) as client, pytest.raises(ApiError) as failure:
        client.users(day, cursor)
    return failure.value


def test_a_401_counts_once_it_is_confirmed_r01(connect):
    script = Script(refused(401, "authentication_error"), PAGE)
    with connect(script=script) as client:
        assert client.users(DAY) == EMPTY
    script = Script(refused(401, "authentication_error"))
    with connect(script=script) as client, pytest.raises(ApiKeyRejected) as failure:
        client.users(DAY)
    assert failure.value.reason == "revoked"
    assert len(script.requests) == 2


def test_a_missing_scope_is_asked_once_and_told_with_what_the_key_has_r02(connect):
    script = Script(refused(403, "permission_error", "Needed one of: ['read:analytics'] Got: ['api:admin', 'x']"))
    with connect(script=script) as client, pytest.raises(ApiKeyRejected) as failure:
        client.users(DAY)
    assert failure.value.reason == "scope"
    assert "['api:admin', 'x']" in str(failure.value)
    assert "Needed one of: ['read:analytics']" in str(failure.value)
    assert len(script.requests) == 1


def test_a_404_is_a_matter_of_the_key_and_not_an_empty_day_r03(connect):
    failure = caught(connect, httpx.Response(404))
    assert isinstance(failure, ApiKeyRejected)
    assert failure.reason == "not_found"


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html>blocked</html>", "text/html"),
        (b"Blocked by policy", "text/plain"),
        (b'{"blocked": 1}', "application/json"),
    ],
    ids=["html", "text", "other json"],
)
def test_a_refusal_of_somebody_else_does_not_condemn_the_key(connect, status, content, kind):
    failure = caught(connect, httpx.Response(status, content=content, headers={"content-type": kind}))
    assert type(failure) is ApiUnavailable
    assert "firewall" in str(failure)
    assert f"{status}" in str(failure)
    assert ('"Blocked by policy"' in str(failure)) == (kind == "text/plain")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_of_the_key_names_the_switch_for_api_access(connect, status):
    assert "API access is switched" in str(caught(connect, refused(status, "x_error")))


@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_that_the_plan_may_cause_names_it(connect, status):
    assert "Claude Enterprise plan" in str(caught(connect, refused(status, "x_error")))


@pytest.mark.parametrize(
    ("message", "latest"),
    [
        ("Latest available data for this query is 2026-11-18.", dt.date(2026, 11, 18)),
        ("2026-11-19 and 2026-11-17 are there, 2026-11-20 is not yet available", dt.date(2026, 11, 19)),
        ("Data is not yet available for 2026-11-20", None),
        ("Data is not yet available.", None),
        ("This day is too old.", None),
    ],
)
def test_a_refused_day_names_the_newest_plausible_one_r04(connect, message, latest):
    failure = caught(connect, refused(400, "invalid_request_error", message))
    assert isinstance(failure, DayNotAvailable)
    assert failure.latest == latest


@pytest.mark.parametrize("named", ["2999-12-31", "2026-11-22", "2026-11-01", "2026-13-45 or 1970-01-01"])
def test_an_absurd_newest_day_is_an_outage_r04(connect, named):
    failure = caught(
        connect, refused(400, "invalid_request_error", f"Latest available data for this query is {named}.")
    )
    assert type(failure) is ApiUnavailable


def test_a_day_before_the_floor_is_not_available_r04(connect):
    message = "date must be on or after 2026-08-24"
    failure = caught(connect, refused(400, "invalid_request_error", message), day=OLD_DAY)
    assert isinstance(failure, DayNotAvailable)
    assert failure.latest is None


def test_the_client_steps_back_a_week_and_no_further_r04(connect):
    script = Script(refused(400, "invalid_request_error", "Data is not yet available."))
    with connect(script=script) as client, pytest.raises(ApiUnavailable, match="names no newest day"):
        client.newest_day()
    asked = [request.url.params["date"] for request in script.requests]
    assert asked == [f"2026-11-{day}" for day in range(21, 13, -1)]


@pytest.mark.parametrize("status", [400, 405, 413, 418, 422])
def test_any_other_refusal_is_a_broken_contract_and_not_repeated_r05(connect, status):
    script = Script(refused(status, "invalid_request_error", "limit must be between 1 and 1000, inclusive. Got 5000"))
    with connect(script=script) as client, pytest.raises(ApiContractError, match="Got 5000"):
        client.users(DAY)
    assert len(script.requests) == 1


def test_the_plan_is_read_from_the_code_before_any_date(connect):
    error = {"type": "x", "message": "since 2026-11-19", "details": {"error_code": "organization_type_not_supported"}}
    failure = caught(connect, httpx.Response(400, json={"error": error}))
    assert isinstance(failure, ApiKeyRejected)
    assert failure.reason == "plan"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Sun, 22 Nov 2026 09:01:30 GMT"}, 90),
        ({"retry-after": "Sun, 22 Nov 2026 09:01:30"}, 90),
        ({"retry-after-ms": "2500", "retry-after": "60"}, 2.5),
        ({"retry-after-ms": "soon", "retry-after": "60"}, 60),
        ({"retry-after": "315360000"}, 315_360_000),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "Sun, 22 Nov 2020 09:00:00 GMT"}, None),
        ({"retry-after": "Sun, 99 Foo 99999999999 09:00:00 GMT"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e999"}, None),
        ({"retry-after": "later, please"}, None),
        ({}, None),
    ],
)
def test_the_asked_wait_is_read_in_every_form_r06(headers, seconds):
    assert requested_wait(headers, NOW) == (None if seconds is None else pytest.approx(seconds))


def test_a_wait_of_years_is_cut_to_a_quarter_of_an_hour_r06(connect, waits):
    answer = refused(429, "rate_limit_error", **{"retry-after": "315360000"})
    with connect(answer, PAGE) as client:
        assert client.users(DAY) == EMPTY
    assert waits.slept == pytest.approx(900)


def test_without_an_asked_wait_the_waits_grow_with_full_jitter_r07(connect, waits):
    failure = caught(connect, refused(429, "rate_limit_error"))
    assert isinstance(failure, ApiRateLimited)
    assert failure.retry_after is None
    assert 0.5 <= waits.slept <= 2 + 4 + 8 + 16 + 32
    late = [backoff(9) for _ in range(400)]
    assert max(late) <= 60
    assert min(late) < 10
    assert max(late) > 50


def test_a_refusal_that_lasts_carries_the_asked_wait_r07(connect):
    failure = caught(connect, refused(429, "rate_limit_error", **{"retry-after": "30"}))
    assert isinstance(failure, ApiRateLimited)
    assert failure.retry_after == 30


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504, 529, 530])
@pytest.mark.parametrize("burst", [1, 5, 20])
def test_a_burst_of_faults_is_waited_out_or_given_up_r08(connect, status, burst):
    script = Script(*[httpx.Response(status, content=b"<html>bad gateway</html>")] * burst, PAGE)
    with connect(script=script) as client:
        if burst <= 5:
            assert client.users(DAY) == EMPTY
        else:
            with pytest.raises(ApiUnavailable, match=str(status)):
                client.users(DAY)
            assert len(script.requests) == 6


def caused(error: httpx.HTTPError, cause: OSError) -> httpx.HTTPError:
    """An error as httpx raises it: its own, with the system's below."""
    error.__cause__ = cause
    return error


certificate = ssl.SSLCertVerificationError(1, "certificate verify failed")
certificate.verify_message = "certificate has expired"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectTimeout("x"), "could not be reached within 10 seconds"),
        (httpx.ReadTimeout("x"), "sent nothing for 30 seconds"),
        (httpx.ReadError("x"), "connection broke"),
        (httpx.WriteError("x"), "connection broke"),
        (httpx.RemoteProtocolError("x"), "broke off"),
        (httpx.DecodingError("x"), "unpacked"),
        (caused(httpx.ConnectError("x"), certificate), "certificate has expired"),
        (caused(httpx.ConnectError("x"), ssl.SSLError(1, "wrong version number")), "TLS failed"),
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "Name or service not known")), "DNS"),
        (caused(httpx.ConnectError("x"), ConnectionRefusedError()), "refused the connection"),
        (httpx.ProxyError("x"), "connection to the server failed"),
    ],
)
def test_a_broken_connection_is_retried_and_named_r10(connect, error, words):
    script = Script(error)
    with connect(script=script) as client, pytest.raises(ApiUnavailable, match=re.escape(words)):
        client.users(DAY)
    assert len(script.requests) == 6
    with connect(error, PAGE) as client:
        assert client.users(DAY) == EMPTY


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (PORTAL, "sign-in portal"),
        (httpx.Response(200, content=b"  <html>"), "sign-in portal"),
        (httpx.Response(200, content=b""), "no page of data"),
        (httpx.Response(407), "proxy"),
    ],
)
def test_what_is_no_page_is_not_taken_for_one_r10_r11(connect, answer, words):
    failure = caught(connect, answer)
    assert type(failure) is ApiUnavailable
    assert words in str(failure)


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"{}", b'{"data":[', b"\xef\xbb\xbf" + EMPTY])
def test_a_key_is_not_called_valid_on_a_page_that_cannot_be_read_r11(connect, body):
    with connect(httpx.Response(200, content=body)) as client, pytest.raises(ApiContractError):
        client.validate()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_error_and_not_followed_r14_a83(connect, status):
    script = Script(httpx.Response(status, headers={"location": "https://elsewhere.example.com/"}))
    with connect(script=script) as client, pytest.raises(ApiUnavailable, match="redirect"):
        client.users(DAY)
    assert [request.url.host for request in script.requests] == ["api.anthropic.com"]


@pytest.mark.parametrize("status", [201, 204, 206, 304])
def test_any_other_success_is_an_error_r15(connect, status):
    script = Script(httpx.Response(status, content=EMPTY if status in {201, 206} else b""))
    with connect(script=script) as client, pytest.raises(ApiUnavailable, match=str(status)):
        client.users(DAY)
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("status", "message"), [(400, "Invalid cursor"), (400, "page was made for date 2026-11-19"), (410, "Gone")]
)
def test_a_dead_cursor_restarts_the_day_r21(connect, status, message):
    assert isinstance(caught(connect, refused(status, "x", message), cursor="abc"), CursorLost)
    assert not isinstance(caught(connect, refused(status, "x", message)), CursorLost)


def test_only_get_and_only_the_analytics_paths_are_asked_a85(connect):
    script = Script(PAGE)
    with connect(script=script) as client:
        client.users(DAY)
        client.users(DAY, "a b/c&d=e")
        client.newest_day()
        client.validate()
        with pytest.raises(ValueError, match="activities"):
            client._send(endpoints.Query("/v1/compliance/activities", {}))
    assert {request.method for request in script.requests} == {"GET"}
    assert {request.url.path for request in script.requests} == {endpoints.USERS}
    assert [dict(request.url.params) for request in script.requests[:3]] == [
        {"date": "2026-11-20", "limit": "1000"},
        {"date": "2026-11-20", "limit": "1000", "page": "a b/c&d=e"},
        {"date": "2026-11-21", "limit": "1"},
    ]


def test_every_request_says_who_asks_and_for_what(connect, key):
    script = Script(PAGE)
    with connect(script=script) as client:
        client.users(DAY)
    headers = script.requests[0].headers
    assert headers["x-api-key"] == key
    assert headers["anthropic-version"] == "2023-06-01"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith("uptake/")
    assert "authorization" not in headers


def test_the_environment_cannot_redirect_or_record_the_traffic_a84(connect, monkeypatch, tmp_path):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with connect() as client:
        trusted = client._http._transport._pool._ssl_context.get_ca_certs()
    assert trusted
    (tmp_path / "others.pem").write_text(ssl.DER_cert_to_PEM_cert(b"no certificate at all"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "others.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    with connect() as client:
        assert client._http.trust_env is False
        assert client._http._mounts == {}
        context = client._http._transport._pool._ssl_context
        assert context.keylog_filename is None
        assert context.get_ca_certs() == trusted
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_an_address_or_version_that_cannot_be_sent_names_its_setting(connect):
    with pytest.raises(SettingsError, match="UPTAKE_CLAUDE_BASE_URL"):
        connect(PAGE, base_url="https://xn--a-ä.com")
    with pytest.raises(SettingsError, match="UPTAKE_ANTHROPIC_VERSION"):
        connect(PAGE, version="2023–06–01")


@pytest.mark.parametrize("bad", ["", "sk ant", "sk-ant\n", "sk-änt", "sk-ant\x00"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(connect, bad):
    with pytest.raises(ApiKeyRejected) as failure:
        connect(PAGE, key=bad)
    assert failure.value.reason == "malformed"
    assert not bad.strip() or bad.strip() not in str(failure.value)


@pytest.mark.parametrize("key", [KEY, "a-key/of.another+form"])
def test_the_key_is_in_no_error_log_or_text_form(connect, key, caplog):
    caplog.set_level(logging.DEBUG)
    echo = f"The key {key} and sk-ant-admin01-other are not valid"
    answers: list[httpx.Response | Exception] = [
        refused(s, "x", f"{echo}. Cursor 2026-11-19") for s in (400, 401, 403, 404, 410, 418, 429, 500)
    ]
    answers += [httpx.ReadError("x"), PORTAL]
    shown = ""
    for answer in answers:
        with connect(answer, key=key) as client:
            shown += repr(client) + str(vars(client)["_http"].headers)
            with pytest.raises(ApiError) as failure:
                client.users(DAY, "abc")
            shown += "".join(traceback.format_exception(failure.value)) + repr(failure.value)
            assert failure.value.__cause__ is None
            assert failure.value.__context__ is None
    shown += caplog.text
    assert "[key]" in shown
    assert key not in shown
    assert "admin01" not in shown


def test_a_long_or_odd_message_is_cut_and_cleaned(connect):
    text = str(caught(connect, refused(418, "x", "a\x1b[31m\n" + "b" * 10_000)))
    assert len(text) < 500
    assert "\x1b" not in text


def test_a_stop_ends_a_wait_at_once(connect, waits):
    answer = refused(503, "overloaded_error", **{"retry-after": "600"})
    client = connect(answer, stop=lambda: waits.slept > 1)
    with client, pytest.raises(ApiUnavailable, match="stopping"):
        client.users(DAY)
    assert waits.slept < 2


def test_somebody_at_a_screen_is_not_kept_waiting(connect, waits):
    script = Script(refused(429, "rate_limit_error", **{"retry-after": "600"}))
    with connect(script=script) as client, pytest.raises(ApiRateLimited):
        client.validate()
    assert waits.slept <= 3
    assert len(script.requests) == 2
