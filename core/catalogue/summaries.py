"""Whose active users Claude counts for the whole organisation, product by product.

Source: Claude Enterprise Analytics API, `GET …/summaries` (platform.claude.com, "Analytics API").
"""

from __future__ import annotations

from dataclasses import dataclass

MONTH = 30
"""Days of the month that the API calls monthly, where it says nothing else of a product."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A product as `summaries` tells it apart, or several together.

    Attributes:
        key: how the names of its counts begin.
        products: keys of the products of the catalogue that it is of.
        month: days that its monthly active users are counted over.
    """

    key: str
    label: str
    products: tuple[str, ...]
    month: int = MONTH


SUMMARIES = (
    Summary(key="chat", label="Claude Chat", products=("chat",)),
    Summary(key="claude_code", label="Claude Code", products=("code",)),
    Summary(key="cowork", label="Cowork", products=("cowork",)),
    Summary(key="chat_cowork_unified", label="Chat and Cowork unified", products=("chat", "cowork"), month=28),
    Summary(key="office_agent", label="Office agents", products=("excel", "powerpoint", "word", "outlook")),
    Summary(key="claude_design", label="Design", products=("design",)),
    Summary(key="science", label="Science", products=("science",)),
    Summary(key="claude_tag", label="Claude in Slack", products=("slack",), month=28),
)
"""In the order in which pages show them."""
