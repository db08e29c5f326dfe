"""What an answer that is no page means: each status and error body as one of `core.errors`.

Source: the error bodies of platform.claude.com ("Errors"), and answers that users of the Analytics API have published.
The message is read only where the API gives no code. Whatever is quoted from it is cut short and freed of keys.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from core.api.exchange import Reply
from core.errors import ApiContractError, ApiError, ApiKeyRejected, ApiUnavailable, CursorLost, DayNotAvailable

PLAUSIBLE_LAG = dt.timedelta(days=14)
"""A "newest day" further back than this is a fault of the API, not a lag."""

_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_ABOUT_DAYS = re.compile(
    r"not (yet )?available|no longer available|latest available|earliest|too (recent|old)|look-?back"
)
_ABOUT_CURSOR = re.compile(r"cursor|\bpage\b|pagination")
_GOT = re.compile(r"Got: ?\[[^\]]*\]")
_NEEDED = re.compile(r"Needed(?: one of)?: ?\[[^\]]*\]")
_KEY = re.compile(r"sk-[A-Za-z0-9_\-]{4,}")
_SAFE = "Stored data stays as it is."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What had been asked for, as far as it helps to understand a refusal."""

    day: dt.date
    today: dt.date
    cursor: str | None
    key: str

    def __repr__(self) -> str:
        """Leaves the key out."""
        return f"Asked(day={self.day})"


def is_passing(status: int) -> bool:
    """Whether asking again may help: conflicts, time-outs and whatever the server blames on itself."""
    return status in {408, 409, 425} or status >= 500


def failure(reply: Reply, asked: Asked) -> ApiError:
    """The error that a refused request amounts to; 429 is left to the caller, who knows how long was waited."""
    code, message = _error_of(reply)
    quoted = _quote(message or _words(reply), asked.key)
    return (
        _of_key(reply, code, message, quoted, asked)
        or _of_question(reply.status, message, quoted, asked)
        or _of_server(reply, quoted)
    )


def _of_key(reply: Reply, code: str, message: str, quoted: str, asked: Asked) -> ApiError | None:
    """Who asks: the key, its scope, the organization's plan. The code goes first, since a 400 may carry it."""
    if code == "organization_type_not_supported":
        return ApiKeyRejected(
            f"The Analytics API does not serve this organization: it needs the Claude Enterprise plan{quoted}. "
            "Check that the key was made in the Enterprise organization.",
            "plan",
        )
    if _is_of_others(reply):
        return None
    if reply.status == 401:
        return ApiKeyRejected(
            "The Analytics API does not accept the key (401): it is mistyped, revoked or switched off, or API access "
            f"is switched off in the organization's settings{quoted}. {_SAFE} Ask the organization's Primary Owner "
            "for a new key and enter it on the Connection page.",
            "revoked",
        )
    if reply.status == 403:
        return ApiKeyRejected(_scope_text(message, quoted, asked.key), "scope")
    if reply.status == 404:
        return ApiKeyRejected(
            f"The Analytics API answered 404, which it does when a key is wrong or may not read analytics{quoted}. "
            f"{_SAFE} Check the key, its scope read:analytics, that API access is switched on in the organization's "
            "settings, that the organization has the Claude Enterprise plan, and the API's address.",
            "not_found",
        )
    return None


def _of_question(status: int, message: str, quoted: str, asked: Asked) -> ApiError | None:
    """What was asked: a place to read on from, or a day."""
    lower = message.lower()
    if asked.cursor is not None and (status == 410 or (status == 400 and _ABOUT_CURSOR.search(lower))):
        return CursorLost(f"The Analytics API no longer knows the place to read on from ({status}){quoted}.")
    if status == 400 and (_DATE.search(message) or _ABOUT_DAYS.search(lower)):
        return _day_failure(message, quoted, asked)
    return None


def _of_server(reply: Reply, quoted: str) -> ApiError:
    """Everything else: the server, or something between it and us."""
    if is_passing(reply.status):
        return ApiUnavailable(f"The Analytics API has a fault of its own ({reply.status}){quoted}. {_SAFE}")
    if 300 <= reply.status < 400:
        return ApiUnavailable(
            f"The Analytics API's address answers with a redirect ({reply.status}), which is never followed, so that "
            "the key goes nowhere else. Check UPTAKE_CLAUDE_BASE_URL and any proxy in between."
        )
    if reply.status in {401, 403, 404, 407} or is_web_page(reply):
        return ApiUnavailable(
            f"{_odd_answer(reply)}{quoted}. {_SAFE} Whoever runs the network can let this machine reach the API's "
            "address past it."
        )
    if reply.status == 402 or reply.status < 300:
        return ApiUnavailable(f"{_odd_answer(reply)}{quoted}. {_SAFE}")
    return ApiContractError(f"The Analytics API refused the request ({reply.status}){quoted}. {_SAFE}")


