"""Trouble on demand: each word makes the API answer so that Uptake says the right thing of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.api.client import AnalyticsClient
from core.api.governor import Governor
from core.api.records import decode
from core.errors import ApiKeyRejected, ApiRateLimited, ApiUnavailable, DayNotAvailable
from simulator.api import create_app
from simulator.dataset import FixedDataset
from simulator.server import running
from simulator.troubles import KINDS, switched_by
from simulator.wire import usage_row

KEY = "sk-ant-api01-invented-for-the-tests"
YESTERDAY = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
RECENT = {
    "rejected": (ApiKeyRejected, "does not accept the key"),
    "scope": (ApiKeyRejected, "Got: \\['api:admin'\\]"),
    "down": (ApiUnavailable, "503"),
    "limit": (ApiRateLimited, "429"),
    "late": (DayNotAvailable, "does not serve"),
    "portal": (ApiUnavailable, "A web page came instead of data"),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "trouble.txt"


@pytest.fixture(scope="module")
def client(file: Path) -> Iterator[AnalyticsClient]:
    data = FixedDataset({YESTERDAY: [usage_row("user_ann", "ann@example.com")]}, latest=YESTERDAY, seats=1)
    with running(create_app(data, key=KEY, trouble=switched_by(file))) as url:
        governor = Governor(60_000)
        with AnalyticsClient(url, KEY, version="2023-06-01", governor=governor, sleep=lambda _seconds: None) as made:
            yield made


@pytest.mark.parametrize("word", RECENT)
def test_each_word_makes_its_trouble_until_the_file_is_empty(client: AnalyticsClient, file: Path, word: str):
    error, sentence = RECENT[word]
    file.write_text(f"{word}\n")
    with pytest.raises(error, match=sentence):
        client.users(YESTERDAY)
    file.write_text("")
    assert decode(client.users(YESTERDAY)).user_ids == ["user_ann"]


def test_an_empty_day_is_a_page_without_users(client: AnalyticsClient, file: Path):
    file.write_text("empty")
    assert len(decode(client.users(YESTERDAY)).user_ids) == 0
    assert b"summaries" in client.summaries(YESTERDAY, YESTERDAY)


def test_an_unknown_word_and_no_file_are_no_trouble(client: AnalyticsClient, file: Path):
    file.write_text("weather")
    assert client.validate() == YESTERDAY
    file.unlink()
    assert client.validate() == YESTERDAY
    assert RECENT.keys() == KINDS.keys() - {"empty"}
