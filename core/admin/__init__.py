"""What admin pages and the command line do: connect Claude, watch the sync, keep the directory.

Every function takes an `AdminViewer` first, so that nobody comes here by accident. `access` makes one, `storage` opens
the database for programs, `connection` takes the key, `status` says how things stand, `syncs` holds runs and days,
`directory` people and accounts, and `checks` examines the whole installation.
"""
