"""Every setting of Uptake: one environment variable each, prefix `UPTAKE_`, read once and checked at start.

A variable with the ending `_FILE` names a file that holds the value, for secrets mounted by an orchestrator. A value
that makes no sense stops the start and names its variable; nothing is guessed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from core import provider
from core.environment import PREFIX, Reader
from core.errors import SettingsError
from core.logs import FORMATS
from core.provider import is_host, is_loopback
from core.secrets import kept, looks_random, refuse_if_open

CLAUDE_BASE_URL = "https://api.anthropic.com"
ANTHROPIC_VERSION = "2023-06-01"
"""The API version sent with every request; both the older and the `2026-10-21` shapes are understood."""

_SECRETS = {"CLAUDE_API_KEY", "DATABASE_URL", "DIRECTORY_TOKEN", "METRICS_TOKEN", "OIDC_CLIENT_SECRET"}
_SECRETS |= {"SECRET_KEY", "SECRET_KEY_OLD"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says, checked. Secrets never appear in its text form.

    `secret_key_old`: the one before, while what it sealed is taken over. `oidc_issuer`: whom the provider's metadata
    names; None without a provider. `oidc_hosted_domain`: of one of these Google domains an account has to be; empty
    where that is not asked. `oidc_trust_email`: the provider is the company's own tenant and never says whether an
    e-mail is verified.
    """

    data_dir: Path
    database_url: str
    claude_base_url: str
    claude_other_host: bool
    claude_api_key: str | None
    anthropic_version: str
    admins: frozenset[str]
    admins_see_everyone: bool
    directory_source: str | None
    directory_token: str | None
    requests_per_minute: int
    backfill_days: int
    names_of_skills: bool
    secret_key: str
    secret_key_old: str | None
    public_url: str
    address: str
    port: int
    oidc_metadata_url: str | None
    oidc_issuer: str | None
    oidc_hosted_domain: frozenset[str]
    oidc_client_id: str | None
    oidc_client_secret: str | None
    oidc_trust_email: bool
    session_hours: int
    idle_minutes: int
    fiscal_year_start: int
    late_after_hours: int
    metrics_token: str | None
    log_format: str
    demo: bool

    def __repr__(self) -> str:
        """Names no value: settings hold secrets, and a text form ends up in logs."""
        return "Settings(…)"

    @property
    def sign_in_configured(self) -> bool:
        """Whether people can sign in: an OIDC provider is set."""
        return self.oidc_metadata_url is not None


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check all settings.

    Raises:
        SettingsError: a value is missing or makes no sense; the text names the variable.
    """
    read = Reader(os.environ if environ is None else environ, _SECRETS)
    read.refuse_unknown(Settings.__dataclass_fields__)
    data_dir = read.path("DATA_DIR", "data")
    port = read.number("PORT", 8501, 1, 65_535)
    metadata_url = read.optional_address("OIDC_METADATA_URL")
    settings = Settings(
        data_dir=data_dir,
        database_url=read.database("DATABASE_URL", f"sqlite:///{data_dir / 'uptake.db'}"),
        claude_base_url=read.address("CLAUDE_BASE_URL", CLAUDE_BASE_URL),
        claude_other_host=read.yes_or_no("CLAUDE_OTHER_HOST", default=False),
        claude_api_key=read.optional("CLAUDE_API_KEY"),
        anthropic_version=read.text("ANTHROPIC_VERSION", ANTHROPIC_VERSION),
        admins=read.mail_addresses("ADMINS"),
        admins_see_everyone=read.yes_or_no("ADMINS_SEE_EVERYONE", default=True),
        directory_source=_directory_source(read),
        directory_token=_directory_token(read),
        requests_per_minute=read.number("REQUESTS_PER_MINUTE", 50, 1, 60_000),
        backfill_days=read.number("BACKFILL_DAYS", 366, 1, 3_660),
        names_of_skills=read.yes_or_no("NAMES_OF_SKILLS", default=True),
        secret_key="",
        secret_key_old=_given_key(read, "SECRET_KEY_OLD"),
        public_url=read.address("PUBLIC_URL", f"http://localhost:{port}"),
        address=read.text("ADDRESS", "127.0.0.1"),
        port=port,
        oidc_metadata_url=metadata_url,
        oidc_issuer=provider.issuer(metadata_url, read.optional_address("OIDC_ISSUER")),
        oidc_hosted_domain=provider.hosted_domains(
            read.text("OIDC_HOSTED_DOMAIN", ""), metadata_url, read.optional("OIDC_ISSUER")
        ),
        oidc_client_id=read.optional("OIDC_CLIENT_ID"),
        oidc_client_secret=read.optional("OIDC_CLIENT_SECRET"),
        oidc_trust_email=read.yes_or_no("OIDC_TRUST_EMAIL", default=False),
        fiscal_year_start=read.number("FISCAL_YEAR_START", 1, 1, 12),
        session_hours=read.number("SESSION_HOURS", 12, 1, 720),
        idle_minutes=read.number("IDLE_MINUTES", 30, 1, 43_200),
        late_after_hours=read.number("LATE_AFTER_HOURS", 3, 2, 168),
        metrics_token=_metrics_token(read),
        log_format=read.choice("LOG_FORMAT", FORMATS),
        demo=read.yes_or_no("DEMO", default=False),
    )
    _check_claude(settings)
    _check_sign_in(settings)
    _check_demo(settings)
    return replace(settings, secret_key=_secret_key(read, data_dir))  # last, as it may make a file


def _directory_source(read: Reader) -> str | None:
    """The path of a file, or an address; that may have a query, as signed addresses do."""
    value = read.optional("DIRECTORY_SOURCE")
    if value is None or "://" not in value:
        return None if value is None else str(read.path("DIRECTORY_SOURCE", ""))
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises on a port that is no number
    except ValueError as error:
        raise SettingsError("UPTAKE_DIRECTORY_SOURCE is neither the path of a file nor an address.") from error
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    if not safe or not parts.hostname or parts.username or parts.fragment:
        raise SettingsError(
            "UPTAKE_DIRECTORY_SOURCE must be the path of a file or an https address without a user name; plain http "
            "is accepted for this machine only."
        )
    if not is_host(parts.hostname) or not value.isprintable():
        raise SettingsError(
            f"UPTAKE_DIRECTORY_SOURCE names a server that cannot exist ({parts.hostname!r}), or holds an invisible "
            "character. Write the address anew."
        )
    return value


def _directory_token(read: Reader) -> str | None:
    value = read.optional("DIRECTORY_TOKEN")
    if value is not None and not re.fullmatch(r"[!-~]+", value):
        raise SettingsError("UPTAKE_DIRECTORY_TOKEN must be letters, digits or signs, without a space.")
    if value is not None and "://" not in read.text("DIRECTORY_SOURCE", ""):
        raise SettingsError("UPTAKE_DIRECTORY_TOKEN is set, but UPTAKE_DIRECTORY_SOURCE is no address to send it to.")
    return value


def _given_key(read: Reader, name: str) -> str | None:
    value, file = read.optional(name), read.file(name)
    if file is not None:
        refuse_if_open(file, f"{PREFIX}{name}_FILE")
    return value


def _secret_key(read: Reader, data_dir: Path) -> str:
    """The given secret, or one that is made once and kept beside the embedded database."""
    value = _given_key(read, "SECRET_KEY")
    if value is None:
        value = kept(data_dir / "secret.key")
    if not looks_random(value):
        raise SettingsError("UPTAKE_SECRET_KEY must be at least 32 random characters, e.g. from: openssl rand -hex 32")
    return value


def _metrics_token(read: Reader) -> str | None:
    value = read.optional("METRICS_TOKEN")
    if value is not None and not re.fullmatch(r"[!-~]{16,}", value):
        raise SettingsError("UPTAKE_METRICS_TOKEN must be at least 16 letters, digits or signs, without a space.")
    return value


def _check_claude(settings: Settings) -> None:
    """The key goes to the API's own host, or to this machine; to another one only on an explicit word."""
    parts = urlsplit(settings.claude_base_url)
    ours = parts.netloc.lower() == urlsplit(CLAUDE_BASE_URL).netloc or is_loopback(parts.hostname)
    if not (ours or settings.claude_other_host):
        raise SettingsError(
            f"UPTAKE_CLAUDE_BASE_URL names another host than the API's own ({settings.claude_base_url!r}), which would "
            "be given the API key. If that is a proxy of yours, set UPTAKE_CLAUDE_OTHER_HOST=yes."
        )


def _check_sign_in(settings: Settings) -> None:
    parts = {
        "UPTAKE_OIDC_METADATA_URL": settings.oidc_metadata_url,
        "UPTAKE_OIDC_CLIENT_ID": settings.oidc_client_id,
        "UPTAKE_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }
    missing = [name for name, value in parts.items() if value is None]
    if missing and len(missing) < len(parts):
        raise SettingsError(f"{missing[0]} is not set, but sign-in needs all of {', '.join(parts)}.")


def _check_demo(settings: Settings) -> None:
    """A demo shows invented people to whoever asks, so it stays on this machine and away from the real API."""
    hosts = {
        "UPTAKE_ADDRESS": settings.address,
        "UPTAKE_CLAUDE_BASE_URL": urlsplit(settings.claude_base_url).hostname,
        "UPTAKE_OIDC_METADATA_URL": urlsplit(settings.oidc_metadata_url or "").hostname,
    }
    for name, host in hosts.items():
        if settings.demo and not is_loopback(host):
            raise SettingsError(f"UPTAKE_DEMO is on, so {name} must be on this machine (loopback), not {host!r}.")
