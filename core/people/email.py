"""The one form in which e-mail addresses are compared.

Directory, Claude account, sign-in and alias all pass through `canonical`, so that two spellings are one identity here
or nowhere. The result is always ASCII: databases and Python then agree on what is equal, whatever their collation.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import idna

from core.people.text import shown

LONGEST_ADDRESS = 254
"""Characters of the longest address that mail can be delivered to (RFC 5321, with its erratum 1690)."""

_SURROUNDING = " \t\r\n\u00a0"
_DOT_ATOM = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ASCII_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LONGEST_LABEL = 63


def canonical(address: str) -> str:
    """The address in the form that is compared: ASCII, lower case, domain in A-label form without a trailing dot.

    Surrounding spaces and a leading `mailto:` go. Plus-addresses and dots stay: they are different identities until an
    admin makes an alias. The local part has to be ASCII before anything is normalised, for Unicode's own rules turn a
    Kelvin sign into a K; and no domain becomes an ASCII one by way of look-alike characters.

    Raises ValueError, with one plain sentence, for anything else: no address, a quoted or non-ASCII local part, control
    characters, a domain that cannot exist, more than 254 characters.
    """
    bare = address.strip(_SURROUNDING)
    if bare[:7].lower() == "mailto:":
        bare = bare[7:].strip(_SURROUNDING)
    if not bare:
        raise ValueError("There is no e-mail address here: the value is empty.")
    local, at, domain = bare.rpartition("@")
    if not at:
        raise _refusal(bare, "it has no @")
    if not local.isascii():
        raise _refusal(bare, "only ASCII letters, digits and signs can stand before the @")
    local = local.lower()
    if not _DOT_ATOM.fullmatch(local):
        raise _refusal(bare, "what stands before the @ is empty, quoted, or has a character or dot out of place")
    if len(domain) > LONGEST_ADDRESS:
        raise _refusal(bare, f"it is longer than {LONGEST_ADDRESS} characters")
    try:
        result = f"{local}@{_a_labels(domain)}"
    except ValueError:
        raise _refusal(bare, "what stands after the @ is not a domain name") from None
    if len(result) > LONGEST_ADDRESS:
        raise _refusal(bare, f"it is longer than {LONGEST_ADDRESS} characters")
    return result


def _refusal(address: str, why: str) -> ValueError:
    return ValueError(f"“{shown(address)}” is not an e-mail address that can be compared: {why}.")


@lru_cache(maxsize=4096)
def _a_labels(domain: str) -> str:
    """The domain in A-label form; ValueError when it is none. Cached: a company has few domains and many people."""
    if any(_imitates_ascii(char) for char in domain):
        raise ValueError("a look-alike of an ASCII character")
    labels = unicodedata.normalize("NFC", domain.lower()).removesuffix(".").split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        raise ValueError("a host or an IP address, not a domain")
    return ".".join(_a_label(label) for label in labels)


def _imitates_ascii(char: str) -> bool:
    return not char.isascii() and unicodedata.normalize("NFKC", char).lower().isascii()


def _a_label(label: str) -> str:
    if len(label) > _LONGEST_LABEL:
        raise ValueError("a label that is too long")
    if label.isascii() and not label.startswith("xn--"):
        if not _ASCII_LABEL.fullmatch(label):
            raise ValueError("a label with a character out of place")
        return label
    # One label at a time: the codec for whole domains would also split at the full stops of other scripts.
    return idna.alabel(label).decode("ascii")
