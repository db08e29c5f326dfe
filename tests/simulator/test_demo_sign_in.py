from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.routing import Mount

from simulator.oidc import create_provider, redirect_uris
from simulator.server import running

CALLBACK = "http://localhost:8501/oauth2callback"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Browser:
    """The application and its visitor in one: asks for a code, and trades it for tokens."""

    issuer: str
    seconds: list[float]
    http: httpx.Client

    def request(self, **changes: str) -> dict[str, str]:
        asked = {
            "client_id": "uptake-demo",
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid email profile",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (asked | changes).items() if value}

    def code(self, choice: str, **changes: str) -> str:
        response = self.http.post(f"{self.issuer}/authorize", data=self.request(**changes) | {"choice": choice})
        assert response.status_code == 303
        answer = parse_qs(urlsplit(response.headers["location"]).query)
        assert answer["state"] == ["state-1"]
        return answer["code"][0]

    def trade(self, code: str, basic: bool = True, secret: str = "s3:cret", **changes: str) -> httpx.Response:
        form: dict[str, str] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        if not basic:
            form |= {"client_id": "uptake-demo", "client_secret": secret}
            return self.http.post(f"{self.issuer}/token", data=form | changes)
        return self.http.post(f"{self.issuer}/token", data=form | changes, auth=("uptake-demo", secret))

    def claims(self, token: str) -> dict[str, object]:
        keys = KeySet.import_key_set(self.http.get(f"{self.issuer}/jwks").json())
        return jwt.decode(token, keys, algorithms=["RS256"]).claims


@pytest.fixture(scope="module")
def provider(org, http):
    seconds = [1_790_000_000.0]
    app = create_provider(
        org,
        client_id="uptake-demo",
        client_secret="s3:cret",
        app_url="http://localhost:8501",
        clock=lambda: seconds[0],
    )
    with running(Starlette(routes=[Mount("/oidc", app)])) as url:
        yield Browser(f"{url}/oidc", seconds, http)


def test_discovery_names_its_own_addresses_and_no_end_of_session(provider):
    found = provider.http.get(f"{provider.issuer}/.well-known/openid-configuration").json()
    assert found["issuer"] == provider.issuer
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["token_endpoint"] == f"{provider.issuer}/token"
    assert "end_session_endpoint" not in found


def test_the_page_offers_personas_first_then_everybody_and_loads_nothing(provider, org):
    page = provider.http.get(f"{provider.issuer}/authorize", params=provider.request())
    assert page.status_code == 200
    choices = re.findall(r'name="choice" value="([^"]+)"', page.text)
    assert choices[0] == org.ceo.email
    assert choices[6:8] == [org.stranger.email, f"unverified:{org.vp.email}"]
    assert set(choices) >= {person.email for person in org.people}
    assert "may see own numbers only" in page.text
    assert not re.search(r"(src|href|url\()", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_enter_in_the_search_box_signs_nobody_in(provider):
    page = provider.http.get(f"{provider.issuer}/authorize", params=provider.request()).text
    assert page.index('type="search"') < page.index("<form")


def test_the_page_escapes_what_the_request_carries(provider):
    page = provider.http.get(
        f"{provider.issuer}/authorize", params=provider.request(state='"><script>alert(1)</script>')
    )
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("basic", [True, False])
def test_a_choice_gives_a_signed_token_with_the_person(provider, org, basic):
    tokens = provider.trade(provider.code(org.employee.email), basic=basic).json()
    claims = provider.claims(tokens["id_token"])
    assert claims["iss"] == provider.issuer
    assert claims["aud"] == "uptake-demo"
    assert claims["nonce"] == "nonce-1"
    assert claims["email"] == org.employee.email
    assert claims["email_verified"] is True
    assert claims["exp"] - claims["iat"] == 3600
    holder = provider.http.get(
        f"{provider.issuer}/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"}
    )
    assert holder.json()["sub"] == claims["sub"]
    assert provider.http.get(f"{provider.issuer}/userinfo").status_code == 401


def test_an_unverified_address_is_said_to_be_so_and_is_another_subject(provider, org):
    def claims(choice):
        return provider.claims(provider.trade(provider.code(choice)).json()["id_token"])

    real, twin = claims(org.vp.email), claims(f"unverified:{org.vp.email}")
    assert (real["email"], twin["email"]) == (org.vp.email, org.vp.email)
    assert (real["email_verified"], twin["email_verified"]) == (True, False)
    assert real["sub"] != twin["sub"]
    assert claims(org.stranger.email)["email"] == org.stranger.email


def test_a_code_works_once(provider, org):
    code = provider.code(org.ceo.email)
    assert provider.trade(code).status_code == 200
    assert provider.trade(code).json() == {"error": "invalid_grant"}


def test_a_code_lasts_sixty_seconds(provider, org):
    first = provider.code(org.ceo.email)
    provider.seconds[0] += 59.9
    assert provider.trade(first).status_code == 200
    second = provider.code(org.ceo.email)
    provider.seconds[0] += 60
    assert provider.trade(second).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize("basic", [True, False])
def test_a_wrong_client_secret_is_refused_and_does_not_use_up_the_code(provider, org, basic):
    code = provider.code(org.ceo.email)
    refusal = provider.trade(code, basic=basic, secret="guess")
    assert (refusal.status_code, refusal.json()) == (401, {"error": "invalid_client"})
    assert provider.trade(code).status_code == 200


@pytest.mark.parametrize("change", [{"code_verifier": "another"}, {"code_verifier": ""}, {"redirect_uri": "http://x/"}])
def test_a_wrong_verifier_or_return_address_gets_no_token(provider, org, change):
    assert provider.trade(provider.code(org.ceo.email), **change).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "http://evil.example.com/oauth2callback"},
        {"redirect_uri": "http://localhost:8501/oauth2callback/../x"},
        {"redirect_uri": ""},
        {"client_id": "somebody"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"scope": "email"},
    ],
)
def test_a_faulty_request_is_answered_here_and_never_redirected(provider, org, change):
    asked = provider.request(**change)
    for response in (
        provider.http.get(f"{provider.issuer}/authorize", params=asked),
        provider.http.post(f"{provider.issuer}/authorize", data=asked | {"choice": org.ceo.email}),
    ):
        assert response.status_code == 400
        assert "location" not in response.headers


def test_somebody_who_was_not_offered_cannot_be_chosen(provider):
    response = provider.http.post(f"{provider.issuer}/authorize", data=provider.request() | {"choice": "x@example.com"})
    assert response.status_code == 400


def test_only_the_two_names_of_this_machine_are_swapped():
    assert redirect_uris("http://127.0.0.1:9000/") == {
        "http://127.0.0.1:9000/oauth2callback",
        "http://localhost:9000/oauth2callback",
    }
    assert redirect_uris("https://uptake.example.com") == {"https://uptake.example.com/oauth2callback"}
