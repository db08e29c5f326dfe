"""Takes the attached data out of a PDF that Uptake made, without understanding the rest of it."""

from __future__ import annotations

import re
import zlib

_FILE = re.compile(rb"<<(?=[^\r\n]{0,400}/Type\s*/EmbeddedFile)[^\r\n]{0,400}>>\s*stream\r?\n")
_LENGTH = re.compile(rb"/Length (\d+)")


def extracted(content: bytes, most: int) -> bytes:
    """The first embedded file, unpacked to at most so many bytes. ValueError when there is none, or it is damaged."""
    head = _FILE.search(content)
    length = _LENGTH.search(head.group()) if head else None
    if head is None or length is None:
        raise ValueError("nothing is attached")
    packed = content[head.end() : head.end() + int(length[1])]
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error as error:
        raise ValueError("what is attached is damaged") from error
