"""Serves an ASGI application on a free or given port of this machine, and on nothing else."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

LOOPBACK = "127.0.0.1"
START_SECONDS = 10.0


class _Server(uvicorn.Server):
    """Calls `ready` once, as soon as connections are accepted."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def bind(port: int = 0, host: str = LOOPBACK) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ValueError for an address that is not loopback."""
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"The simulator serves this machine only and does not listen on {host}.")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def base_url(listener: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def serve(app: Any, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serves until SIGTERM or SIGINT; open connections get one second to finish."""
    _Server(_config(app), ready).run(sockets=[listener])


@contextmanager
def running(app: Any, port: int = 0) -> Iterator[str]:
    """Serves `app` from a thread for as long as the block runs, and yields its base URL."""
    with bind(port) as listener:
        started = threading.Event()
        server = _Server(_config(app), started.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not started.wait(0.02):
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("The simulator did not start.")
        try:
            yield base_url(listener)
        finally:
            server.should_exit = True
            thread.join(START_SECONDS)


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        date_header=False,  # the application tells the time that it lives in
    )
