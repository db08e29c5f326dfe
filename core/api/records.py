"""A page of JSON to a `UsagePage`: users, their counters, and what was not measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.api.counting import count
from core.api.drift import unknown_fields
from core.api.envelope import Envelope, envelope
from core.api.rows import COUNTERS, LARGEST, LENIENT, STRICT
from core.api.undecoded import DECODE_ERRORS, told
from core.errors import ApiContractError

__all__ = ["Envelope", "UsagePage", "decode", "envelope"]

_ROW = re.compile(r"^data\[[^\]]*\]\.")


@dataclass(frozen=True, eq=False)
class UsagePage:
    """One page of users of one day; the lists and the first axes of the arrays go user by user.

    `values` are in the order of `core.catalogue.MEASURES`, 0 where nothing was counted or measured. Bit
    `slot % MASK_BITS` of word `slot // MASK_BITS` of `unmeasured` marks a measure that was not, or partly, measured.
    `unknown_fields` are dotted paths that the catalogue does not know. An account may have no e-mail address.
    """

    user_ids: list[str]
    emails: list[str | None]
    values: NDArray[np.int32]
    unmeasured: NDArray[np.int64]
    unknown_fields: frozenset[str]
    next_page: str | None


def decode(body: bytes) -> UsagePage:
    """Read a page whole or not at all.

    Raises:
        ApiContractError: the body is no page, a user has no id, or a counter is no whole number from 0 to 2³¹-1.
    """
    page, unknown = _parse(body)
    user_ids = [row.user.id for row in page.data]
    emails = [row.user.email_address or None for row in page.data]
    if "\0" in "".join(user_ids) or "\0" in "".join(filter(None, emails)):
        raise ApiContractError(
            "A user's id or e-mail address holds a NUL character. Nothing of this day was stored.", "data[].user"
        )
    values, unmeasured = count(page.data)
    return UsagePage(user_ids, emails, values, unmeasured, unknown, page.next_page or None)


def _parse(body: bytes) -> tuple[Any, frozenset[str]]:
    """The typed page and its unknown fields. Unknown fields are rare, so only looked for once `STRICT` fails."""
    try:
        return STRICT.decode(body), frozenset()
    except msgspec.ValidationError:
        pass
    except DECODE_ERRORS as error:
        raise _contract_error(error) from error
    try:
        return LENIENT.decode(body), unknown_fields(msgspec.json.decode(body))
    except DECODE_ERRORS as error:
        raise _contract_error(error) from error


def _contract_error(error: Exception) -> ApiContractError:
    problem, where = told(error)
    path = where.removeprefix("$.")
    if isinstance(error, RecursionError):
        text = "The Analytics API's answer is nested too deep to be a page of data."
    elif not isinstance(error, msgspec.ValidationError):
        text = f"The Analytics API's answer is not valid JSON ({problem.removeprefix('JSON is malformed: ')})."
    elif _ROW.sub("", path) in COUNTERS:
        text = (
            f"The Analytics API's answer cannot be counted: {path} has to be a whole number from 0 to {LARGEST:,} "
            f"({problem.replace('`', '')})."
        )
    else:
        text = f"The Analytics API's answer has an unexpected shape at {path or 'its top'}: {problem.replace('`', '')}."
    return ApiContractError(f"{text} Nothing of this day was stored.", path)
