"""Text from outside as plain text: names and titles must never act as Markdown, HTML or colour directives."""

from __future__ import annotations

import re

_SPACES = re.compile(r"[^\S\u202f\u00a0]+")
"""Spaces and line ends, but for those that hold the digits of a number together."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|<>~$:&^=@]|(?<!\w)-|-(?!\w))")
"""A hyphen between letters is no list, line or arrow."""


def literal(text: str) -> str:
    """The text with every character that Markdown, or Streamlit's kind of it, could act on escaped."""
    return _SPECIAL.sub(r"\\\1", _SPACES.sub(" ", text).strip())
