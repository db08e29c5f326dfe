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
_SCOPE = "Missing required scopes. Got: ['api:admin'] Needed: ['read:analytics']"

REFUSALS = (
    Case(id="R01", name="401 once", ends=HEALED, answer=first(1, refuse(401, "invalid x-api-key"))),
    Case(id="R01", name="401 always", says="401", cure="key", answer=refuse(401, "invalid x-api-key")),
    Case(id="R02", name="403 wrong scope", says="Needed: ..read:analytics", cure="key", answer=refuse(403, _SCOPE)),
    Case(id="R03", name="404", says="404", cure="key", answer=refuse(404)),
    Case(id="R04", name="no date named", says="no newest|not serve", answer=refuse(400, "Data is not yet available")),
    Case(id="R04", name="absurd newest day", says="plausible", answer=refuse(400, "Latest available is 2999-12-31.")),
    Case(id="R05", name="400 for anything else", says="refused", answer=refuse(400, "limit: Got 1000")),
    Case(id="R06", name="429 with seconds", ends=HEALED, answer=_limited(lambda _: "7")),
    Case(id="R06", name="429 with fractions", ends=HEALED, answer=_limited(lambda _: "0.25")),
    Case(id="R06", name="429 with a date", ends=HEALED, answer=_limited(_date(30))),
    Case(id="R06", name="429 with a past date", ends=HEALED, answer=_limited(_date(-600))),
    Case(id="R06", name="429 with a negative wait", ends=HEALED, answer=_limited(lambda _: "-5")),
    Case(id="R06", name="429 with ten years", ends=HEALED, answer=_limited(lambda _: "315360000")),
    Case(id="R06", name="429 with garbage", ends=HEALED, answer=_limited(lambda _: "soon")),
    Case(id="R06", name="429 in milliseconds", ends=HEALED, answer=_limited(lambda _: "1500", "retry_after_ms")),
    Case(id="R07", name="429 without a wait", ends=HEALED, answer=first(3, refuse(429))),
    Case(id="R07", name="429 always", says="429", answer=refuse(429)),
    Case(id="R08", name="500 five times", ends=HEALED, answer=first(5, refuse(500))),
    Case(id="R08", name="502 as a page", ends=HEALED, answer=first(2, plain(502, b"<html>bad gateway", HTML))),
    Case(id="R08", name="503 always", says="503", answer=refuse(503, "try later")),
    Case(id="R08", name="504 twenty times", says="504", answer=first(20, refuse(504))),
    Case(id="R08", name="529 overloaded", ends=HEALED, answer=first(4, refuse(529, "Overloaded"))),
    Case(id="R08", name="408 and 409", ends=HEALED, answer=first(3, lambda a: refuse(408 + a.turn % 2)(a))),
)

BROKEN = (
    Case(id="R09", name="connect timeout", ends=HEALED, answer=first(1, broken(lambda: httpx.ConnectTimeout("x")))),
    Case(id="R09", name="read timeout always", says="sent nothing", answer=broken(lambda: httpx.ReadTimeout("x"))),
    Case(
        id="R10",
        name="DNS failure",
        says="DNS",
        answer=broken(lambda: httpx.ConnectError("x"), socket.gaierror(-2, "Name or service not known")),
    ),
    Case(
        id="R10",
        name="expired certificate",
        says="certificate has expired",
        answer=broken(lambda: httpx.ConnectError("x"), _certificate()),
    ),
    Case(
        id="R10",
        name="connection refused",
        says="refused the connection",
        answer=broken(lambda: httpx.ConnectError("x"), ConnectionRefusedError()),
    ),
    Case(id="R10", name="reset in mid page", ends=HEALED, answer=first(2, broken(lambda: httpx.ReadError("x")))),
    Case(id="R10", name="going away", says="broke off", answer=broken(lambda: httpx.RemoteProtocolError("x"))),
    Case(id="R10", name="proxy 407", says="407", answer=plain(407)),
    Case(id="R10", name="captive portal", says="sign-in portal", answer=plain(200, b"<!doctype html><p>Hi", HTML)),
    Case(id="R10", name="firewall page", says="firewall", answer=plain(403, b"<html>blocked", HTML)),
)

NO_PAGES = (
    Case(id="R11", name="empty body", says="no page of data", answer=plain(200)),
    Case(id="R11", name="cut off", says="not|no", answer=body(lambda b: b[: len(b) // 2])),
    Case(id="R11", name="trailing garbage", says="not", answer=body(lambda b: b + b" and so on")),
    Case(id="R11", name="null", says="not|shape", answer=plain(200, b"null")),
    Case(id="R11", name="a list", says="not|shape", answer=plain(200, b"[]")),
    Case(id="R11", name="a string", says="not|shape", answer=plain(200, b'"data"')),
    Case(id="R11", name="byte order mark", says="not", answer=body(lambda b: b"\xef\xbb\xbf" + b)),
    Case(id="R11", name="wrong charset", says="not", answer=body(lambda b: b.replace(b'"p0', b'"\xe9\xff0'))),
    Case(id="R12", name="endless body", says="larger", answer=body(lambda b: b + b" " * LARGEST_ANSWER)),
    Case(id="R12", name="gzip bomb", says="larger", answer=plain(200, _ZEROS, JSON | {"content-encoding": "gzip"})),
    Case(id="R12", name="unasked packing", says="packed", answer=plain(200, b"x", JSON | {"content-encoding": "br"})),
    Case(id="R13", name="5,000 digits", says="web_search|not", answer=_counter("9" * 5_000)),
    Case(id="R13", name="NaN", says="JSON|not", answer=_counter("NaN")),
    Case(id="R13", name="1e400", says="web_search|not", answer=_counter("1e400")),
    Case(id="R13", name="bottomless nesting", says="deep|not", answer=body(_deep)),
    Case(id="R14", name="redirect", says="redirect", answer=plain(307, b"", {"location": "https://x.example.com/"})),
    Case(id="R15", name="204", says="204", answer=plain(204)),
    Case(id="R15", name="206", says="206", answer=plain(206, b'{"data": []')),
    Case(id="R15", name="304", says="304", answer=plain(304)),
)

EARLY = dt.datetime(2026, 1, 6, 3, tzinfo=dt.UTC)
"""The back-fill begins at the API's first day, whichever day is the newest."""

LATE = (
    Case(
        id="R04",
        name="two dates named",
        says="not serve|serves data up to",
        answer=behind(1, "Requested date {asked} is not yet available. The most recent date is {newest}."),
        now=EARLY,
        phases=("first connect", "steady"),
        why_not_all="the missing past is served",
    ),
    Case(
        id="R36",
        name="three days behind",
        says="not serve|serves data up to",
        answer=behind(3, "Latest available data for this query is {newest}."),
        now=EARLY,
        phases=("first connect", "steady"),
        why_not_all="the missing past is served",
    ),
)

ALL = (*REFUSALS, *BROKEN, *NO_PAGES, *LATE)
