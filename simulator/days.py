"""Which days the simulated API serves, how requests name them, and how the newest days are still revised."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from simulator.dataset import Dataset
from simulator.errors import bad_request
from simulator.organisation import API_FLOOR
from simulator.wire import Row

MAXIMUM_SPAN_DAYS = 366

REVISED_SHARE = {1: 0.94, 2: 0.97, 3: 0.99}
"""What a day shows of its final counts, by its age in days; from the fourth day on it is final."""


@dataclass(frozen=True, kw_only=True)
class ServedDays:
    """The days from `earliest` to `latest`, as they are on the day `today`."""

    earliest: dt.date
    latest: dt.date
    today: dt.date

    def check(self, name: str, day: dt.date) -> None:
        """Refuses a day that is too old or too recent, in the words of the production API where they are known."""
        if day > self.latest:
            raise bad_request(f"Latest available data for this query is {self.latest}.")
        if day < self.earliest:
            raise bad_request(f"{name}: must be no earlier than {self.earliest}")


def served_days(dataset: Dataset, today: dt.date, lag_days: int) -> ServedDays:
    return ServedDays(
        earliest=max(API_FLOOR, dataset.earliest),
        latest=min(dataset.latest, today - dt.timedelta(days=lag_days)),
        today=today,
    )


def read_day(request: Request, name: str) -> dt.date | None:
    """A date parameter in the form YYYY-MM-DD; None when it is not given."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise bad_request(f"{name}: {text!r} is not a date in the form YYYY-MM-DD")
    return day


def single_day(request: Request, served: ServedDays) -> dt.date:
    """The `date` of a request for one day; ranges collapse the days and are not simulated."""
    if "starting_date" in request.query_params or "ending_date" in request.query_params:
        raise bad_request("starting_date: this simulator serves single days only; use `date`")
    day = read_day(request, "date")
    if day is None:
        raise bad_request("date: field required")
    served.check("date", day)
    return day


def day_range(request: Request, served: ServedDays) -> list[dt.date]:
    """The days from `starting_date` to before `ending_date`, by default to the newest available one."""
    start = read_day(request, "starting_date")
    if start is None:
        raise bad_request("starting_date: field required")
    served.check("starting_date", start)
    end = read_day(request, "ending_date") or served.latest + dt.timedelta(days=1)
    if end > served.today:
        raise bad_request(f"Latest available data for this query is {served.latest}.")
    if end <= start:
        raise bad_request("ending_date: must be after starting_date")
    if (end - start).days > MAXIMUM_SPAN_DAYS:
        raise bad_request(f"ending_date: at most {MAXIMUM_SPAN_DAYS} days after starting_date")
    end = min(end, served.latest + dt.timedelta(days=1))
    return [start + dt.timedelta(days=offset) for offset in range((end - start).days)]


def as_counted_on(today: dt.date, day: dt.date, rows: list[Row]) -> list[Row]:
    """The rows of `day` as the API counts them on `today`: counts of the newest days still grow by a few per cent."""
    share = REVISED_SHARE.get((today - day).days, 1.0)
    return rows if share == 1.0 else [_scaled(row, share) for row in rows]


def _scaled(value: Any, share: float) -> Any:
    """Rounded up, so that nobody who was active turns inactive and no part outgrows its whole."""
    if isinstance(value, dict):
        return {key: _scaled(entry, share) for key, entry in value.items()}
    return math.ceil(value * share) if type(value) is int else value
