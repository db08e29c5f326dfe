"""What the address of a sign-in provider tells, and which providers would let strangers in."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote, urlsplit

import idna

from core.errors import SettingsError

_DISCOVERY = "/.well-known/openid-configuration"
_GOOGLE = "accounts.google.com"
_SHARED_TENANTS = {"common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"}
"""Of Microsoft; the last is that of everybody's private accounts."""

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_HOST = 253


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address means this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_host(name: str) -> bool:
    """Whether a host name or address can be looked up at all."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return len(name) <= _LONGEST_HOST and all(map(_is_label, name.lower().removesuffix(".").split(".")))
    return True


def _is_label(label: str) -> bool:
    if label.isascii() and not label.startswith("xn--"):
        return _LABEL.fullmatch(label) is not None
    try:
        idna.alabel(label)
    except UnicodeError:
        return False
    return True


def issuer(metadata_url: str | None, given: str | None) -> str | None:
    """The issuer of a provider's ID tokens: what its address begins with (OpenID Connect Discovery 1.0, section 4).

    `given` is the setting for a provider that names another one. None without a provider.

    Raises:
        SettingsError: the provider lets strangers in, or its address does not tell the issuer.
    """
    if metadata_url is None:
        return None
    if _SHARED_TENANTS & set(unquote(urlsplit(metadata_url).path).lower().split("/")):
        raise SettingsError(
            "UPTAKE_OIDC_METADATA_URL names a shared Entra tenant, so strangers could sign in. Use your tenant's id."
        )
    if given is None and not metadata_url.endswith(_DISCOVERY):
        raise SettingsError(
            f"UPTAKE_OIDC_METADATA_URL does not end in {_DISCOVERY}, so it does not tell the issuer. Set "
            "UPTAKE_OIDC_ISSUER to the one that the provider's metadata names."
        )
    return given or metadata_url.removesuffix(_DISCOVERY)


def hosted_domains(given: str, *provider: str | None) -> frozenset[str]:
    """The domains of Google accounts that may sign in, in lower case; with Google there has to be one.

    `provider` are the addresses of its metadata and its issuer: Google by either is Google.

    Raises:
        SettingsError: with Google there is none, so that everybody with a Google account could sign in; or one is none.
    """
    domains = frozenset(entry.strip().lower() for entry in given.split(",") if entry.strip())
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise SettingsError(f"UPTAKE_OIDC_HOSTED_DOMAIN must be domains such as example.com; {domain!r} is none.")
    # A name with a dot at its end is looked up as the same one without.
    if not domains and _GOOGLE in {(urlsplit(address or "").hostname or "").removesuffix(".") for address in provider}:
        raise SettingsError(
            "UPTAKE_OIDC_HOSTED_DOMAIN is not set, but with Google as the provider everybody with a Google account "
            "could sign in. Set it to your company's domain at Google Workspace."
        )
    return domains
