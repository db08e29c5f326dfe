"""Text that strangers typed: tidied for storing, or made safe to repeat in a sentence."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 200
"""Characters that a name, title, department or location may have."""

# Apostrophes count as nothing, so that one more or less in front changes no answer, and `bare` finds back.
_FORMULA = re.compile(r"^[\s\u200b\ufeff']*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^'*[\t\r\n]")
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CATEGORIES = {"Cc": "a control character or line break", "Zl": "a line break", "Zp": "a line break"}


def number_of(text: str) -> int | None:
    """The employee's number that a text stands for, if it can be anybody's at all."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def tidy(value: str) -> str:
    """The value without surrounding spaces, with each inner run of spaces or tabs as one space.

    Raises ValueError, with a reason that can follow "it", for text that could break a line, turn the reading
    direction of what stands beside it, or cannot be encoded; and for text that is too long.
    """
    tidied = one_line(value)
    if len(tidied) > LONGEST_TEXT:
        raise ValueError(f"has {len(tidied):,} characters, and {LONGEST_TEXT} are the most")
    return tidied


def one_line(value: str) -> str:
    """The value as `tidy` makes it, of any length.

    What joins or parts letters and emoji without being seen, as Persian and families of emoji need, is kept.

    Raises ValueError as `tidy`.
    """
    if value.isascii() and value.isprintable():
        return " ".join(value.split())
    spaced = "".join(" " if _is_space(char) else char for char in value)
    tidied = " ".join(word for word in spaced.split(" ") if word)
    for char in tidied:
        if reason := _why_refused(char):
            raise ValueError(f"contains {reason}")
    return tidied


def plain_cell(value: str) -> str:
    """The value as a cell of a CSV file: an apostrophe keeps a spreadsheet from running it as a formula.

    Source: OWASP, "CSV injection"; the full-width forms are folded to ASCII by some spreadsheets.
    """
    return f"'{value}" if _FORMULA.match(value) else value


def bare(value: str) -> str:
    """The value without the apostrophe that `plain_cell` gave it: what was exported is the same when it comes back."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value[1:]) else value


def shown(value: str, longest: int = 80) -> str:
    """The value as a sentence can repeat it: invisible characters escaped, and cut after `longest` characters."""
    cut = value[:longest]
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return visible + "…" if len(value) > longest else visible


def _is_space(char: str) -> bool:
    return char == "\t" or unicodedata.category(char) == "Zs"


def _why_refused(char: str) -> str | None:
    if char in _BIDI_CONTROLS:
        return "a character that overrides the reading direction"
    category = unicodedata.category(char)
    return "half of a surrogate pair" if category == "Cs" else _REFUSED_CATEGORIES.get(category)
