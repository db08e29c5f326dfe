"""Decryption of the stored API key, for the sync alone: no module that the web process loads may import this one."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select, update

from core.errors import StorageError
from core.secrets import derive
from core.store.connection.sealing import KEY_PURPOSE, NONCE, seal
from core.store.tables.usage import CONNECTION


class KeyUnreadable(StorageError):
    """The stored API key was sealed under another secret key, or was altered."""


def api_key(connection: Connection, secret_key: str, former: str | None = None) -> str | None:
    """The API key in plain, for the process that talks to the API; None when none is stored.

    With a `former` secret key it may be sealed with either.

    Raises:
        KeyUnreadable: it cannot be decrypted.
    """
    sealed = connection.execute(select(CONNECTION.c.sealed_key)).scalar()
    if not sealed:
        return None
    try:
        return unseal(secret_key, KEY_PURPOSE, sealed)
    except KeyUnreadable:
        if former is None:
            raise
    return unseal(former, KEY_PURPOSE, sealed)


def seal_anew(connection: Connection, secret_key: str, former: str) -> None:
    """Seal the API key with the secret key, where it is sealed with the former one; else leave it as it is."""
    sealed = connection.execute(select(CONNECTION.c.sealed_key)).scalar()
    if not sealed:
        return
    try:
        plain = unseal(former, KEY_PURPOSE, sealed)
    except KeyUnreadable:
        return
    same = CONNECTION.c.sealed_key == sealed  # and not another key that somebody stored meanwhile
    connection.execute(update(CONNECTION).where(same).values(sealed_key=seal(secret_key, KEY_PURPOSE, plain)))


def unseal(secret_key: str, purpose: str, sealed: bytes) -> str:
    """Decrypt a text.

    Raises:
        KeyUnreadable: it was sealed under another secret key, or was altered.
    """
    try:
        cipher = AESGCM(derive(secret_key, purpose))
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        message = (
            "The stored API key cannot be decrypted: UPTAKE_SECRET_KEY is not the one it was stored under. "
            "Restore that value, or connect Claude again; stored usage is safe."
        )
        raise KeyUnreadable(message) from error
