"""Pages of `/summaries`, `/skills` and `/connectors` to typed rows: figures of the whole organisation, without people.

Source: types `AnalyticsSingleDayActivitySummary`, `AnalyticsSkillActivity` and `AnalyticsConnectorActivity` of the
official SDK 2.12.0. A count that is null or missing was not measured, and stays None; it is never zero.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta, Struct

from core.api.drift import USERS, Known, unknown_fields
from core.api.envelope import LONGEST_CURSOR
from core.api.rows import LARGEST
from core.api.undecoded import DECODE_ERRORS, told
from core.catalogue import SUMMARIES
from core.errors import ApiContractError

Row = TypeVar("Row")

_Count = (
    Annotated[int, Meta(ge=0, le=LARGEST)] | Annotated[float, Meta(ge=0, le=LARGEST, multiple_of=1)] | None  # 3 or 3.0
)
_Name = Annotated[str, Meta(min_length=1, max_length=1_000, pattern=r"\A[^\x00]*\Z")]
_SINCE_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}(T00:00(:00(\.0+)?)?(Z|\+00:00)?)?")

SPANS = ("daily", "weekly", "monthly")
ACTIVE = tuple(f"{prefix}{span}_active" for prefix in ("", *(f"{each.key}_" for each in SUMMARIES)) for span in SPANS)
"""The counts of active users of an `OrganisationDay`: of all products ("daily_active"), then of each."""

_OFFICE = ("excel", "outlook", "powerpoint", "word")
_ENVELOPE = frozenset({"next_page", "has_more"})


@dataclass(frozen=True)
class TotalsPage(Generic[Row]):
    """One page of rows; `unknown_fields` are dotted paths that begin with the endpoint's name."""

    rows: list[Row]
    unknown_fields: frozenset[str]
    next_page: str | None


class SkillUse(Struct, frozen=True, kw_only=True, rename={"name": "skill_name", "display_name": "skill_display_name",
                                                          "users": "distinct_user_count",
                                                          "invocations": "invocation_count",
                                                          "enabled": "enable_count"}):  # fmt: skip
    """One skill on one day. `name` is its key, and for many skills an opaque id; None where nothing was measured."""

    name: _Name
    display_name: _Name | None = None
    share_status: _Name | None = None
    users: _Count = None
    invocations: _Count = None
    enabled: _Count = None


class ConnectorUse(Struct, frozen=True, kw_only=True, rename={"name": "connector_name",
                                                              "display_name": "connector_display_name",
                                                              "users": "distinct_user_count",
                                                              "reads": "read_call_count",
                                                              "writes": "write_call_count",
                                                              "unclassified": "unclassified_call_count"}):  # fmt: skip
    """One connector on one day; its calls are None before 29 May 2026, and where Claude does not tell them apart."""

    name: _Name
    display_name: _Name | None = None
    users: _Count = None
    reads: _Count = None
    writes: _Count = None
    unclassified: _Count = None


OrganisationDay = msgspec.defstruct(
    "OrganisationDay",
    [("day", dt.date), *((name, _Count, None) for name in (*ACTIVE, "seats", "pending_invites", "science_entitled"))],
    rename={name: f"{name}_user_count" for name in (*ACTIVE, "science_entitled")}
    | {"seats": "assigned_seat_count", "pending_invites": "pending_invite_count"},
    frozen=True,
    module=__name__,
)
"""Seats and active users of one UTC day, as Claude counts them. Adoption rates are left out: they divide these two."""


def _surfaces(noun: str) -> set[str]:
    """Distinct conversations and sessions by surface: not stored, as they neither add up nor name a use."""
    conversation, session = (f"distinct_{unit}_{noun}_used_count" for unit in ("conversation", "session"))
    found = {f"chat_metrics.{conversation}", f"claude_code_metrics.{session}", f"cowork_metrics.{session}"}
    found |= {f"office_metrics.{product}.{session}" for product in _OFFICE}
    unified = "chat_cowork_unified_metrics"
    return found | {f"{unified}.chat.{conversation}", f"{unified}.sessions.{session}"}


def _known(row: Any, ignored: set[str], rows: str = "data") -> Known:
    read = {field.encode_name for field in msgspec.structs.fields(row)}
    return Known(frozenset(read | ignored), _ENVELOPE | {rows}, rows)


