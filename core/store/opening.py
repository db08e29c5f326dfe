"""Decryption of the stored API key, for the sync alone: no module that the web process loads may import this one."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from core.errors import StorageError
from core.secrets import derive
from core.store.sealing import KEY_PURPOSE, NONCE
from core.store.tables import CONNECTION


class KeyUnreadable(StorageError):
    """The stored API key was sealed under another secret key, or was altered."""


def api_key(connection: Connection, secret_key: str) -> str | None:
    """The API key in plain, for the process that talks to the API; None when none is stored.

    Raises:
        KeyUnreadable: it cannot be decrypted.
    """
    sealed = connection.execute(select(CONNECTION.c.sealed_key)).scalar()
    return unseal(secret_key, KEY_PURPOSE, sealed) if sealed else None


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
