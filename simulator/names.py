"""Invented names: given names from many places, family names that nobody has."""

from __future__ import annotations

import unicodedata
from random import Random

DOMAIN = "example.com"

_GIVEN = """
    Abeni Adaeze Aiko Alejandro Amara Anouk Anselm Arjun Astrid Ayla Bao Beatriz Bilal Bronwyn Camila Chidi Ciaran
    Dafydd Danica Dara Diego Ebele Eilidh Elif Emeka Enzo Farah Femi Freya Gaspard Giulia Hana Hassan Hiroshi Ilse Imani
    Indira Ivo Jada Jelena Joaquín Kaito Kalinda Keanu Kofi Lakshmi Leila Linnea Lucía Mairead Malik Mei Mihai Nadia
    Naoki Nia Noor Oksana Olumide Oren Paloma Petra Priya Quyen Rafael Rania Rohan Rosalind Saanvi Salma Sanjay Selma
    Shirin Sione Tadeo Tamsin Thandiwe Tomasz Uma Valentin Wren Xiomara Yara Yusuf Zainab Zoë"""

_FAMILY = """
    Amberwick Applegarth-Finch Barleymoon Bellweather Birchlight Bramblewick Brassington-Moor Candlewright Cloudesly
    Copperfen Coralbright Dapplegrove Dewmarsh Driftwood-Lane Emberlow Fairweather-Sloe Fenwhistle Foxmantle Gallowglen
    Glimmerstone Goosefeather Greycastle Harkenwood Heatherbee Hollowell Inkwright Ironbarrow Ivorywell Juniperson
    Kestrelby Kittiwake Lanternby Larkspurling Lightfen Mapleturn Marshwhittle Merryweather-Oak Mistral Moonraker
    Mosswright Nettlebee Nightjar Oakenshaw Otterbourne Paperwhite Pebbleworth Pennywhistle Plumtree-Ash Quillfeather
    Quincewell Rainsparrow Reedwhisper Rookhaven Saltmarsh Sandpiper Silverbirch Snowdrop-Vale Starlingway Stonecrop
    Summerlight Swiftwater Tallowby Thistlewood Tidewell Underhay Vinterbloom Wavecrest Weatherglass Whistlewind
    Willowmere Windlass Yarrowby"""


def draw_names(rng: Random, count: int) -> list[str]:
    """`count` different full names; no given name with the same family name twice."""
    pairs = [f"{given} {family}" for given in _GIVEN.split() for family in _FAMILY.split()]
    return rng.sample(pairs, count)


def address(name: str) -> str:
    """The e-mail address of a name, in plain ASCII: `Zoë Plumtree-Ash` has `zoe.plumtree-ash@example.com`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(plain.lower().split()) + "@" + DOMAIN
