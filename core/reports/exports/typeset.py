"""Sets the PDF of a review: `python -m core.reports.exports.typeset FILE`, with the data as JSON on standard input.

A program of its own: the typesetter keeps what it has set in memory until its process ends, and whatever is wrong with
a font or a file ends here and not in the web application. It needs no font of the machine; those that are there help
with signs that its own lack.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst

_TEMPLATE = Path(__file__).with_name("review.typ")


def main() -> int:
    """Write the PDF; on failure one line on standard error and status 1."""
    said = json.load(sys.stdin)
    inputs = {"data": json.dumps(said["data"]), "attached": said["attached"]}
    try:
        Path(sys.argv[1]).write_bytes(typst.compile(_TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs))
    except (typst.TypstError, RuntimeError, OSError) as error:
        sys.stderr.write(str(error).partition("\n")[0])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
