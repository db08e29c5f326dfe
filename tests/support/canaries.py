"""What must not be in the bytes that somebody gets: names, addresses and numbers that only one person has.

A number is looked for in each form in which it travels: as digits, with separators, as an integer or float of a table
(Arrow), and inside the packed arrays of a chart.
"""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zipfile
from collections.abc import Collection, Mapping

import numpy as np
from pypdf import PdfReader

from core.viewers import Role
from tests.support.company import canary, name_of
from tests.support.oracle import may_see
from tests.support.personas import ADMINS, MANAGER

_PACKED = re.compile(rb'"dtype":"(\w+)","bdata":"([^"]+)"')


def strangers_to(viewer: str | None) -> list[str]:
    """Everybody of whom this viewer must get neither the address nor the number; None is nobody who is signed in."""
    return [email for email in MANAGER if viewer is None or not may_see(viewer, email, MANAGER, ADMINS)]


def may_be_named(email: str, viewer: str | None) -> bool:
    """Whether this viewer may read the name of somebody whom they may not see: of those who can see the viewer."""
    return viewer is not None and may_see(email, viewer, MANAGER, ADMINS)


def secrets_from(viewer: str | None, roles: Collection[Role] = ()) -> dict[bytes, str]:
    """Bytes that this viewer must not get → what they would tell.

    Whoever keeps the directory may read names and addresses in it, and nobody's numbers. Who may see the viewer is no
    secret to the viewer: My usage says it.
    """
    found: dict[bytes, str] = {}
    for email in strangers_to(viewer):
        found |= dict.fromkeys(forms(canary(email)), f"the number of {email}")
        if Role.PEOPLE in roles:
            continue
        found[email.encode()] = f"the address of {email}"
        if not may_be_named(email, viewer):
            found[name_of(email).encode()] = f"the name of {email}"
    return found


def words_kept_from(viewer: str | None, *, names_above: bool = False) -> set[str]:
    """Addresses, numbers and names, as a page writes them, that this viewer must not get.

    `names_above`: as on My usage, which says who can see the viewer; elsewhere they are not named.
    """
    found: set[str] = set()
    for email in strangers_to(viewer):
        found |= {email, str(canary(email))}
        if not (names_above and may_be_named(email, viewer)):
            found.add(name_of(email))
    return found


def forms(number: int) -> set[bytes]:
    """How a number can stand in bytes."""
    words = {f"{number}", f"{number:,}", f"{number:,}".replace(",", "\u202f"), f"{number:,}".replace(",", ".")}
    return {word.encode() for word in words} | {struct.pack(form, number) for form in ("<q", "<d")}


def as_array(number: int) -> bytes:
    """How a chart sends a number alone."""
    return base64.b64encode(struct.pack("<i", number))


def leaks(raw: bytes, secrets: Mapping[bytes, str]) -> set[str]:
    """What these bytes tell of the secrets."""
    arrays = opened(raw)
    return {tells for secret, tells in secrets.items() if secret in raw or secret in arrays}


def opened(raw: bytes) -> bytes:
    """The arrays of charts that lie packed in the bytes, written out as numbers."""
    found = []
    for form, array in _PACKED.findall(raw):
        numbers = np.frombuffer(base64.b64decode(json.loads(b'"%s"' % array)), dtype=form.decode())
        found.append(" ".join(f"{number:.12g}" for number in numbers.tolist()))
    return "\n".join(found).encode()


def unfolded(content: bytes) -> bytes:
    """A file as it is and as whoever opens it reads it: the parts of an archive or workbook, the text of a PDF."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return content + b"\n".join(unfolded(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        return content + "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
    return content
