"""The colours can be told apart and read, in both themes and with any colour vision."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import numpy as np
import plotly.io as pio
import pytest

from core.catalogue import ACROSS, ANY, PRODUCTS
from core.reports.charts.palette import COLORS, product_color
from core.reports.measures.tiers import Tier
from core.ui.frame import theme

CONFIG = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit/config.toml").read_text("utf-8"))
KEYS = [ANY.key, *(product.key for product in PRODUCTS)]
VISION = {  # Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(color: str) -> np.ndarray:
    value = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    dark, light = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def oklab(color: str, vision: np.ndarray) -> np.ndarray:
    seen = np.clip(vision @ linear(color), 0, 1)
    return TO_LAB @ np.cbrt(TO_LMS @ seen)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("vision", VISION)
def test_no_two_products_look_the_same(dark: bool, vision: str):
    seen = {key: oklab(product_color(key, dark=dark), VISION[vision]) for key in KEYS}
    apart = {pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in itertools.combinations(KEYS, 2)}
    nearest = min(apart, key=apart.__getitem__)
    assert apart[nearest] > 0.06, nearest


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("key", KEYS)
def test_a_product_stands_out_from_the_page(dark: bool, key: str):
    assert contrast(product_color(key, dark=dark), surface(dark)) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_words_on_pages_and_charts_are_readable(dark: bool):
    page = CONFIG["theme"]["dark" if dark else "light"]
    colors = COLORS[dark]
    for text in (page["textColor"], page["linkColor"], page["grayTextColor"], colors.ink, colors.muted):
        for behind in (page["backgroundColor"], page["secondaryBackgroundColor"], page["sidebar"]["backgroundColor"]):
            assert contrast(text, behind) >= 4.5, (text, behind)
    assert contrast("#ffffff", page["primaryColor"]) >= 4.5
    assert contrast(page["primaryColor"], page["backgroundColor"]) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_and_the_charts_share_their_colours(dark: bool):
    page = CONFIG["theme"]["dark" if dark else "light"]
    assert page["chartCategoricalColors"] == [product_color(product.key, dark=dark) for product in PRODUCTS]
    assert page["backgroundColor"] == COLORS[dark].surface
    assert page["textColor"] == COLORS[dark].ink


def test_what_spans_products_has_the_neutral_colour():
    assert product_color(ACROSS, dark=False) == product_color(ANY.key, dark=False)


@pytest.mark.parametrize("name", [theme.LIGHT, theme.DARK])
def test_charts_draw_lines_as_measured_and_separate_thousands_thinly(name: str):
    template = pio.templates[name]
    assert template.data.scatter[0].line.shape == "linear"
    assert template.data.scatter[0].connectgaps is False
    assert template.layout.separators == ".\u2009"
    assert template.layout.yaxis.rangemode == "tozero"
    assert "Source Sans" in template.layout.font.family


def test_a_look_has_a_colour_for_every_product_and_tier():
    look = theme.chart_theme()
    assert set(look.products) == {*KEYS, ACROSS}
    assert set(look.tiers) == set(Tier) - {Tier.UNKNOWN}  # no chart counts those of whom nothing can be told


def test_only_pages_in_the_dark_theme_are_turned_over_for_paper(monkeypatch):
    assert "invert(1)" not in theme.style_sheet()
    monkeypatch.setattr(theme, "is_dark", lambda: True)
    assert "invert(1)" in theme.style_sheet()


def test_no_colour_is_forced_on_the_words_in_charts_for_paper(monkeypatch):
    for dark in (False, True):
        monkeypatch.setattr(theme, "is_dark", lambda dark=dark: dark)
        assert "fill:" not in theme.style_sheet()


def surface(dark: bool) -> str:
    return CONFIG["theme"]["dark" if dark else "light"]["backgroundColor"]
