"""Parts that pages share: choices that stand in the address, filters, cards, charts, tables, files."""
