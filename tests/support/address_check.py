"""Whether a page took what its address asks: a proof about a range that the page did not show would prove nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from streamlit.proto.DateInput_pb2 import DateInput
from streamlit.proto.Selectbox_pb2 import Selectbox

from core.reports.periods import PRESETS


def taken(query: Mapping[str, str], lists: Iterable[Selectbox], dates: Iterable[DateInput]) -> bool:
    """Whether the page shows the range and the order of the address; False for one that offers no range.

    Raises:
        AssertionError: it offers them and shows others.
    """
    shown: dict[str, str | list[str]] = {each.label: each.raw_value for each in lists}
    if "Range" not in shown:
        return False
    asked: dict[str, str | list[str]] = {"Range": PRESETS[query["range"]]}
    if query["range"] == "custom":
        asked["dates"] = [query["from"], query["to"]]
        shown["dates"] = next((list(each.value) for each in dates), [])  # the filters' own stand first
    if "sort" in query:
        asked["Sort by"] = query["sort"]
    assert asked == {label: shown.get(label) for label in asked}, query
    return True
