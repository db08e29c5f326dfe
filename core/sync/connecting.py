"""Clients of the API, made as the settings say."""

from __future__ import annotations

from collections.abc import Callable

from core.api.client import AnalyticsClient
from core.api.governor import Governor, never
from core.settings import Settings


def connector(
    settings: Settings, governor: Governor, stop: Callable[[], bool] = never
) -> Callable[[str], AnalyticsClient]:
    """A function that opens a client for a key; all of them share one governor, so the limit holds for the process."""

    def connect(key: str) -> AnalyticsClient:
        return AnalyticsClient(
            settings.claude_base_url, key, version=settings.anthropic_version, governor=governor, stop=stop
        )

    return connect
