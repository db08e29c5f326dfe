"""The whole demo as one application: the analytics API of the demo company and its sign-in."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount

from simulator.api import Clock, Trouble, create_app, utc_now
from simulator.oidc import create_provider
from simulator.usage import DemoDataset

CLIENT_ID = "uptake-demo"


def demo_app(
    dataset: DemoDataset,
    *,
    key: str,
    client_secret: str,
    app_url: str,
    rate_limit: int | None = None,
    lag_days: int = 1,
    now: Clock = utc_now,
    revisions: bool = True,
    trouble: Trouble | None = None,
) -> Starlette:
    """The API under its usual path and the provider under `/oidc`.

    Only requests that call this machine by its own name are answered, so that no web page can reach in by a name of its
    own that resolves to loopback.
    """
    api = create_app(
        dataset, key=key, rate_limit=rate_limit, lag_days=lag_days, now=now, trouble=trouble, revisions=revisions
    )
    provider = create_provider(dataset.org, client_id=CLIENT_ID, client_secret=client_secret, app_url=app_url)
    return Starlette(
        routes=[Mount("/oidc", provider), Mount("/", api)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )
