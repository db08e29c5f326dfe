"""The parts of Claude that have their own place on the pages."""

from __future__ import annotations

from core.catalogue.kinds import Product

PRODUCTS = (
    Product(key="chat", label="Claude Chat", bit=1),
    Product(key="code", label="Claude Code", bit=2),
    Product(key="cowork", label="Cowork", bit=3),
    Product(key="excel", label="Excel agent", bit=4),
    Product(key="powerpoint", label="PowerPoint agent", bit=5),
    Product(key="word", label="Word agent", bit=6),
    Product(key="outlook", label="Outlook agent", bit=7),
    Product(key="design", label="Design", bit=8),
    Product(key="science", label="Science", bit=9),
    Product(key="slack", label="Claude in Slack", bit=10),
)
"""In the order in which pages show them."""

ANY = Product(key="any", label="Any product", bit=0)
"""Activity in whatever product, including counters that belong to none."""

ACROSS = "across"
"""Product key of statistics that span products (skills, connectors, web searches)."""

ACROSS_LABEL = "Skills, connectors and search"
