"""Lists that are shown a page at a time."""

import math


def placed(found: int, page: int, size: int) -> tuple[int, int]:
    """How many pages so many entries take, at least one; and how many entries stand before a page (from 1).

    A page that there is not stands for the nearest that there is.
    """
    pages = max(1, math.ceil(found / size))
    return pages, (min(max(page, 1), pages) - 1) * size
