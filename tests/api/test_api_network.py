"""The client against real sockets on this machine: slow, endless, packed and broken answers."""

from __future__ import annotations

import datetime as dt
import gzip
import socket
import threading
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
MEGABYTE = 1024 * 1024
LONG = 60.0
"""Seconds: a server that is waited for so long, whatever the client was told, lets a test fail instead of hang."""

Handler = Callable[[socket.socket], None]


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Set at the end of the test, when whatever a server does is over."""
    event = threading.Event()
    yield event
    event.set()


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


def fails(connect: Callable[..., AnalyticsClient], address: str, **limits: Any) -> str:
    with connect(base_url=address, limits=Limits(**limits)) as client, pytest.raises(ApiUnavailable) as failure:
        client.users(DAY)
    return str(failure.value)


def head(length: int | None = None, *more: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "content-type: application/json", "connection: close", *more]
    lines += [f"content-length: {length}"] if length is not None else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def drip(connection: socket.socket, byte: bytes, over: threading.Event) -> None:
    """The same byte again and again; an answer that is waited for goes on for a long time, and then breaks off."""
    for _ in range(int(LONG / 0.05)):
        connection.sendall(byte)
        if over.wait(0.05):
            return


def test_a_packed_page_is_read(connect, serve):
    packed = gzip.compress(EMPTY)
    address = serve(lambda connection: connection.sendall(head(len(packed), "content-encoding: gzip") + packed))
    with connect(base_url=address) as client:
        assert client.users(DAY) == EMPTY


def test_a_silent_server_ends_in_a_read_timeout_r09(connect, serve, over):
    address = serve(lambda _connection: over.wait(LONG))
    assert "sent nothing for 0.3 seconds" in fails(connect, address, read=0.3)


def test_a_body_that_drips_byte_by_byte_meets_the_deadline_r09(connect, serve, over):
    def answer(connection: socket.socket) -> None:
        connection.sendall(head(1_000_000))
        drip(connection, b"{", over)

    assert "not complete after 0.6 seconds" in fails(connect, serve(answer), total=0.6)


def test_headers_that_drip_byte_by_byte_meet_the_deadline_r09(connect, serve, over):
    def answer(connection: socket.socket) -> None:
        connection.sendall(head().removesuffix(b"\r\n") + b"x-filler: ")
        drip(connection, b"y", over)

    assert "not complete after 0.6 seconds" in fails(connect, serve(answer), total=0.6)


def test_a_stop_abandons_a_request_that_is_under_way(connect, serve, over):
    under_way = threading.Event()

    def answer(_connection: socket.socket) -> None:
        under_way.set()
        over.wait(LONG)

    client = connect(base_url=serve(answer), stop=under_way.is_set, limits=Limits())
    with client, pytest.raises(ApiUnavailable, match="is stopping, so the request was abandoned"):
        client.users(DAY)


def test_a_connection_cut_in_mid_page_gives_no_page_r10(connect, serve):
    address = serve(lambda connection: connection.sendall(head(500) + b'{"data":['))
    assert "broke off" in fails(connect, address)


def test_nobody_listening_is_told_r10(connect, serve):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "refused the connection" in fails(connect, f"http://127.0.0.1:{port}")


def test_an_endless_body_is_cut_off_r12(connect, serve):
    cut = threading.Event()
    poured = 0

    def pour(connection: socket.socket) -> None:
        nonlocal poured
        try:
            connection.sendall(head())
            while poured < 1024 * MEGABYTE:
                poured += connection.send(b"x" * 65_536)
        finally:
            cut.set()

    assert "larger than 2 MB" in fails(connect, serve(pour), size=2 * MEGABYTE)
    assert cut.wait(LONG)
    assert 2 * MEGABYTE < poured < 64 * MEGABYTE  # what is beyond the bound was under way in the system's buffers


def test_a_gzip_bomb_is_cut_off_r12(connect, serve):
    bomb = gzip.compress(bytes(30_000_000))
    address = serve(lambda connection: connection.sendall(head(len(bomb), "content-encoding: gzip") + bomb))
    assert "larger than 1 MB" in fails(connect, address, size=MEGABYTE)


def test_a_twice_packed_bomb_is_not_unpacked_r12(connect, serve):
    bomb = gzip.compress(gzip.compress(bytes(1_000_000)))
    address = serve(lambda connection: connection.sendall(head(len(bomb), "content-encoding: gzip, gzip") + bomb))
    assert "packed as 'gzip, gzip'" in fails(connect, address)


def test_a_flood_of_headers_is_cut_off_r12(connect, serve):
    flood = b"HTTP/1.1 200 OK\r\n" + b"x-filler: " + b"y" * 500_000
    assert "not valid HTTP" in fails(connect, serve(lambda connection: connection.sendall(flood)))


def test_broken_packing_gives_no_page(connect, serve):
    address = serve(lambda connection: connection.sendall(head(9, "content-encoding: gzip") + b"not gzip!"))
    assert "could not be unpacked (gzip)" in fails(connect, address)
