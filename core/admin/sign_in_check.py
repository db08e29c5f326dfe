"""Whether the sign-in provider answers as OpenID Connect Discovery says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import httpx

from core.api.skew import moment

_SECONDS = 10.0


@dataclass(frozen=True)
class Provider:
    """What the provider's metadata said: its issuer and its clock, or `problem`, a sentence."""

    issuer: str = ""
    date: dt.datetime | None = None
    problem: str = ""


def ask_provider(metadata_url: str | None) -> Provider | None:
    """Read the provider's metadata; None when no provider is set. The request carries no secret."""
    if metadata_url is None:
        return None
    try:
        answer = httpx.get(metadata_url, timeout=_SECONDS, follow_redirects=True)
        found = answer.json() if answer.status_code == httpx.codes.OK else None
    except httpx.HTTPError as error:
        return Provider(problem=f"{metadata_url} cannot be reached ({type(error).__name__}), so nobody can sign in.")
    except ValueError:
        found = None
    wanted = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in wanted):
        return Provider(
            problem=f"{metadata_url} answers {answer.status_code}, but not with a provider's metadata. "
            "Check UPTAKE_OIDC_METADATA_URL; it usually ends in /.well-known/openid-configuration."
        )
    return Provider(issuer=found["issuer"], date=moment(answer.headers.get("date")))