def is_web_page(reply: Reply) -> bool:
    """Whether HTML came instead of data: the page of a proxy, a firewall or a sign-in portal."""
    return "html" in reply.headers.get("content-type", "").lower() or reply.body.lstrip()[:1] == b"<"


def _is_of_others(reply: Reply) -> bool:
    """Whether a refusal is not the API's, whose refusals are JSON; one without a body may be."""
    return is_web_page(reply) or (bool(reply.body.strip()) and _error_body(reply) is None)


def _words(reply: Reply) -> str:
    """What somebody else's refusal says, if that is plain text."""
    kind = reply.headers.get("content-type", "").lower()
    return (
        reply.body[:100_000].decode(errors="replace") if kind.startswith("text/plain") and _is_of_others(reply) else ""
    )


def newest_named_day(message: str, asked_day: dt.date, today: dt.date) -> dt.date | None:
    """The newest day that a "not available" message names as available; None when it names no plausible one.

    One known wording names the refused day first, so the newest date counts, not the first. The day that was asked
    for, days that are not over, and days further back than `PLAUSIBLE_LAG` are passed over.
    """
    named = {day for day in _dates(message) if day != asked_day and today - PLAUSIBLE_LAG <= day < today}
    return max(named, default=None)


def _day_failure(message: str, quoted: str, asked: Asked) -> ApiError:
    latest = newest_named_day(message, asked.day, asked.today)
    others = _dates(message) - {asked.day}
    if latest is None and others and asked.day >= asked.today - PLAUSIBLE_LAG:
        return ApiUnavailable(
            f"The Analytics API has no data for {asked.day} and names no plausible newest day{quoted}. {_SAFE}"
        )
    return DayNotAvailable(f"The Analytics API does not serve {asked.day}{quoted}.", latest)


def _dates(message: str) -> set[dt.date]:
    found = set()
    for year, month, day in _DATE.findall(message):
        try:
            found.add(dt.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found


def _scope_text(message: str, quoted: str, key: str) -> str:
    got, needed = _GOT.search(message), _NEEDED.search(message)
    if got and needed:
        quoted = f": {_clean(needed[0], key)}. {_clean(got[0], key)}"
    return (
        f"The key is valid but may not read analytics (403){quoted}. {_SAFE} Make a key with the scope "
        "read:analytics in the organization's settings, and see that API access is switched on there and that the "
        "organization has the Claude Enterprise plan."
    )


def _odd_answer(reply: Reply) -> str:
    if is_web_page(reply):
        return (
            f"A web page came instead of data ({reply.status}): a proxy, a firewall or a sign-in portal stands between "
            "Uptake and the Analytics API"
        )
    if reply.status == 407:
        return "A proxy asks for a sign-in (407)"
    if reply.status in {401, 403, 404}:
        return (
            f"The answer {reply.status} is not in the form of the Analytics API: a proxy or a firewall may stand in "
            "between, or UPTAKE_CLAUDE_BASE_URL be another server's address"
        )
    return f"The Analytics API answered {reply.status}, which is no page of data"


def _error_of(reply: Reply) -> tuple[str, str]:
    """The code and message of an error body, empty where it has none."""
    error = _error_body(reply) or {}
    details, message = error.get("details"), error.get("message")
    code = details.get("error_code") if isinstance(details, dict) else None
    return (code if isinstance(code, str) else ""), (message if isinstance(message, str) else "")


def _error_body(reply: Reply) -> dict[str, Any] | None:
    """What the API says in a refusal; None when the body is none of its own, as those of proxies."""
    try:
        error = msgspec.json.decode(reply.body)["error"]
    except (msgspec.MsgspecError, ValueError, RecursionError, LookupError, TypeError):
        return None
    return error if isinstance(error, dict) else None


def _quote(message: str, key: str) -> str:
    """The API's words in quotation marks, to be put before a full stop."""
    cleaned = _clean(message, key).removesuffix(".")
    return f': "{cleaned}"' if cleaned else ""


def _clean(text: str, key: str) -> str:
    text = _KEY.sub("[key]", text.replace(key, "[key]"))
    text = "".join(character if character.isprintable() else " " for character in text).strip()
    return text if len(text) <= 300 else text[:299] + "…"
