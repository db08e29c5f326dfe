"""One request and its answer, bounded in time and in size.

httpx bounds each read, not the whole: a server that sends one byte a second would hold a run for ever. So the exchange
runs in a thread that is waited for up to a deadline and then left behind; its socket is closed with the HTTP client.
Nothing of httpx leaves this module: its exceptions carry the request, and with it the key.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one exchange; times in seconds, size in bytes after decompression."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 90.0
    size: int = 64 * 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """An answer that arrived whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class NoReply:
    """Why no usable answer arrived, as a sentence; `passing` when asking again may help."""

    reason: str
    passing: bool = True


def certificates() -> ssl.SSLContext:
    """The usual authorities, whatever SSL_CERT_FILE says, and no log of session keys, whatever SSLKEYLOGFILE says."""
    context = httpx.create_ssl_context(trust_env=False)
    context.keylog_filename = None  # type: ignore[assignment]
    return context


def exchange(http: httpx.Client, request: httpx.Request, limits: Limits, stop: Callable[[], bool]) -> Reply | NoReply:
    """Send a request and read its whole answer. An error that is none of HTTP's is raised as it is."""
    outcome: list[Reply | NoReply | BaseException] = []
    end = time.monotonic() + limits.total

    def work() -> None:
        try:
            outcome.append(_read(http, request, limits, end))
        except httpx.HTTPError as error:
            outcome.append(NoReply(_reason(error, limits)))
        except BaseException as error:  # noqa: BLE001 - carried over to the waiting thread
            outcome.append(error)

    worker = threading.Thread(target=work, name="analytics-api-request", daemon=True)
    worker.start()
    while worker.is_alive() and time.monotonic() < end:
        if stop():
            return NoReply("Uptake is stopping, so the request was abandoned.", passing=False)
        worker.join(min(0.25, max(end - time.monotonic(), 0.0)))
    if not outcome:
        return NoReply(f"The answer was not complete after {limits.total:g} seconds.")
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def _read(http: httpx.Client, request: httpx.Request, limits: Limits, end: float) -> Reply | NoReply:
    response = http.send(request, stream=True)
    try:
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"", "identity", "gzip"}:
            # A chain such as "gzip, gzip" would unpack to gigabytes in one step, before its size could be seen.
            return NoReply(f"The answer is packed as {encoding[:40]!r}, which was not asked for.", passing=False)
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > limits.size:
                return NoReply(f"The answer is larger than {limits.size // 1_048_576} MB.", passing=False)
            if time.monotonic() > end:
                return NoReply(f"The answer was not complete after {limits.total:g} seconds.")
        return Reply(response.status_code, dict(response.headers), bytes(body))
    finally:
        response.close()


def _reason(error: httpx.HTTPError, limits: Limits) -> str:
    """The failure in plain words, with its likely cause."""
    causes = _causes(error)
    if certificate := next((c for c in causes if isinstance(c, ssl.SSLCertVerificationError)), None):
        return f"The server's certificate cannot be trusted: {certificate.verify_message}. Is a proxy in between?"
    if any(isinstance(c, ssl.SSLError) for c in causes):
        return "No encrypted connection could be made (TLS failed). Is a proxy in between?"
    if any(isinstance(c, socket.gaierror) for c in causes):
        return "The name of the server could not be resolved (DNS). Is this machine on the network?"
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        return "The server refused the connection."
    return _REASONS.get(type(error), "The connection to the server failed.").format(limits)


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain


_REASONS: dict[type[httpx.HTTPError], str] = {
    httpx.ConnectTimeout: "The server could not be reached within {0.connect:g} seconds.",
    httpx.ReadTimeout: "The server sent nothing for {0.read:g} seconds.",
    httpx.ReadError: "The connection broke while the answer was read.",
    httpx.WriteError: "The connection broke while the request was sent.",
    httpx.RemoteProtocolError: "The answer broke off or was not valid HTTP.",
    httpx.DecodingError: "The answer could not be unpacked (gzip).",
    httpx.ConnectError: "No connection to the server could be made.",
}
