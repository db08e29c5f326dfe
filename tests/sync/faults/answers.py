"""Faults in front of the API: refusals, broken connections, answers that are no page (R01 to R15)."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import socket
import ssl
from collections.abc import Callable
from email.utils import format_datetime

import httpx

from tests.sync.faults.api import LARGEST_ANSWER, Asked, Fault
from tests.sync.faults.case import HEALED, Case

JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html"}


def refuse(status: int, message: str = "", kind: str = "api_error", **headers: str) -> Fault:
    """An error in the API's own envelope."""
    body = {"type": "error", "error": {"type": kind, "message": message}}
    return lambda _asked: httpx.Response(
        status, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def plain(status: int, body: bytes = b"", headers: dict[str, str] = JSON) -> Fault:
    """An answer with any body."""
    return lambda _asked: httpx.Response(status, content=body, headers=headers)


def first(times: int, answer: Fault) -> Fault:
    """The fault for the first requests only."""
    return lambda asked: answer(asked) if asked.turn <= times else asked.genuine()


def broken(make: Callable[[], httpx.HTTPError], cause: OSError | None = None) -> Fault:
    """A connection that fails as httpx reports it, with the system's error below."""

    def fail(_asked: Asked) -> httpx.Response:
        raise make() from cause

    return fail


def body(change: Callable[[bytes], bytes], headers: dict[str, str] = JSON) -> Fault:
    """The genuine answer with its bytes changed."""
    return lambda asked: httpx.Response(200, content=change(asked.genuine().content), headers=headers)


def _named(asked: Asked, newest: dt.date, words: str) -> httpx.Response:
    if asked.day <= newest or asked.endpoint == "summaries":
        return asked.genuine()
    return refuse(400, words.format(asked=asked.day, newest=newest), "invalid_request_error")(asked)


def behind(days: int, words: str) -> Fault:
    """The API is some days late and says so in one of its wordings."""
    return lambda asked: _named(asked, asked.api.clock.now.date() - dt.timedelta(days=1 + days), words)


def _limited(value: Callable[[Asked], str], header: str = "retry_after") -> Fault:
    return first(1, lambda asked: refuse(429, "slow down", "rate_limit_error", **{header: value(asked)})(asked))


def _date(seconds: float) -> Callable[[Asked], str]:
    return lambda asked: format_datetime(asked.api.clock.now + dt.timedelta(seconds=seconds), usegmt=True)


def _certificate() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "certificate has expired"
    return error


def _counter(text: str) -> Fault:
    """A counter of the first row written in another way."""

    def change(content: bytes) -> bytes:
        page = json.loads(content)
        if page.get("data") and "user" in page["data"][0]:
            page["data"][0]["web_search_count"] = "@"
        return json.dumps(page).replace('"@"', text).encode()

    return body(change)


def _deep(content: bytes) -> bytes:
    return content[:-1] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


_ZEROS = gzip.compress(b"0" * (LARGEST_ANSWER + 1))
_NOT_SERVED = 'does not serve 2026-11-21: "Data is not yet available"'
_NO_PAGE = "answer is not a page of data: it is cut off, no JSON object"
_NO_JSON = "answer is not valid JSON (invalid character"
_NO_COUNT = "data[0].web_search_count has to be a whole number from 0 to 2,147,483,647"
_SCOPE = "Missing required scopes. Got: ['api:admin'] Needed: ['read:analytics']"

REFUSALS = (
    Case(id="R01", name="401 once", ends=HEALED, answer=first(1, refuse(401, "invalid x-api-key"))),
    Case(
        id="R01",
        name="401 always",
        says="does not accept the key (401)",
        cure="key",
        answer=refuse(401, "invalid x-api-key"),
    ),
    Case(
        id="R02",
        name="403 wrong scope",
        says="analytics (403): Needed: ['read:analytics']",
        cure="key",
        answer=refuse(403, _SCOPE),
    ),
    Case(id="R03", name="404", says="The Analytics API answered 404", cure="key", answer=refuse(404)),
    Case(
        id="R04",
        name="no date named",
        says={"first connect": "names no newest day", "steady": _NOT_SERVED, "back-fill": _NOT_SERVED},
        answer=refuse(400, "Data is not yet available"),
    ),
    Case(
        id="R04",
        name="absurd newest day",
        says="no plausible newest day",
        answer=refuse(400, "Latest available is 2999-12-31."),
    ),
    Case(
        id="R05",
        name="400 for anything else",
        says='refused the request (400): "limit: Got 1000"',
        answer=refuse(400, "limit: Got 1000"),
    ),
    Case(id="R06", name="429 with seconds", ends=HEALED, answer=_limited(lambda _: "7")),
    Case(id="R06", name="429 with fractions", ends=HEALED, answer=_limited(lambda _: "0.25")),
    Case(id="R06", name="429 with a date", ends=HEALED, answer=_limited(_date(30))),
    Case(id="R06", name="429 with a past date", ends=HEALED, answer=_limited(_date(-600))),
    Case(id="R06", name="429 with a negative wait", ends=HEALED, answer=_limited(lambda _: "-5")),
    Case(id="R06", name="429 with ten years", ends=HEALED, answer=_limited(lambda _: "315360000")),
    Case(id="R06", name="429 with garbage", ends=HEALED, answer=_limited(lambda _: "soon")),
    Case(id="R06", name="429 in milliseconds", ends=HEALED, answer=_limited(lambda _: "1500", "retry_after_ms")),
    Case(id="R07", name="429 without a wait", ends=HEALED, answer=first(3, refuse(429))),
    Case(id="R07", name="429 always", says="refuses more requests for now (429)", answer=refuse(429)),
    Case(id="R08", name="500 five times", ends=HEALED, answer=first(5, refuse(500))),
    Case(id="R08", name="502 as a page", ends=HEALED, answer=first(2, plain(502, b"<html>bad gateway", HTML))),
    Case(id="R08", name="503 always", says='a fault of its own (503): "try later"', answer=refuse(503, "try later")),
    Case(id="R08", name="504 twenty times", says="a fault of its own (504)", answer=first(20, refuse(504))),
    Case(id="R08", name="529 overloaded", ends=HEALED, answer=first(4, refuse(529, "Overloaded"))),
    Case(id="R08", name="408 and 409", ends=HEALED, answer=first(3, lambda a: refuse(408 + a.turn % 2)(a))),
)

BROKEN = (
    Case(id="R09", name="connect timeout", ends=HEALED, answer=first(1, broken(lambda: httpx.ConnectTimeout("x")))),
    Case(
        id="R09",
        name="read timeout always",
        says="The server sent nothing for 30 seconds",
        answer=broken(lambda: httpx.ReadTimeout("x")),
    ),
    Case(
        id="R10",
        name="DNS failure",
        says="could not be resolved (DNS)",
        answer=broken(lambda: httpx.ConnectError("x"), socket.gaierror(-2, "Name or service not known")),
    ),
    Case(
        id="R10",
        name="expired certificate",
        says="cannot be trusted: certificate has expired",
        answer=broken(lambda: httpx.ConnectError("x"), _certificate()),
    ),
    Case(
        id="R10",
        name="connection refused",
        says="The server refused the connection",
        answer=broken(lambda: httpx.ConnectError("x"), ConnectionRefusedError()),
    ),
    Case(id="R10", name="reset in mid page", ends=HEALED, answer=first(2, broken(lambda: httpx.ReadError("x")))),
    Case(
        id="R10",
        name="going away",
        says="The answer broke off or was not valid HTTP",
        answer=broken(lambda: httpx.RemoteProtocolError("x")),
    ),
    Case(id="R10", name="proxy 407", says="A proxy asks for a sign-in (407)", answer=plain(407)),
    Case(
        id="R10",
        name="captive portal",
        says="A web page came instead of data (200)",
        answer=plain(200, b"<!doctype html><p>Hi", HTML),
    ),
    Case(
        id="R10",
        name="firewall page",
        says="A web page came instead of data (403)",
        answer=plain(403, b"<html>blocked", HTML),
    ),
)

NO_PAGES = (
    Case(id="R11", name="empty body", says="answered 200, which is no page of data", answer=plain(200)),
    Case(id="R11", name="cut off", says=_NO_PAGE, answer=body(lambda b: b[: len(b) // 2])),
    Case(id="R11", name="trailing garbage", says=_NO_PAGE, answer=body(lambda b: b + b" and so on")),
    Case(id="R11", name="null", says=_NO_PAGE, answer=plain(200, b"null")),
    Case(id="R11", name="a list", says=_NO_PAGE, answer=plain(200, b"[]")),
    Case(id="R11", name="a string", says=_NO_PAGE, answer=plain(200, b'"data"')),
    Case(id="R11", name="byte order mark", says=_NO_PAGE, answer=body(lambda b: b"\xef\xbb\xbf" + b)),
    Case(
        id="R11",
        name="wrong charset",
        says="not valid JSON ('utf-8' codec can't decode",
        answer=body(lambda b: b.replace(b'"p0', b'"\xe9\xff0')),
    ),
    Case(
        id="R12",
        name="endless body",
        says="The answer is larger than",
        answer=body(lambda b: b + b" " * LARGEST_ANSWER),
    ),
    Case(
        id="R12",
        name="gzip bomb",
        says="The answer is larger than",
        answer=plain(200, _ZEROS, JSON | {"content-encoding": "gzip"}),
    ),
    Case(
        id="R12",
        name="unasked packing",
        says="The answer is packed as 'br'",
        answer=plain(200, b"x", JSON | {"content-encoding": "br"}),
    ),
    Case(id="R13", name="5,000 digits", says=f"{_NO_COUNT} (Integer value out of range)", answer=_counter("9" * 5_000)),
    Case(
        id="R13",
        name="NaN",
        says={"first connect": _NO_PAGE, "steady": _NO_JSON, "back-fill": _NO_JSON},
        answer=_counter("NaN"),
    ),
    Case(id="R13", name="1e400", says=f"{_NO_COUNT} (Number out of range)", answer=_counter("1e400")),
    Case(id="R13", name="bottomless nesting", says=_NO_PAGE, answer=body(_deep)),
    Case(
        id="R14",
        name="redirect",
        says="answers with a redirect (307)",
        answer=plain(307, b"", {"location": "https://x.example.com/"}),
    ),
    Case(id="R15", name="204", says="answered 204, which is no page of data", answer=plain(204)),
    Case(id="R15", name="206", says="answered 206, which is no page of data", answer=plain(206, b'{"data": []')),
    Case(id="R15", name="304", says="answers with a redirect (304)", answer=plain(304)),
)

EARLY = dt.datetime(2026, 1, 6, 3, tzinfo=dt.UTC)
"""The back-fill begins at the API's first day, whichever day is the newest."""

LATE = (
    Case(
        id="R04",
        name="two dates named",
        says={
            "first connect": "serves data up to Sun 4 Jan 2026",
            "steady": 'does not serve 2026-01-05: "Requested date 2026-01-05 is not yet',
        },
        answer=behind(1, "Requested date {asked} is not yet available. The most recent date is {newest}."),
        now=EARLY,
        phases=("first connect", "steady"),
        why_not_all="the missing past is served",
    ),
    Case(
        id="R36",
        name="three days behind",
        says={
            "first connect": "serves data up to Fri 2 Jan 2026",
            "steady": 'does not serve 2026-01-03: "Latest available data for this query is 2026-01-02',
        },
        answer=behind(3, "Latest available data for this query is {newest}."),
        now=EARLY,
        phases=("first connect", "steady"),
        why_not_all="the missing past is served",
    ),
)

ALL = (*REFUSALS, *BROKEN, *NO_PAGES, *LATE)
