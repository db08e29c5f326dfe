"""Sign-in settings → the secrets that Streamlit's OpenID Connect client reads."""

from __future__ import annotations

from streamlit.runtime.secrets import SecretsValue

from core.secrets import derive
from core.settings import Settings

CALLBACK = "/oauth2callback"
"""The path to which the provider sends people back; it must be registered there, behind the public address."""


def cookie_key(settings: Settings) -> str:
    """The key under which sign-in cookies are signed: the same in every process that has the same secret key."""
    return derive(settings.secret_key, "sign-in cookie").hex()


def auth_secrets(settings: Settings) -> dict[str, SecretsValue]:
    """The section `auth`. It is there without a provider too, so that no other file of secrets can supply one."""
    auth: dict[str, SecretsValue] = {
        "redirect_uri": settings.public_url + CALLBACK,
        "cookie_secret": cookie_key(settings),
    }
    if settings.oidc_metadata_url and settings.oidc_client_id and settings.oidc_client_secret:
        auth |= {
            "client_id": settings.oidc_client_id,
            "client_secret": settings.oidc_client_secret,
            "server_metadata_url": settings.oidc_metadata_url,
        }
    return {"auth": auth}
