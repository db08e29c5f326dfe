"""Keys derived from the one secret of the settings, a different one for each purpose."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(secret_key: str, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256, RFC 5869); who learns one of them learns nothing about the others."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"uptake {purpose}".encode()).derive(secret_key.encode())
