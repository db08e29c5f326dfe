"""`uptake connect`: the API key, from standard input."""

from __future__ import annotations

import sys

import click

from core import settings as configuration
from core.admin.access import operator
from core.admin.connection import connect as connect_claude
from core.admin.storage import opened

_LONGEST_KEY = 4_096


@click.command(short_help="Connect Claude with an API key.")
def connect() -> None:
    """Connect Claude: read an API key from standard input, try it, and store it.

    The key is made by the Primary Owner of the Claude Enterprise organization, in its settings under API, with
    read:analytics as the only scope. It is asked for without being shown, or taken from a pipe or file, so that it does
    not end up in the history of the shell:

    \b
        uptake connect
        uptake connect < key.txt

    It is stored only when the API accepts it, encrypted under UPTAKE_SECRET_KEY, in place of the key before.
    """
    settings = configuration.load()
    if sys.stdin.isatty():
        api_key = click.prompt("API key", hide_input=True, err=True)
    else:
        api_key = sys.stdin.buffer.read(_LONGEST_KEY).decode("utf-8", "replace")
    with opened(settings, upgrade=True) as database:
        click.echo(connect_claude(operator(), database, settings, api_key))