_GROUPED = {"product", "user_id", "rbac_group_id", "rbac_group_name"}
"""Set on grouped rows only, which are never asked for."""
_MONEY = {"attributed_list_price", "estimated_overage_spend", "currency"}
"""Uptake reads no money."""
_AUTH = {"individual_auth_distinct_user_count", "managed_auth_distinct_user_count"}
"""How people signed in to a connector is an administrator's matter, not usage."""
_OF_SUMMARIES = {"ending_at", "starting_at", "starting_date", "ending_date", "date"} | {
    f"{span}_adoption_rate" for span in SPANS
}

_SKILLS = _known(SkillUse, _GROUPED | _MONEY | _surfaces("skill"))
_CONNECTORS = _known(ConnectorUse, _GROUPED | _AUTH | _surfaces("connector"))
_DAYS = {rows: _known(OrganisationDay, _OF_SUMMARIES, rows) for rows in ("data", "summaries")}


_KNOWN = {"skills": [_SKILLS], "connectors": [_CONNECTORS], "summaries": list(_DAYS.values())}


def is_known(path: str) -> bool:
    """Whether this version knows a field that was once noted as unknown, of a total or of the usage per person."""
    endpoint, _, rest = path.partition(".")
    return any(known.names(rest) for known in _KNOWN[endpoint]) if endpoint in _KNOWN else USERS.names(path)


def skills(body: bytes) -> TotalsPage[SkillUse]:
    """Read a page of skills whole or not at all.

    Raises:
        ApiContractError: the body is no such page, a row has no name, or a count is no whole number from 0 to 2³¹-1.
    """
    return _page("skills", _json("skills", body), SkillUse, _SKILLS)


def connectors(body: bytes) -> TotalsPage[ConnectorUse]:
    """Read a page of connectors whole or not at all; raises what `skills` does."""
    return _page("connectors", _json("connectors", body), ConnectorUse, _CONNECTORS)


def summaries(body: bytes) -> TotalsPage[Any]:
    """Read a series of `OrganisationDay`s whole or not at all; raises what `skills` does.

    API version 2023-06-01 has the rows under "summaries", later ones under "data"; a day is known by `starting_at`, in
    the oldest shape by `starting_date`.
    """
    page = _json("summaries", body)
    known = _DAYS["summaries" if "summaries" in page and "data" not in page else "data"]
    return _page("summaries", page, OrganisationDay, known)


def _json(endpoint: str, body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except DECODE_ERRORS as error:
        raise _contract_error(endpoint, error) from error


def _page(endpoint: str, page: dict[str, Any], row: type[Row], known: Known) -> TotalsPage[Row]:
    try:
        rows = msgspec.convert(page.get(known.rows, msgspec.UNSET), list[dict[str, Any]])
        cursor = msgspec.convert(page.get("next_page"), Annotated[str, Meta(max_length=LONGEST_CURSOR)] | None)
        unknown = unknown_fields(page, known)
        if row is OrganisationDay:
            rows = [{**given, "day": _day(given)} for given in rows]
        typed = msgspec.convert({known.rows: rows}, dict[str, list[row]])[known.rows]  # type: ignore[valid-type]
    except DECODE_ERRORS as error:
        raise _contract_error(endpoint, error) from error
    return TotalsPage(typed, frozenset(f"{endpoint}.{path}" for path in unknown), cursor or None)


def _day(row: dict[str, Any]) -> str:
    """The UTC day that a summary begins with."""
    start = next((row[name] for name in ("starting_at", "starting_date", "date") if name in row), None)
    if not isinstance(start, str) or not _SINCE_MIDNIGHT.fullmatch(start):
        raise ValueError(f"a day has to begin at midnight UTC, not at {start!r}")
    return start[:10]


def _contract_error(endpoint: str, error: Exception) -> ApiContractError:
    problem, where = told(error)
    path = where.removeprefix("$").lstrip(".")
    return ApiContractError(
        f"The Analytics API's answer about {endpoint} cannot be understood{f' at {path}' if path else ''}: "
        f"{problem.replace('`', '')[:300]}. Nothing of it was stored; what was stored before stays.",
        f"{endpoint}.{path}" if path else endpoint,
    )
