"""Forms in which two addresses, or an address and a name, can be recognised as much the same."""

from __future__ import annotations

import re
import unicodedata

SHORTEST_NEAR = 5
"""Letters of the shortest name that is compared by edit distance: of shorter ones too many are one letter apart."""

_SIGNS = re.compile(r"[^a-z0-9]+")


def one_apart(one: str, other: str) -> bool:
    """Whether one edit leads from one to the other: a letter added, left out or changed, or two neighbours swapped.

    This is a distance of exactly 1 by optimal string alignment.
    """
    short, long = sorted((one, other), key=len)
    if one == other:
        return False
    same = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    swapped = long[same + 1 : same + 2] + long[same : same + 1] + long[same + 2 :]
    return short[same:] == swapped or short[same + 1 :] == long[same + 1 :]


def with_one_less(name: str) -> set[str]:
    """The name, and each form of it that lacks one letter: two names one edit apart share such a form."""
    if len(name) < SHORTEST_NEAR:
        return set()
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}


def base(address: str) -> str:
    """What stands before the @ and before a plus sign."""
    return address.rpartition("@")[0].partition("+")[0]


def letters(text: str) -> str:
    """The text, in lower case already, without dots, hyphens and other signs."""
    return _SIGNS.sub("", text)


def forms(name: str) -> set[str]:
    """What companies make of a name before the @: first and last name in either order, whole or as an initial."""
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = [word for word in _SIGNS.split(plain.casefold()) if word]
    if len(words) < 2:
        return set()
    first, last = words[0], words[-1]
    return {first + last, last + first, first[0] + last, first + last[0], last + first[0], "".join(words)}


def mended(email: str) -> str:
    """The address without what mail programs put around it, in plain ASCII as far as it looks like that."""
    inside = re.search(r"<([^<>]*)>", email)
    text = unicodedata.normalize("NFKC", inside[1] if inside else email).casefold()
    return "".join(char for char in text if char.isascii() and not char.isspace() and char not in "\"'<>")
