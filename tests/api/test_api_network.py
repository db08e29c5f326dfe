"""The client against real sockets on this machine: slow, endless, packed and broken answers."""

# ruff: noqa: N802 - a test of a numbered fault carries its number

from __future__ import annotations

import datetime as dt
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from core.api.client import AnalyticsClient
from core.api.exchange import Limits
from core.api.retry import Patience
from core.errors import ApiUnavailable

DAY = dt.date(2026, 11, 20)
EMPTY = b'{"data":[],"next_page":null}'
Handler = Callable[[socket.socket], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], str]]:
    """Starts a server that hands every connection, its request read, to a handler; returns its address."""
    listeners: list[socket.socket] = []

    def start(handler: Handler) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.recv(65_536)
                handler(connection)

        threading.Thread(target=accept, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.close()


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One try instead of six: these tests are about the single exchange, and some of them take real seconds."""
    monkeypatch.setattr("core.api.client.STEADY", Patience(tries=1, longest_wait=0.0, confirms_401=False))


def fails(connect: Callable[..., AnalyticsClient], address: str, **limits: Any) -> tuple[str, float]:
    start = time.monotonic()
    with connect(base_url=address, limits=Limits(**limits)) as client, pytest.raises(ApiUnavailable) as failure:
        client.users(DAY)
    return str(failure.value), time.monotonic() - start


def head(length: int | None = None, *more: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "content-type: application/json", "connection: close", *more]
    lines += [f"content-length: {length}"] if length is not None else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def drip(connection: socket.socket, data: bytes) -> None:
    for byte in data:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def test_a_packed_page_is_read(connect, serve):
    packed = gzip.compress(EMPTY)
    address = serve(lambda connection: connection.sendall(head(len(packed), "content-encoding: gzip") + packed))
    with connect(base_url=address) as client:
        assert client.users(DAY) == EMPTY


def test_R09_a_silent_server_ends_in_a_read_timeout(connect, serve):
    text, took = fails(connect, serve(lambda connection: time.sleep(3)), read=0.3)
    assert "sent nothing for 0.3 seconds" in text
    assert took < 2


def test_R09_a_body_that_drips_byte_by_byte_meets_the_deadline(connect, serve):
    def answer(connection: socket.socket) -> None:
        connection.sendall(head(500))
        drip(connection, b"{" * 500)

    text, took = fails(connect, serve(answer), total=0.6)
    assert "not complete after 0.6 seconds" in text
    assert took < 2


def test_R09_headers_that_drip_byte_by_byte_meet_the_deadline(connect, serve):
    text, took = fails(connect, serve(lambda connection: drip(connection, head(5) * 9)), total=0.6)
    assert "not complete after 0.6 seconds" in text
    assert took < 2


def test_a_stop_abandons_a_request_that_is_under_way(connect, serve):
    start = time.monotonic()
    address = serve(lambda connection: time.sleep(5))
    client = connect(base_url=address, stop=lambda: time.monotonic() > start + 0.3)
    with client, pytest.raises(ApiUnavailable, match="stopping"):
        client.users(DAY)
    assert time.monotonic() - start < 2


def test_R10_a_connection_cut_in_mid_page_gives_no_page(connect, serve):
    text, _ = fails(connect, serve(lambda connection: connection.sendall(head(500) + b'{"data":[')))
    assert "broke off" in text


def test_R10_nobody_listening_is_told(connect, serve):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    text, _ = fails(connect, f"http://127.0.0.1:{port}")
    assert "refused the connection" in text


def test_R12_an_endless_body_is_cut_off(connect, serve):
    def pour(connection: socket.socket) -> None:
        connection.sendall(head())
        while True:
            connection.sendall(b"x" * 65_536)

    text, took = fails(connect, serve(pour), size=2 * 1024 * 1024)
    assert "larger than 2 MB" in text
    assert took < 5


def test_R12_a_gzip_bomb_is_cut_off(connect, serve):
    bomb = gzip.compress(bytes(30_000_000))
    address = serve(lambda connection: connection.sendall(head(len(bomb), "content-encoding: gzip") + bomb))
    text, _ = fails(connect, address, size=1024 * 1024)
    assert "larger than 1 MB" in text


def test_R12_a_twice_packed_bomb_is_not_unpacked(connect, serve):
    bomb = gzip.compress(gzip.compress(bytes(1_000_000)))
    address = serve(lambda connection: connection.sendall(head(len(bomb), "content-encoding: gzip, gzip") + bomb))
    text, _ = fails(connect, address)
    assert "packed as 'gzip, gzip'" in text


def test_R12_a_flood_of_headers_is_cut_off(connect, serve):
    flood = b"HTTP/1.1 200 OK\r\n" + b"x-filler: " + b"y" * 500_000
    text, _ = fails(connect, serve(lambda connection: connection.sendall(flood)))
    assert "not valid HTTP" in text


def test_broken_packing_gives_no_page(connect, serve):
    address = serve(lambda connection: connection.sendall(head(9, "content-encoding: gzip") + b"not gzip!"))
    text, _ = fails(connect, address)
    assert "unpacked" in text
