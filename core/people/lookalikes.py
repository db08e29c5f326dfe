"""Addresses that a reader would take for one another.

Domains written with letters of other scripts are told from the real one only by a machine: a line that uses such a
domain is refused. Letters and digits that merely resemble each other (0 and o) stand in many true addresses: those are
only named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import idna

_TWINS = str.maketrans(
    {
        **dict(zip("аеорсухіјѕԁһԛԝьӏвкмнт", "aeopcyxijsdhqwblbkmht", strict=True)),  # Cyrillic
        **dict(zip("αορνικτυχγ", "aopviktuxy", strict=True)),  # Greek
        **dict(zip("ıɑɡⅼ", "iagl", strict=True)),  # Latin letters beyond the alphabet
        "0": "o",
        "1": "l",
    }
)
"""Letters → the ASCII letter that looks the same in common fonts, after Unicode's list of confusables (UTS 39)."""


def skeleton(address: str) -> str:
    """The address as the eye sees it: equal for two canonical addresses that can be mistaken for each other."""
    local, _, domain = address.rpartition("@")
    seen = local.translate(_TWINS)
    return f"{seen.replace('rn', 'm').replace('vv', 'w')}@{_domain(domain)}"


def imitated_domains(addresses: Iterable[str]) -> dict[str, str]:
    """Domains with letters of other scripts → the domain among these addresses that they imitate."""
    domains = sorted({address.rpartition("@")[2] for address in addresses})
    seen: dict[str, list[str]] = defaultdict(list)
    for domain in domains:
        seen[_domain(domain)].append(domain)
    found: dict[str, str] = {}
    for alike in seen.values():
        plain = [domain for domain in alike if not _is_foreign(domain)]
        found |= {domain: (plain or alike)[0] for domain in alike if _is_foreign(domain) and domain != alike[0]}
    return found


def lookalikes(addresses: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of addresses that look the same, each in order; an address without a twin is in none."""
    groups: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        groups[skeleton(address)].append(address)
    return sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1)


def _is_foreign(domain: str) -> bool:
    return any(label.startswith("xn--") for label in domain.split("."))


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    """Cached: a company has few domains and many people."""
    letters = idna.decode(domain) if _is_foreign(domain) else domain
    return letters.translate(_TWINS).replace("rn", "m").replace("vv", "w")
