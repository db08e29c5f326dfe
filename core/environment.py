"""Typed reads of environment variables; a value that makes no sense stops the start and names its variable."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import SettingsError
from core.provider import is_loopback

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
        return (value or "").strip() or None

    def file(self, name: str) -> Path | None:
        """The file that holds a secret, where one is named."""
        named = self._environ.get(f"{PREFIX}{name}_FILE")
        return None if named is None else Path(named)

    def text(self, name: str, default: str) -> str:
        """The value, or the default where nothing is set."""
        return self.optional(name) or default

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
        plain = parts.scheme in {"http", "https"} and parts.hostname
        if not plain or parts.username or parts.query or parts.fragment:
            raise SettingsError(f"{PREFIX}{name} must be a plain https address, not {value!r}.")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise SettingsError(
                f"{PREFIX}{name} must use https: plain http is accepted for this machine only ({value!r})."
            )
        return value

    def optional_address(self, name: str) -> str | None:
        """The same; None where nothing is set."""
        return self.address(name, "") if self.optional(name) else None

    def choice(self, name: str, words: tuple[str, ...]) -> str:
        """One of the words, the first where nothing is set."""
        value = self.text(name, words[0]).lower()
        if value not in words:
            raise SettingsError(f"{PREFIX}{name} must be {' or '.join(words)}, not {value!r}.")
        return value

    def refuse_unknown(self, names: Iterable[str]) -> None:
        """A misspelt variable would silently do nothing, so it stops the start."""
        known = {PREFIX + name.upper() for name in names}
        known |= {f"{name}_FILE" for name in known}
        unknown = sorted(v for v in self._environ if v.startswith(PREFIX) and v not in known)
        if unknown:
            raise SettingsError(f"{unknown[0]} is not a setting of Uptake. Check its spelling in the README's table.")
