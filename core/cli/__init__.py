"""The command line `uptake`: thin, over the same functions as the pages.

`entry` gathers the commands and turns errors into sentences; every other module is one command or what two share.
"""

from core.cli.entry import main

__all__ = ["main"]
