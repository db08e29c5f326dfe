"""Opening a database, SQLite or PostgreSQL: connections, migrations, errors in words.

`counters` is what a migration does that adds a counter of the catalogue.
"""
