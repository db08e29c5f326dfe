"""Encryption of the API key at rest: AES-256-GCM under a key derived from `UPTAKE_SECRET_KEY`.

The purpose is bound into the ciphertext, so that a sealed value copied elsewhere does not open there. This half only
closes; `core.store.connection.opening` opens.
"""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.secrets import derive

KEY_PURPOSE = "claude api key"
NONCE = 12
"""Bytes of the nonce in front of the ciphertext."""


def seal(secret_key: str, purpose: str, value: str) -> bytes:
    """Encrypt a text."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(derive(secret_key, purpose)).encrypt(nonce, value.encode(), purpose.encode())
