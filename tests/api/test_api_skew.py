"""A machine whose clock is wrong is noticed by the Date header of the API's answers."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

import httpx
import pytest

from core.api.skew import NONE, sentence, skew
from tests.api.conftest import NOW

PAGE = b'{"data": [], "next_page": null}'


def told(difference: dt.timedelta) -> dict[str, str]:
    return {"date": format_datetime(NOW + difference, usegmt=True)}


def test_a_few_minutes_are_no_difference_and_an_answer_without_a_time_tells_none_r39():
    assert skew(told(dt.timedelta(minutes=5)), NOW) == skew(told(dt.timedelta(minutes=-5)), NOW) == NONE
    assert skew(told(dt.timedelta(minutes=6)), NOW) == dt.timedelta(minutes=6)
    assert skew(told(dt.timedelta(days=-2)), NOW) == dt.timedelta(days=-2)
    for text in ("", "yesterday", "Sun, 99 Nov 2026 09:00:00 GMT"):
        assert skew({"date": text}, NOW) is None
    assert skew({}, NOW) is None


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (dt.timedelta(days=4), "4 days behind the API's"),
        (dt.timedelta(days=-1), "1 day ahead of the API's"),
        (dt.timedelta(hours=2), "2 hours behind the API's"),
        (dt.timedelta(minutes=-7), "7 minutes ahead of the API's"),
    ],
)
def test_the_sentence_says_by_how_much_r39(difference: dt.timedelta, words: str):
    assert sentence(NONE) is None
    assert words in str(sentence(difference))


@pytest.mark.parametrize("minutes", [-2 * 1_440, -7, -4, 0, 4, 7, 2 * 1_440])
def test_a_wait_up_to_a_moment_is_counted_by_the_clock_that_names_it_r39(connect, waits, minutes):
    difference = dt.timedelta(minutes=minutes)
    until = format_datetime(NOW + difference + dt.timedelta(seconds=40), usegmt=True)
    refusal = httpx.Response(429, headers=told(difference) | {"retry-after": until})
    client = connect(refusal, httpx.Response(200, content=PAGE, headers=told(difference)))
    assert client.users(NOW.date()) == PAGE
    assert waits.slept == pytest.approx(40)


def test_a_moment_to_wait_for_is_counted_by_the_clock_that_an_answer_before_told_r39(connect, waits):
    ahead = dt.timedelta(days=2)
    until = format_datetime(NOW + ahead + dt.timedelta(seconds=40), usegmt=True)
    page = httpx.Response(200, content=PAGE, headers=told(ahead))
    client = connect(page, httpx.Response(503, headers={"retry-after": until}), page)
    client.users(NOW.date())
    client.users(NOW.date())
    assert waits.slept == pytest.approx(40)


@pytest.mark.parametrize("days", [-4, -1, 0, 1, 4])
def test_the_newest_day_is_counted_back_from_the_day_of_the_api_r39(connect, days):
    difference = dt.timedelta(days=days)
    client = connect(httpx.Response(200, content=PAGE, headers=told(difference)))
    assert client.newest_day() == (NOW + difference).date() - dt.timedelta(days=1)
    assert client.requests == (1 if days == 0 else 2)


def test_a_newest_day_that_a_refusal_names_is_plausible_by_the_clock_of_the_api_r39(connect):
    error = {"type": "error", "error": {"message": "Not yet available. Latest available is 2026-11-25."}}
    client = connect(httpx.Response(400, json=error, headers=told(dt.timedelta(days=4))))
    assert client.newest_day() == dt.date(2026, 11, 25)


SENSELESS = [
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Mon, 13 Dec 2027 09:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
    "Mon, 01 Jan 99999999999 00:00:00 GMT",
    "1 2 3 4 5 6 7",
]


@pytest.mark.parametrize("date", SENSELESS)
def test_a_time_that_cannot_be_true_is_none_and_days_and_waits_go_by_this_machine_r39(connect, waits, date):
    until = format_datetime(NOW + dt.timedelta(seconds=40), usegmt=True)
    page = httpx.Response(200, content=PAGE, headers={"date": date})
    client = connect(httpx.Response(429, headers={"date": date, "retry-after": until}), page)
    assert client.newest_day() == NOW.date() - dt.timedelta(days=1)
    assert (client.skew, client.today(), client.requests) == (NONE, NOW.date(), 2)
    assert waits.slept == pytest.approx(40)


def test_a_time_that_cannot_be_true_leaves_what_an_answer_before_told_r39(connect):
    ahead = dt.timedelta(days=2)
    odd = httpx.Response(200, content=PAGE, headers={"date": SENSELESS[0]})
    client = connect(httpx.Response(200, content=PAGE, headers=told(ahead)), odd)
    client.users(NOW.date())
    client.users(NOW.date())
    assert client.skew == ahead
