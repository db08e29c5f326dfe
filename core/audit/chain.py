"""How entries hang together: each holds the hash of the one before, its own hash, and a seal over that.

The hash (SHA-256) binds an entry to all that came before it. The seal (HMAC-SHA256) needs a key derived from
UPTAKE_SECRET_KEY, so whoever can write to the database but does not know the key cannot make a chain that holds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass

from core.audit.entries import Entry

BEGINNING = bytes(32)
"""What the first entry holds as the hash of the one before."""


@dataclass(frozen=True)
class Link:
    """An entry's place in the chain."""

    sequence: int
    previous: bytes
    own: bytes
    seal: bytes


def link(entry: Entry, sequence: int, previous: bytes, key: bytes) -> Link:
    """The entry as the next one after the entry with the hash `previous`."""
    own = digest(entry, sequence, previous)
    return Link(sequence, previous, own, seal(own, key))


def digest(entry: Entry, sequence: int, previous: bytes) -> bytes:
    """The hash over everything that the entry says, its number and the hash of the one before."""
    content = [
        sequence,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.kind,
        entry.act,
        entry.actor.employee_id,
        entry.actor.name,
        entry.subject.kind,
        entry.subject.id,
        entry.people,
        entry.place,
        entry.details,
        previous.hex(),
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).digest()


def seal(own: bytes, key: bytes) -> bytes:
    """The proof that who wrote the entry knew the key."""
    return hmac.digest(key, own, "sha256")


def is_sealed(own: bytes, given: bytes, key: bytes) -> bool:
    """Whether the seal was made with the key."""
    return hmac.compare_digest(seal(own, key), given)
