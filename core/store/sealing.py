"""Encryption of the API key at rest: AES-256-GCM under a key derived from `UPTAKE_SECRET_KEY`.

The purpose is bound into the ciphertext, so that a sealed value copied elsewhere does not open there.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import StorageError
from core.secrets import derive

_NONCE = 12


def seal(secret_key: str, purpose: str, value: str) -> bytes:
    """Encrypt a text."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(derive(secret_key, purpose)).encrypt(nonce, value.encode(), purpose.encode())


def unseal(secret_key: str, purpose: str, sealed: bytes) -> str:
    """Decrypt a text.

    Raises:
        StorageError: it was sealed under another secret key, or was altered.
    """
    try:
        cipher = AESGCM(derive(secret_key, purpose))
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        message = (
            "The stored API key cannot be decrypted: UPTAKE_SECRET_KEY is not the one it was stored under. "
            "Restore that value, or connect Claude again; stored usage is safe."
        )
        raise StorageError(message) from error
