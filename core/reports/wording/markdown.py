"""Text from outside as plain text: names and titles must never act as Markdown, HTML or colour directives."""

from __future__ import annotations

import re

JOINER = "\u2060"
"""The word joiner: has no width, and is no space."""

_SPACES = re.compile(r"[^\S\u202f\u00a0]+")
"""Spaces and line ends, but for those that hold the digits of a number together."""

_SPECIAL = re.compile(
    r"""
      [\\`*{}\[\]|~$]                           # anywhere; as brackets never act, "!", "(", ")" and "^" do not either
    | <(?![\s\d=]) | (?<![\s=-])>               # HTML, and addresses in angle brackets
    | (?<![^\W_])_ | _(?![^\W_])                # within a word it is a letter
    | &(?=\#[\dxX]|[a-zA-Z][a-zA-Z\d]*;)        # an entity
    | :(?=[^\W\d_])                             # a directive
    | ^(?:[>=\#] | -(?=[\s:-]|$) | \+(?=\s|$) | :(?=[:-]))  # quote, heading, list, line, block
    | (?<!\S)\#(?=\#*$)                         # the end of a heading
    """,
    re.VERBOSE,
)
"""What CommonMark, GitHub's kind of Markdown or Streamlit's could act on, in the place where it stands."""

_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
"""The number of a list."""

_WORD = r"(?=(?!\d+(?::|$))[\w+-]+(?::|$) | (?:100|1234)(?::|$) | material/)"
"""What follows a colon in the short name of an emoji or icon; the hours and minutes of a time of day are none."""

_MADE_LATER = re.compile(rf"(?<=:){_WORD} | (?<=[a-z]:)(?=//) | (?<=(?<![^\W_])www)(?=\.)", re.VERBOSE | re.IGNORECASE)
"""Where an icon, an emoji or a link is made of text after the escapes in it are gone."""


def literal(text: str) -> str:
    """The text in one line with all escaped that Markdown, or Streamlit's kind of it, could act on where it stands.

    Short names of icons and emoji, and addresses of the web, act whether they are escaped or not; they are parted by
    `JOINER`, which nobody sees. An e-mail address is not parted, so that it can be copied: where a reader's program
    makes a link of it all the same, the link says where it leads.
    """
    plain = _MADE_LATER.sub(JOINER, _SPACES.sub(" ", text).strip())
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", plain))
