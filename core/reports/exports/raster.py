"""An SVG picture as PNG: `python -m core.reports.exports.raster`, SVG on standard input, PNG on standard output.

A program of its own, like the one that sets PDF: what the typesetter keeps in memory goes with it, and a fault in a
font or a file ends here. It needs no browser, no font of the machine and no network.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typst

from core.errors import UptakeError

_SECONDS = 60
_DOTS_PER_INCH = 192.0
_TEMPLATE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image(bytes(sys.inputs.picture), format: "svg")"""


class PictureNotMade(UptakeError):
    """The picture could not be drawn; there is no file."""


def png(svg: str) -> bytes:
    """The picture in dots, twice as fine as a screen.

    Raises:
        PictureNotMade: it could not be drawn.
    """
    command = [sys.executable, "-m", "core.reports.exports.raster"]
    root = Path(__file__).resolve().parents[3]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, input=svg.encode(), cwd=root, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PictureNotMade("The picture could not be drawn. SVG and CSV hold the same.") from error
    if done.returncode or not done.stdout:
        raise PictureNotMade("The picture could not be drawn. SVG and CSV hold the same.")
    return done.stdout


def main() -> int:
    """Write the picture; on failure one line on standard error and status 1."""
    given = sys.stdin.buffer.read().decode()
    try:
        sys.stdout.buffer.write(
            typst.compile(_TEMPLATE, format="png", ppi=_DOTS_PER_INCH, sys_inputs={"picture": given})
        )
    except (typst.TypstError, RuntimeError, OSError) as error:
        sys.stderr.write(str(error).partition("\n")[0])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
