"""A small OpenID Connect provider for the demo: real protocol, no passwords, this machine only.

Authorization code flow with PKCE S256 and a client secret, ID tokens signed with RS256. It has no end-session endpoint,
so signing out of the application simply returns there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulator.grants import Grant, Grants
from simulator.identities import everybody, featured
from simulator.organisation import Organisation
from simulator.picker import picker_page, refusal_page

ID_TOKEN_SECONDS = 3600
REQUEST_PARAMETERS = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


Sign = Callable[[dict[str, object], dict[str, object], RSAKey], str]
"""Makes an ID token of a header and claims with the provider's key."""


def signed(header: dict[str, object], claims: dict[str, object], key: RSAKey) -> str:
    """The token as it has to be; a test may have others made, which no application should take."""
    return jwt.encode(header, claims, key, algorithms=["RS256"])


def redirect_uris(app_url: str) -> frozenset[str]:
    """Where sign-ins may return to: the application's callback, under either name of this machine."""
    parts = urlsplit(app_url.rstrip("/"))
    port = f":{parts.port}" if parts.port else ""
    twins = {"localhost", "127.0.0.1"} if parts.hostname in ("localhost", "127.0.0.1") else {parts.hostname}
    return frozenset(f"{parts.scheme}://{host}{port}{parts.path}/oauth2callback" for host in twins)


def create_provider(
    org: Organisation,
    *,
    client_id: str,
    client_secret: str,
    app_url: str,
    clock: Callable[[], float] = time.time,
    sign: Sign = signed,
) -> Starlette:
    """The provider for one client, to be mounted at `/oidc`; its issuer is that path on the port it is served from."""
    provider = _Provider(org, client_id, client_secret, redirect_uris(app_url), clock, sign=sign)
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.discovery),
            Route("/jwks", provider.jwks),
            Route("/authorize", provider.authorize, methods=["GET", "POST"]),
            Route("/token", provider.token, methods=["POST"]),
            Route("/userinfo", provider.userinfo, methods=["GET", "POST"]),
        ]
    )


class _Provider:
    def __init__(
        self,
        org: Organisation,
        client_id: str,
        client_secret: str,
        redirects: frozenset[str],
        clock: Callable[[], float],
        *,
        sign: Sign,
    ) -> None:
        self._featured, self._everybody = featured(org), everybody(org)
        self._identities = {identity.choice: identity for identity in (*self._everybody, *self._featured)}
        self._client_id, self._client_secret = client_id, client_secret
        self._redirects = redirects
        self._clock, self._sign = clock, sign
        self._grants = Grants(clock)
        self._key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

    async def discovery(self, request: Request) -> Response:
        issuer = _issuer(request)
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo",
                "jwks_uri": f"{issuer}/jwks",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "email", "profile"],
                "claims_supported": ["sub", "name", "email", "email_verified"],
            }
        )

    async def jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        """GET shows the picker; POST is its answer and goes back to the application with a code."""
        chosen = request.method == "POST"
        params = await request.form() if chosen else request.query_params
        asked = {name: str(params[name]) for name in REQUEST_PARAMETERS if name in params}
        if fault := self._fault(asked):
            return refusal_page(fault)
        if not chosen:
            return picker_page(self._featured, self._everybody, asked)
        identity = self._identities.get(str(params.get("choice", "")))
        if identity is None:
            return refusal_page("The person that was chosen does not exist.")
        code = self._grants.issue_code(
            Grant(identity, asked["redirect_uri"], asked["code_challenge"], asked.get("nonce", ""))
        )
        answer = {"code": code} | ({"state": asked["state"]} if "state" in asked else {})
        return RedirectResponse(asked["redirect_uri"] + "?" + urlencode(answer), status_code=303)

    def _fault(self, asked: dict[str, str]) -> str:
        """What is wrong with an authorization request; empty when nothing is. No fault is ever sent to a redirect."""
        if asked.get("client_id") != self._client_id:
            return "The application that asks is not known here."
        if asked.get("redirect_uri") not in self._redirects:
            return "The address to return to is not the demo's own."
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return "Only the authorization code flow with the scope openid is offered."
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return "The request carries no PKCE challenge of the method S256."
        return ""

    async def token(self, request: Request) -> Response:
        form = await request.form()
        if not self._is_client(request, form):
            return _refuse("invalid_client", 401)
        if form.get("grant_type") != "authorization_code":
            return _refuse("unsupported_grant_type")
        grant = self._grants.redeem(str(form.get("code", "")))
        verifier = str(form.get("code_verifier", ""))
        if grant is None or form.get("redirect_uri") != grant.redirect_uri or not _proves(verifier, grant.challenge):
            return _refuse("invalid_grant")
        issued = int(self._clock())
        claims: dict[str, object] = {
            "iss": _issuer(request),
            "aud": self._client_id,
            "iat": issued,
            "exp": issued + ID_TOKEN_SECONDS,
        }
        claims |= grant.identity.claims | ({"nonce": grant.nonce} if grant.nonce else {})
        header: dict[str, object] = {"alg": "RS256", "kid": self._key.kid}
        return JSONResponse(
            {
                "access_token": self._grants.issue_access_token(grant.identity),
                "token_type": "Bearer",
                "expires_in": ID_TOKEN_SECONDS,
                "scope": "openid email profile",
                "id_token": self._sign(header, claims, self._key),
            },
            headers={"cache-control": "no-store"},
        )

    async def userinfo(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        identity = self._grants.holder(token) if scheme.lower() == "bearer" else None
        return JSONResponse(identity.claims) if identity else _refuse("invalid_token", 401)

    def _is_client(self, request: Request, form: FormData) -> bool:
        """The client's id and secret, from basic authentication or from the form."""
        given_id, given_secret = str(form.get("client_id", "")), str(form.get("client_secret", ""))
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                pair = base64.b64decode(encoded, validate=True).decode()
            except ValueError:
                return False
            given_id, given_secret = (unquote(part) for part in pair.partition(":")[::2])
        known = hmac.compare_digest(given_secret.encode(), self._client_secret.encode())
        return known and given_id == self._client_id


def _issuer(request: Request) -> str:
    return f"http://127.0.0.1:{request.scope['server'][1]}/oidc"


def _proves(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


def _refuse(error: str, status: int = 400) -> Response:
    headers = {"cache-control": "no-store"} | ({"www-authenticate": "Basic"} if error == "invalid_client" else {})
    return JSONResponse({"error": error}, status_code=status, headers=headers)
