"""The one secret of an installation, and the keys derived from it, a different one for each purpose."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import SettingsError

_SAMPLES = (
    *("0123456789", "abcdefgh", "changeme", "deadbeef", "default", "example", "insecure", "password", "qwerty"),
    *("replaceme", "sample", "secretkey", "supersecret"),
)
"""Words of keys that were made up or copied from somewhere; chance makes one of them in millions of years."""


def derive(secret_key: str, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256, RFC 5869); who learns one of them learns nothing about the others."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"uptake {purpose}".encode()).derive(secret_key.encode())


def kept(path: Path) -> str:
    """The secret that the file holds; it is made, and the file closed to others, on first use.

    Raises:
        SettingsError: the file cannot be made or read, or everybody on the machine can read it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            refuse_if_open(path, "UPTAKE_DATA_DIR")
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"UPTAKE_DATA_DIR: the secret key {path} cannot be made or read: {error}.") from error


def refuse_if_open(path: Path, variable: str) -> None:
    """A copy or a restored backup may have lost its mode; a group may be the service's own, as in a container.

    Raises:
        SettingsError: everybody on the machine can reach the file; the text names the variable that leads to it.
        OSError: it cannot be looked at.
    """
    if path.stat().st_mode & 0o007 and path.parent.stat().st_mode & 0o001:
        raise SettingsError(
            f"{variable}: everybody on this machine can reach the secret key. Close it with: chmod 600 {path}"
        )


def looks_random(value: str) -> bool:
    """Whether a secret is long enough, repeats nothing as a whole and is not made of words from samples."""
    plain = re.sub("[^a-z0-9]", "", value.casefold())
    repeats = any(value[period:] == value[:-period] for period in range(1, len(value) // 2 + 1))
    return len(value) >= 32 and len(set(value)) >= 8 and not repeats and not any(word in plain for word in _SAMPLES)
