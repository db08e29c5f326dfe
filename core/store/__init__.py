"""The database: tables, engines, bulk writes, roll-ups and migrations.

The daemon writes here; the web application reaches usage only through `core.visibility`, which asks `core.store.reads`.
"""
