"""Sets a PDF: `python -m core.reports.exports.typeset TEMPLATE FILE`, with the inputs as JSON on standard input.

A program of its own: the typesetter keeps what it has set in memory until its process ends, and whatever is wrong with
a font or a file ends here and not in the web application. It needs no font of the machine; those that are there help
with signs that its own lack.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst

_HERE = Path(__file__).parent


def main() -> int:
    """Write the PDF; on failure one line on standard error and status 1."""
    template, path = sys.argv[1:]
    try:
        content = typst.compile((_HERE / template).read_bytes(), format="pdf", sys_inputs=json.load(sys.stdin))
        Path(path).write_bytes(content)
    except (typst.TypstError, RuntimeError, OSError) as error:
        sys.stderr.write(str(error).partition("\n")[0])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
