"""A browser's side of Streamlit's websocket, without a browser: messages as it sends them, or as nobody should."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.support.address_check import taken

USER, XSRF = "_streamlit_user", "_streamlit_xsrf"
SECONDS = 20


def signed(cookie_key: str, claims: Mapping[str, object], origin: str) -> str:
    """A sign-in cookie's value as the server makes it after a sign-in."""
    said = {**claims, "origin": origin, "is_logged_in": True, "provider": "default"}
    return create_signed_value(cookie_key, USER, json.dumps(said)).decode()


class Socket:
    """One connection. `cookie`: the value of a sign-in cookie; without one it is somebody who is not signed in."""

    def __init__(
        self,
        url: str,
        *,
        cookie: str = "",
        origin: str | None = None,
        session: str = "",
        headers: Mapping[str, str] | None = None,
        anonymous: bool = False,
    ) -> None:
        token = "" if anonymous else httpx.get(f"{url}/_stcore/host-config").cookies.get(XSRF, "")
        if not anonymous and not token:
            token = httpx.get(f"{url}/_stcore/health").cookies.get(XSRF, "")
        parts = ["streamlit", *([token] if token else []), *([session] if session else [])]
        sent = {"Cookie": f"{USER}={cookie}; {XSRF}={token}"} if not anonymous else {}
        self.session = ""
        self._kept: dict[str, tuple[ForwardMsg, bytes]] = {}
        self._opening = connect(
            url.replace("http", "ws", 1) + "/_stcore/stream",
            origin=Origin(origin or url) if not anonymous or origin else None,
            subprotocols=[Subprotocol(part) for part in parts],
            additional_headers={**sent, **(headers or {})},
            max_size=None,
            open_timeout=SECONDS,
        )

    def __enter__(self) -> Self:
        self._connection: ClientConnection = self._opening.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._opening.__exit__(kind, error, traceback)

    def send(self, message: BackMsg) -> None:
        self._connection.send(message.SerializeToString())

    def receive(self, timeout: float = SECONDS) -> tuple[ForwardMsg, bytes]:
        """The next message, and the very bytes of it."""
        data = self._connection.recv(timeout=timeout)
        assert isinstance(data, bytes)
        message = ForwardMsg()
        message.ParseFromString(data)
        # A long message that the browser has already is sent as a reference to it, and shown all the same.
        if message.HasField("ref_hash"):
            message, data = self._kept[message.ref_hash]
        elif message.hash:
            self._kept[message.hash] = (message, data)
        if message.HasField("new_session"):
            self.session = message.new_session.initialize.session_id or self.session
        return message, data

    def run(self, message: BackMsg | None = None) -> Answer:
        """Send a message that runs the script (by default: as for a page that is opened), and take in the answer."""
        self.send(message or rerun())
        return self.until_finished()

    def until_finished(self) -> Answer:
        answer = Answer()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            message, data = self.receive(end - time.monotonic())
            answer.messages.append(message)
            answer.raw += data
            if message.HasField("script_finished"):
                # A script that asks for another run, as a page that leads on does, says so by its status.
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                return answer
        raise TimeoutError

    def came(self) -> list[Answer]:
        """The answers that the server has given without being asked, up to now."""
        found: list[Answer] = []
        runs = False
        while True:
            try:
                message, data = self.receive(SECONDS if runs else 0.02)
            except TimeoutError:
                return found
            if message.HasField("new_session"):
                found.append(Answer())
                runs = True
            if found:
                found[-1].messages.append(message)
                found[-1].raw += data
            if message.HasField("script_finished"):
                runs = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def file(self, file_id: str) -> str:
        """Ask for a file that is built when asked for; its address, or the error's text."""
        message = BackMsg()
        message.backend_operation_request.request_id = secrets.token_hex(8)
        message.backend_operation_request.session_id = self.session
        message.backend_operation_request.deferred_file.file_id = file_id
        self.send(message)
        while True:
            answer, _ = self.receive()
            if answer.HasField("backend_operation_response"):
                response = answer.backend_operation_response
                return response.deferred_file.url or f"error: {response.error_msg}"


class Answer:
    """The messages of one run."""

    def __init__(self) -> None:
        self.messages: list[ForwardMsg] = []
        self.raw = b""

    @property
    def text(self) -> str:
        """Every word of every message."""
        return "\n".join(str(message) for message in self.messages)

    def took(self, query: Mapping[str, str]) -> bool:
        """Whether the page shows the range and the order of its address; False for one that offers no range."""
        return taken(query, self.elements("selectbox"), self.elements("date_input"))

    def is_of(self, page: str) -> bool:
        """Whether it is the answer for a page, by its name in the address; who has no pages gets one answer for all."""
        led_to = {m.navigation.page_script_hash for m in self.messages if m.HasField("navigation")}
        return not self.navigation or any(
            each.url_pathname == page and each.page_script_hash in led_to for each in self.navigation
        )

    @property
    def navigation(self) -> list:
        """The pages that the browser is told of."""
        return [page for m in self.messages if m.HasField("navigation") for page in m.navigation.app_pages]

    def elements(self, kind: str) -> list:
        """The elements of a kind, in the order in which they were sent."""
        return [
            getattr(message.delta.new_element, kind)
            for message in self.messages
            if message.HasField("delta") and message.delta.new_element.WhichOneof("type") == kind
        ]


def rerun(query: str = "", *, page: str = "", page_hash: str = "", fragment: str = "", **widgets: object) -> BackMsg:
    """A message that runs the script, with values of widgets by their id: texts, and True for a click."""
    message = BackMsg()
    state = message.rerun_script
    state.query_string, state.page_name, state.page_script_hash, state.fragment_id = query, page, page_hash, fragment
    for number, value in widgets.items():
        widget = state.widget_states.widgets.add()
        widget.id = number
        if value is True:
            widget.trigger_value = True
        else:
            widget.string_value = str(value)
    return message
