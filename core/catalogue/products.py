"""The parts of Claude that have their own place on the pages."""

from __future__ import annotations

from core.catalogue.kinds import Product

PRODUCTS = (
    Product(key="chat", label="Claude Chat", short="Chat", bit=1),
    Product(key="code", label="Claude Code", short="Code", bit=2),
    Product(key="cowork", label="Cowork", short="Cowork", bit=3),
    Product(key="excel", label="Excel agent", short="Excel", bit=4),
    Product(key="powerpoint", label="PowerPoint agent", short="PowerPoint", bit=5),
    Product(key="word", label="Word agent", short="Word", bit=6),
    Product(key="outlook", label="Outlook agent", short="Outlook", bit=7),
    Product(key="design", label="Design", short="Design", bit=8),
    Product(key="science", label="Science", short="Science", bit=9),
    Product(key="slack", label="Claude in Slack", short="Slack", bit=10),
)
"""In the order in which pages show them."""

ANY = Product(key="any", label="Any product", short="Any", bit=0)
"""Activity in whatever product, including counters that belong to none."""

ACROSS = "across"
"""Product key of statistics that span products (skills, connectors, web searches)."""

ACROSS_LABEL = "Skills, connectors and search"
