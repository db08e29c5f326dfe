"""Sign-ins as Streamlit hands them over, and their end on this side.

Streamlit's cookie outlives a sign-out and lasts a month: it says who somebody claims to be, not that they may come in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from core import viewers
from core.ui.session import resources
from core.viewers import Identity, SignIn


def sign_in_of(claims: Mapping[str, object]) -> SignIn:
    """What the provider said, as far as it is of the right kind; whatever is not says nothing, and lets nobody in."""
    issued = claims.get("iat")
    is_number = isinstance(issued, int | float) and not isinstance(issued, bool)
    return SignIn(
        issuer=_issuer(claims),
        subject=_text(claims, "sub"),
        issued_at=float(issued) if is_number else math.nan,  # type: ignore[arg-type]
        nonce=_text(claims, "nonce"),
        identity=Identity(_text(claims, "email"), _is_verified(claims)),
    )


def end(claims: Mapping[str, object]) -> None:
    """Sign out: the cookie opens nothing any more, wherever it is.

    Raises:
        StorageError: it could not be stored.
    """
    viewers.end_session(resources.database(), sign_in_of(claims))


def end_all(claims: Mapping[str, object]) -> None:
    """Sign out everywhere.

    Raises:
        StorageError: it could not be stored.
    """
    viewers.end_all_sessions(resources.database(), sign_in_of(claims))


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _issuer(claims: Mapping[str, object]) -> str:
    """The issuer, where it is the provider of the settings and, at Google, the account is of the company's domain.

    Nobody's otherwise: a cookie outlives a change of provider, and at Google everybody may have an account. Some
    providers end their issuer with a slash of which their address tells nothing.
    """
    settings, said = resources.settings(), _text(claims, "iss")
    if settings.oidc_issuer is None or said.rstrip("/") != settings.oidc_issuer.rstrip("/"):
        return ""
    if settings.oidc_hosted_domain and _text(claims, "hd").lower() not in settings.oidc_hosted_domain:
        return ""
    return said


def _is_verified(claims: Mapping[str, object]) -> bool:
    """Whether the provider vouches for the e-mail; where it never says so, the setting may vouch for the provider."""
    said = claims.get("email_verified")
    return said is True or (said is None and resources.settings().oidc_trust_email)
