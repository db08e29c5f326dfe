"""Streamlit's own options: what the settings decide, and what must not be set to anything else."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from streamlit import config

from core.errors import SettingsError
from core.provider import is_loopback
from core.settings import Settings

SAFE: Mapping[str, object] = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],
    "client.disableDataExport": True,
    "client.showErrorDetails": "none",
    "global.developmentMode": False,
    "server.baseUrlPath": "",
    "server.corsAllowedOrigins": [],
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.maxMessageSize": 30,
    "server.maxUploadSize": 25,
    "server.trustedUserHeaders": {},
    "server.unsafeMetricsUserAttributes": [],
}
"""With any other value, somebody could come in unsigned, see what is not theirs, or take all memory."""

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def server_options(settings: Settings) -> dict[str, object]:
    """The options that the settings decide, for `App.run`."""
    host = urlsplit(settings.public_url).hostname
    return {
        "server.address": settings.address,
        "server.allowedHosts": [host, *(_THIS_MACHINE if is_loopback(host) else ())],
        "server.port": settings.port,
    }


def refuse_unsafe_options() -> None:
    """Refuse to serve with another value of a `SAFE` option, wherever it comes from.

    Raises:
        SettingsError: the text names the option.
    """
    for name, wanted in SAFE.items():
        if (config.get_option(name) or type(wanted)()) != wanted:
            raise SettingsError(
                f"Streamlit's option {name} must be {_plain(wanted)}, or people could see what is not theirs or bring "
                "Uptake down. Change it in Streamlit's config.toml or environment, then start Uptake again from its "
                "own folder."
            )


def _plain(value: object) -> str:
    return "left empty" if value in ({}, [], "") else str(value).lower()
