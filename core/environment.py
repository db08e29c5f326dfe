"""Typed reads of environment variables; a value that makes no sense stops the start and names its variable."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import SettingsError
from core.people.email import canonical
from core.provider import is_host, is_loopback

PREFIX = "UPTAKE_"


class Reader:
    """Reads variables by their names without prefix; those of `secrets` have a twin `…_FILE`."""

    def __init__(self, environ: Mapping[str, str], secrets: Collection[str]) -> None:
        self._environ = environ
        self._secrets = secrets

    def optional(self, name: str) -> str | None:
        """The value without surrounding space; None when it is not set, or empty."""
        variable = PREFIX + name
        value, file = self._environ.get(variable), self._environ.get(variable + "_FILE")
        if file is not None and name not in self._secrets:
            raise SettingsError(f"{variable}_FILE is set, but only secrets can be read from a file.")
        if value is not None and file is not None:
            raise SettingsError(f"{variable} and {variable}_FILE are both set. Keep one of them.")
        if file is not None:
            try:
                value = Path(file).read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                why = "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
                raise SettingsError(f"{variable}_FILE names {file!r}, which cannot be read: {why}.") from error
        value = (value or "").strip()
        if any("\ud800" <= char <= "\udfff" for char in value):  # how Python keeps bytes that it cannot read
            raise SettingsError(f"{variable} holds bytes that are no text in UTF-8. Set it to text.")
        return value or None

    def file(self, name: str) -> Path | None:
        """The file that holds a secret, where one is named."""
        named = self._environ.get(f"{PREFIX}{name}_FILE")
        return None if named is None else Path(named)

    def text(self, name: str, default: str) -> str:
        """The value, or the default where nothing is set."""
        return self.optional(name) or default

    def path(self, name: str, default: str) -> Path:
        """A file or folder, `~` as the home of a user, from where this process runs."""
        value = self.text(name, default)
        try:
            return Path(value).expanduser().absolute()
        except RuntimeError as error:
            raise SettingsError(
                f"{PREFIX}{name} is {value!r}, but this machine knows no home of that user. Write the path in full."
            ) from error

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise SettingsError(f"{PREFIX}{name} must be a whole number from {low} to {high}, not {value!r}.")
        return int(value)

    def yes_or_no(self, name: str, *, default: bool) -> bool:
        """A switch."""
        value = self.text(name, "yes" if default else "no").lower()
        if value not in {"yes", "no", "true", "false", "1", "0"}:
            raise SettingsError(f"{PREFIX}{name} must be yes or no, not {value!r}.")
        return value in {"yes", "true", "1"}

    def address(self, name: str, default: str) -> str:
        """An https address without a query; plain http is accepted for this very machine only."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            parts.port  # noqa: B018 - raises on a port that is no number
        except ValueError as error:
            raise SettingsError(f"{PREFIX}{name} is not an address: {value!r}.") from error
        plain = parts.scheme in {"http", "https"} and is_host(parts.hostname or "") and value.isprintable()
        if not plain or parts.username or parts.query or parts.fragment:
            raise SettingsError(f"{PREFIX}{name} must be a plain https address, not {value!r}.")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise SettingsError(
                f"{PREFIX}{name} must use https: plain http is accepted for this machine only ({value!r})."
            )
        return value

    def optional_address(self, name: str) -> str | None:
        """An address as `address` checks it; None where nothing is set."""
        return self.address(name, "") if self.optional(name) else None

    def database(self, name: str, default: str) -> str:
        """The address of a SQLite file or a PostgreSQL database, with the driver that is installed."""
        url, variable = self.text(name, default), PREFIX + name
        for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
            if url.startswith(prefix):
                url = "postgresql+psycopg://" + url.removeprefix(prefix)
                _check_postgresql(url, variable)
                return url
        if not url.startswith("sqlite:///"):
            raise SettingsError(f"{variable} must start with sqlite:/// or postgresql://.")
        file, _, options = url.removeprefix("sqlite:///").partition("?")
        if file in {"", ":memory:", "file:", "file::memory:"} or "mode=memory" in options:
            raise SettingsError(
                f"{variable} names a database in memory ({url}), which no other process sees and which is gone at the "
                "end. Name a file after sqlite:///."
            )
        return url

    def choice(self, name: str, words: tuple[str, ...]) -> str:
        """One of the words, the first where nothing is set."""
        value = self.text(name, words[0]).lower()
        if value not in words:
            raise SettingsError(f"{PREFIX}{name} must be {' or '.join(words)}, not {value!r}.")
        return value

    def mail_addresses(self, name: str) -> frozenset[str]:
        """E-mail addresses separated by commas, as they are written; each can be somebody's and be compared."""
        entries = [entry.strip() for entry in self.text(name, "").split(",") if entry.strip()]
        for entry in entries:
            try:
                canonical(entry)
            except ValueError as error:
                raise SettingsError(
                    f"{PREFIX}{name} must be e-mail addresses separated by commas; {entry!r} is none."
                ) from error
        return frozenset(entries)

    def refuse_unknown(self, names: Iterable[str]) -> None:
        """A misspelt variable would silently do nothing, so it stops the start."""
        known = {PREFIX + name.upper() for name in names}
        known |= {f"{name}_FILE" for name in known}
        unknown = sorted(v for v in self._environ if v.startswith(PREFIX) and v not in known)
        if unknown:
            raise SettingsError(f"{unknown[0]} is not a setting of Uptake. Check its spelling in the README's table.")


def _check_postgresql(url: str, variable: str) -> None:
    # The driver takes memory, and most have SQLite.
    from psycopg import Error, conninfo  # noqa: PLC0415
    from sqlalchemy import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        address = make_url(url)
        unnamed, named = address.get_dialect()().create_connect_args(address)
        conninfo.make_conninfo(*unnamed, **named)
    except (ArgumentError, ValueError, Error) as error:
        # The error's own text would repeat the address, and with it a password.
        raise SettingsError(
            f"{variable} is not the address of a database: its port, host, name or options cannot be read."
        ) from error
