"""What a test looks for on a page in a browser."""

from __future__ import annotations


def heading(page, title):
    return page.get_by_role("heading", name=title, exact=True)
