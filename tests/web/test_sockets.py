"""How many websockets are open at once: a bound in all, and one for each address."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Scope

from core.web.own_sockets import MOST, MOST_EACH, FewSockets


class Crowd:
    """Websockets that stay open until they are let go, before an application that does nothing else."""

    def __init__(self, **bounds: int) -> None:
        self.let_go = asyncio.Event()
        self.let_in = 0
        self.statuses: list[int] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.door = FewSockets(self._stay, **bounds)

    async def _stay(self, scope, receive, send) -> None:
        self.let_in += 1
        await self.let_go.wait()
        if scope["path"] == "/fails":
            raise ConnectionResetError

    async def _nothing(self) -> Message:
        raise NotImplementedError

    async def _answered(self, message) -> None:
        if "status" in message:
            self.statuses.append(message["status"])

    async def comes(self, address: str | None, path: str = "/_stcore/stream", kind: str = "websocket") -> None:
        client = None if address is None else (address, 1)
        scope: Scope = {"type": kind, "path": path, "client": client, "headers": []}
        self.tasks.append(asyncio.create_task(self._knock(scope)))
        await asyncio.sleep(0)

    async def _knock(self, scope: Scope) -> None:
        await self.door(scope, self._nothing, self._answered)

    async def leave(self) -> None:
        self.let_go.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def test_a87_ten_thousand_sockets_from_one_address_leave_room_for_others():
    async def run() -> None:
        crowd = Crowd()
        for _ in range(10_000):
            await crowd.comes("192.0.2.7")
        assert (crowd.let_in, set(crowd.statuses)) == (MOST_EACH, {503})
        await crowd.comes("192.0.2.8")
        await crowd.comes("192.0.2.7", kind="http")
        assert crowd.let_in == MOST_EACH + 2
        await crowd.leave()

    asyncio.run(run())


def test_a87_from_ever_other_addresses_only_so_many_are_open():
    async def run() -> None:
        crowd = Crowd()
        for number in range(MOST + 50):
            await crowd.comes(f"198.51.100.{number}")
        assert crowd.let_in == MOST
        await crowd.leave()

    asyncio.run(run())


@pytest.mark.parametrize("path", ["/_stcore/stream", "/fails"])
def test_a87_who_leaves_makes_room_however_they_leave(path):
    async def run() -> None:
        crowd = Crowd(most=3, most_each=2)
        for address in ("192.0.2.7", "192.0.2.7", "192.0.2.7", None, None):
            await crowd.comes(address, path)
        assert (crowd.let_in, crowd.statuses) == (3, [503, 503])
        await crowd.leave()
        assert not crowd.door._open
        await crowd.comes("192.0.2.7")
        assert crowd.let_in == 4

    asyncio.run(run())
