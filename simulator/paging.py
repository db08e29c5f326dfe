"""Cursor paging: pages of sorted rows, and an opaque cursor that is good for one question only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request

from simulator.errors import bad_request
from simulator.wire import Row

DEFAULT_LIMIT = 100
MAXIMUM_LIMIT = 1000

SortKey = tuple[str, ...]


def read_limit(request: Request) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MAXIMUM_LIMIT:
        raise bad_request(f"limit: must be between 1 and {MAXIMUM_LIMIT}, inclusive. Got {text}")
    return int(text)


def page_of(request: Request, rows: Sequence[Row], sort_key: Callable[[Row], SortKey], secret: str) -> dict[str, Any]:
    """One page in the envelope `data`, `next_page`: the rows after the cursor's sort key, so that nothing shifts.

    Raises a 400 for a cursor that is damaged, or that belongs to a request with other parameters.
    """
    limit = read_limit(request)
    ordered = sorted(rows, key=sort_key)
    cursor = request.query_params.get("page")
    if cursor:
        after = _open_cursor(cursor, request, secret)
        ordered = [row for row in ordered if sort_key(row) > after]
    data = ordered[:limit]
    more = len(ordered) > limit
    return {"data": data, "next_page": _make_cursor(sort_key(data[-1]), request, secret) if more else None}


def _question(request: Request) -> str:
    """Everything about the request that must stay the same from page to page."""
    params = sorted((name, value) for name, value in request.query_params.multi_items() if name != "page")
    return json.dumps([request.url.path, params])


def _signature(payload: bytes, request: Request, secret: str) -> str:
    text = payload + _question(request).encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:16]


def _make_cursor(after: SortKey, request: Request, secret: str) -> str:
    payload = json.dumps(after).encode()
    return base64.urlsafe_b64encode(_signature(payload, request, secret).encode() + payload).decode()


def _open_cursor(cursor: str, request: Request, secret: str) -> SortKey:
    try:
        decoded = base64.urlsafe_b64decode(cursor.encode())
    except ValueError:
        raise bad_request("page: the cursor cannot be read") from None
    signature, payload = decoded[:16], decoded[16:]
    if not hmac.compare_digest(signature, _signature(payload, request, secret).encode()):
        raise bad_request("page: the cursor does not belong to a request with these parameters")
    return tuple(json.loads(payload))
