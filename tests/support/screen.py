"""All that a page sends to the browser, as one text to search in."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path
from typing import Any, cast

import numpy as np
from streamlit.testing.v1 import AppTest

from core.catalogue import ACROSS, PRODUCTS, product_label

ROOT = Path(__file__).resolve().parents[2]
ENTRY = ROOT / "core/ui/main.py"


def everything(at: AppTest) -> str:
    """Each element's message in full, tables and the arrays of charts unpacked."""
    parts = []
    for node in at._tree:
        proto: Any = getattr(node, "proto", None)
        parts.append(str(proto))
        if node.type == "plotly_chart":
            parts.append(json.dumps(unpacked(json.loads(proto.spec))))
        if node.type in {"arrow_data_frame", "dataframe", "arrow_table", "table"}:
            parts.append(cast("Any", node).value.to_csv())
    return "\n".join(parts).replace("\u202f", "").replace("\\342\\200\\257", "")


def opened(at: AppTest) -> str:
    """What the page sends when every product is opened in turn, and the numbers behind each chart.

    A page draws the open tab and the open tables only, so a search of what it sends at first misses all others.
    """
    charts, products = [key for key in at.session_state if key.endswith("_numbers")], [each.key for each in PRODUCTS]
    if not charts:
        return everything(at)
    texts = [everything(at)]
    for chart in [*charts, *(f"trend_{product}_numbers" for product in (*products, ACROSS))]:
        at.session_state[chart] = True
    keys = {product_label(key): key for key in (*products, ACROSS)}
    for tab in [tab.label for tab in at.tabs] or [""]:
        if tab in keys:
            at.query_params["area"] = keys[tab]
        at.run()
        assert not at.exception, tab
        texts.append(everything(at))
    return "\n".join(texts)


def unpacked(value: object) -> object:
    """What is sent of a chart, with arrays as lists, and no number as nothing."""
    if isinstance(value, dict):
        if value.keys() >= {"dtype", "bdata"}:
            found = np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"])
            shape = [int(length) for length in value.get("shape", str(len(found))).split(",")]
            return unpacked(found.reshape(shape).tolist())
        return {key: unpacked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unpacked(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def words_in(text: str, words: set[str]) -> set[str]:
    """Those of the words that are in the text, in whatever case."""
    folded = text.casefold()
    return {word for word in words if word.casefold() in folded}


def metric(at: AppTest, label: str) -> str:
    """The value of the first card with this label, without thin spaces."""
    return next(card.value for card in at.metric if card.label == label).replace("\u202f", "")


def sentences(at: AppTest) -> list[str]:
    """What the page says when it refuses."""
    return [element.value for kind in (at.error, at.info, at.warning) for element in kind]
