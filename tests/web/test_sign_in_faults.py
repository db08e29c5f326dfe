"""A sign-in whose token, state or provider is not as it has to be lets nobody in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from core.store.engine import schema
from core.store.engine.database import Database
from core.web.middleware import SecurityHeaders
from simulator.oidc import create_provider, signed
from simulator.server import running
from simulator.staffing import build_organisation
from tests.support import personas
from tests.support.served import served
from tests.support.sockets import USER, Socket, rerun

Claims = dict[str, Any]


def unsigned(header: Claims, claims: Claims, _key: RSAKey) -> str:
    return f"{part({**header, 'alg': 'none'})}.{part(claims)}."


def signed_with_the_public_key(header: Claims, claims: Claims, key: RSAKey) -> str:
    text = f"{part({**header, 'alg': 'HS256'})}.{part(claims)}"
    return f"{text}.{encoded(hmac.digest(key.as_pem(private=False), text.encode(), hashlib.sha256))}"


def signed_with_another_key(header: Claims, claims: Claims, _key: RSAKey) -> str:
    return signed(header, claims, RSAKey.generate_key(2048))


def part(said: Claims) -> str:
    return encoded(json.dumps(said).encode())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


FORGED = {"none": unsigned, "public key": signed_with_the_public_key, "another key": signed_with_another_key}
CHANGED: dict[str, Claims] = {
    "wrong audience": {"aud": "another-application"},
    "wrong issuer": {"iss": "https://evil.example.com"},
    "wrong nonce": {"nonce": "of another request"},
    "no nonce": {"nonce": None},
    "expired": {"exp": int(time.time()) - 7_200, "iat": int(time.time()) - 9_000},
    "of the future": {"iat": int(time.time()) + 7_200},
    "nobody": {"sub": None},
}


class Provider:
    """The simulated provider with a dial: which fault its tokens have, or which of its addresses are down."""

    def __init__(self) -> None:
        self.fault, self.down = "", ""
        self.app: Any = None
        self.person = build_organisation(seed=7, today=personas.TODAY).ceo.email

    def begin(self, app_url: str) -> None:
        org = build_organisation(seed=7, today=personas.TODAY)
        made = create_provider(org, client_id="uptake", client_secret="invented", app_url=app_url, sign=self._sign)
        self.app = Starlette(routes=[Mount("/oidc", made)])

    def _sign(self, header: Claims, claims: Claims, key: RSAKey) -> str:
        changed = {name: value for name, value in (claims | CHANGED.get(self.fault, {})).items() if value is not None}
        return FORGED.get(self.fault, signed)(header, changed, key)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        down = self.down and scope.get("path", "").endswith(self.down)
        await (PlainTextResponse("down", 503) if down else self.app)(scope, receive, send)


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Provider]]:
    """The application's address and its provider."""
    folder, provider = tmp_path_factory.mktemp("faults"), Provider()
    database = Database(f"sqlite:///{folder / 'uptake.db'}")
    schema.upgrade(database)
    with running(provider) as issuer:
        metadata = f"{issuer}/oidc/.well-known/openid-configuration"
        with served(folder, database.url, {"UPTAKE_OIDC_METADATA_URL": metadata}) as (url, _):
            provider.begin(url)
            yield url, provider
    database.dispose()


def callback(browser: httpx.Client, url: str, provider: Provider) -> str:
    """Where the provider sends the browser back to, after somebody was chosen there."""
    login = browser.get(begin(url))
    assert login.is_redirect, login.text
    asked = httpx.URL(login.headers["location"])
    chosen = browser.post(asked, data={"choice": provider.person} | dict(asked.params))
    assert chosen.status_code == 303, chosen.text
    return chosen.headers["location"]


def begin(url: str) -> str:
    """The address to which the button leads."""
    with Socket(url) as one:
        (button,) = one.run().elements("button")
        click: dict[str, Any] = {button.id: True}
        answer = one.run(rerun(**click))
    (path,) = (message.auth_redirect.url for message in answer.messages if message.HasField("auth_redirect"))
    return f"{url}{path}"


def is_signed_in(browser: httpx.Client, url: str) -> bool:
    with Socket(url, cookie=browser.cookies.get(USER) or "") as one:
        return [button.label for button in one.run().elements("button")] != ["Sign in"]


def test_a38_a_token_as_it_has_to_be_signs_in(signing_in):
    url, provider = signing_in
    provider.fault = ""
    with httpx.Client() as browser:
        browser.get(callback(browser, url, provider))
        assert browser.cookies.get(USER) and is_signed_in(browser, url)


@pytest.mark.parametrize("fault", [*FORGED, *CHANGED])
def test_a38_a_token_that_is_forged_or_for_somebody_else_signs_nobody_in(signing_in, fault):
    url, provider = signing_in
    provider.fault = fault
    try:
        with httpx.Client() as browser:
            answer = browser.get(callback(browser, url, provider))
            assert answer.is_redirect
            assert not is_signed_in(browser, url)
    finally:
        provider.fault = ""


def test_a39_a_state_of_nobody_of_another_browser_or_used_before_signs_nobody_in(signing_in):
    url, provider = signing_in
    with httpx.Client() as victim, httpx.Client() as attacker:
        theirs = callback(attacker, url, provider)
        victim.get(begin(url))
        without = theirs.partition("&state=")[0]
        for address in (theirs, without, f"{without}&state=guessed"):
            victim.get(address)
            assert not is_signed_in(victim, url), address
        attacker.get(theirs)
        assert is_signed_in(attacker, url)
        attacker.cookies.delete(USER)
        attacker.get(theirs)
        assert not is_signed_in(attacker, url)


@pytest.mark.parametrize("down", ["/token", "/jwks"])
def test_a49_a_provider_that_is_down_signs_nobody_in_and_nobody_out(signing_in, down):
    url, provider = signing_in
    with httpx.Client() as before, httpx.Client() as browser:
        before.get(callback(before, url, provider))
        provider.down = down
        try:
            assert browser.get(callback(browser, url, provider)).is_redirect
            assert not is_signed_in(browser, url)
            assert is_signed_in(before, url)
        finally:
            provider.down = ""


@pytest.mark.parametrize("https", [True, False])
def test_a48_every_cookie_is_secure_and_https_is_asked_for_where_people_come_by_it(https):
    def page(_request: object) -> PlainTextResponse:
        response = PlainTextResponse("page")
        response.set_cookie("one", "1")
        response.set_cookie("two", "2", secure=True, httponly=True)
        return response

    with running(SecurityHeaders(Starlette(routes=[Route("/", page)]), https=https)) as url:
        answer = httpx.get(url)
    cookies = answer.headers.get_list("set-cookie")
    assert [value.lower().count("; secure") for value in cookies] == [int(https), 1]
    assert ("strict-transport-security" in answer.headers) == https
