"""The vendor's own client reads the simulator: the measure of its wire format."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from typing import Any

import anthropic
import pytest

from simulator.dataset import FixedDataset
from simulator.usage import DemoDataset

from .conftest import DAY, KEY, TODAY, seven_people


@pytest.fixture(params=["authorization", "x-api-key"])
def connect(request, headers_seen):
    """A client that sends the key in one of the two headers; which one it was is checked at the end."""
    with ExitStack() as clients:

        def client(url: str) -> anthropic.Anthropic:
            if request.param == "authorization":
                return clients.enter_context(anthropic.Anthropic(auth_token=KEY, base_url=url, max_retries=0))
            headers: Any = {"x-api-key": KEY, "authorization": anthropic.omit}
            return clients.enter_context(
                anthropic.Anthropic(api_key=KEY, base_url=url, max_retries=0, default_headers=headers)
            )

        yield client
    assert headers_seen == {request.param}


@pytest.fixture
def headers_seen():
    return set()


@pytest.fixture
def serve(serve, headers_seen):
    def note_headers(request):
        if KEY in "".join(request.headers.values()):
            headers_seen.update({"authorization", "x-api-key"} & set(request.headers))

    return lambda dataset, **options: serve(dataset, trouble=note_headers, **options)


def test_it_reads_all_pages_of_users_into_valid_records(serve, connect, dataset: DemoDataset):
    analytics = connect(serve(dataset)).organization.analytics
    users = list(analytics.users.list(date=DAY, limit=20))
    assert len(users) == len(dataset.rows(DAY)) > 40
    for user in users:
        type(user).model_validate(user.model_dump(warnings="error"))
        assert user.last_activity_date == DAY
        assert not user.model_extra and not user.chat_metrics.model_extra and not user.cowork_metrics.model_extra


def test_it_reads_summaries(serve, connect, dataset: DemoDataset):
    analytics = connect(serve(dataset)).organization.analytics
    days = list(analytics.summaries.list(starting_date=DAY - dt.timedelta(days=3), ending_date=TODAY))
    assert [day.starting_at.date() for day in days] == [DAY - dt.timedelta(days=back) for back in (3, 2, 1, 0, -1)]
    for day in days:
        type(day).model_validate(day.model_dump(warnings="error"))
        assert not day.model_extra
    assert days[-2].daily_active_user_count == len(dataset.rows(DAY))


@pytest.mark.parametrize("group_by", [[], ["product"], ["user_id", "product"]])
@pytest.mark.parametrize("name", ["skills", "connectors"])
def test_it_reads_skills_and_connectors_grouped_or_not(serve, connect, dataset: DemoDataset, name: str, group_by):
    resource = getattr(connect(serve(dataset)).organization.analytics, name)
    rows = list(resource.list(date=DAY, limit=40, group_by=group_by))
    assert rows
    for row in rows:
        type(row).model_validate(row.model_dump(warnings="error"))
        assert not row.model_extra
        assert all(getattr(row, dimension) for dimension in group_by)


def test_it_reads_the_days_of_spring_without_the_later_blocks(serve, connect, dataset: DemoDataset):
    analytics = connect(serve(dataset)).organization.analytics
    users = list(analytics.users.list(date=dt.date(2026, 3, 17), limit=1000))
    assert users and sum(user.claude_code_metrics.core_metrics.commit_count for user in users) > 0
    assert {user.office_metrics for user in users} == {None}


def test_it_raises_its_own_errors(serve, connect):
    url = serve(seven_people(), rate_limit=2)
    client = connect(url)
    with pytest.raises(anthropic.BadRequestError, match="Latest available data for this query is 2026-11-21"):
        client.organization.analytics.users.list(date=TODAY)
    with (
        anthropic.Anthropic(auth_token="sk-ant-api01-other", base_url=url, max_retries=0) as stranger,
        pytest.raises(anthropic.AuthenticationError),
    ):
        stranger.organization.analytics.users.list(date=DAY)
    with (
        anthropic.Anthropic(auth_token="sk-ant-admin01-x", base_url=url, max_retries=0) as admin,
        pytest.raises(anthropic.PermissionDeniedError, match="read:analytics"),
    ):
        admin.organization.analytics.users.list(date=DAY)
    client.organization.analytics.users.list(date=DAY)
    with pytest.raises(anthropic.RateLimitError):
        client.organization.analytics.users.list(date=DAY)


def test_an_organisation_without_usage_reads_as_empty(serve, connect):
    analytics = connect(serve(FixedDataset({}))).organization.analytics
    assert list(analytics.users.list(date=DAY)) == []
    assert next(iter(analytics.summaries.list(starting_date=DAY))).daily_adoption_rate is None
