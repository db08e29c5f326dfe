"""Opening a database, SQLite or PostgreSQL: connections, migrations, errors in words, what a process keeps."""
