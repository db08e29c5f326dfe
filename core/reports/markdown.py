"""Text from outside as plain text: names and titles must never act as Markdown, HTML or colour directives."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=@])")


def literal(text: str) -> str:
    """The text with every character that Markdown, or Streamlit's kind of it, could act on escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
