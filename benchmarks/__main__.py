"""`python -m benchmarks [NAME [N]] …`: measure or prove what is named; without a name `ingest`, `chain` and `memory`.

The names stand in `benchmarks.commands`; some take a number, which says how much is tried. The status is 0 when every
figure with a bound is as wanted, 1 when one is not, and 2 when the command line asks for something that there is not:
then nothing runs. PostgreSQL is measured where TEST_DATABASE_URL names a server or the bundled one of the tests can be
started.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence

from benchmarks.commands import COMMANDS, UNASKED
from benchmarks.figures import show

Asked = list[tuple[str, int | None]]


def read(words: Sequence[str]) -> Asked:
    """What the command line names, each with the number that follows it.

    Raises:
        ValueError: a word is no name, or a number follows a name that takes none.
    """
    asked: Asked = []
    for word in words:
        if word in COMMANDS:
            asked.append((word, None))
        elif word.isdecimal() and int(word) and asked and asked[-1][1] is None and COMMANDS[asked[-1][0]].number:
            asked[-1] = (asked[-1][0], int(word))
        else:
            raise ValueError(f"No number may stand where {word} does." if word.isdecimal() else f"{word!r} is no name.")
    return asked or [(name, None) for name in UNASKED]


def main(words: Sequence[str]) -> int:
    """Measure, or prove, what the command line names; the exit status."""
    try:
        asked = read(words)
    except ValueError as error:
        known = "\n".join(f"  {name}{f' [N {made.number}]' if made.number else ''}" for name, made in COMMANDS.items())
        print(f"{error} The names are:\n{known}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    missed = 0
    for name, number in asked:
        for title, figures in COMMANDS[name].run(number):
            show(title, figures)
            missed += len(figures.missed)
    print(f"\nFigures that are not as wanted: {missed}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
