"""The web application: `python app.py` serves it at the address and port of the settings."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from core.errors import SettingsError
from core.logs import adopt, configure_logging
from core.ui import gate, watch
from core.ui.frame import errors
from core.ui.session import resources, sessions
from core.ui.widgets import downloads
from core.version import version
from core.web import middleware, oidc, options, routes
from core.web.latest import Latest

try:
    settings = resources.settings()
except SettingsError as error:
    sys.exit(str(error))
configure_logging(settings.log_format)

# Streamlit reads this one before it knows the secrets below; every process behind one address needs the same.
os.environ["STREAMLIT_SERVER_COOKIE_SECRET"] = oidc.cookie_key(settings)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Check Streamlit's options, import what every page needs, keep the collector off that; then look after pages."""
    try:
        options.refuse_unsafe_options()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        os._exit(1)  # nothing is open yet, and any other way out of here would print a traceback
    import pandas as pd  # noqa: PLC0415 - imported here for its time, not for its name
    import plotly.graph_objects as go  # noqa: PLC0415
    import sqlmodel  # noqa: F401, PLC0415

    go.Figure(go.Scatter(x=pd.Series([1]), y=pd.Series([1]))).to_json()
    adopt("streamlit", "uvicorn", "websockets")
    gc.collect()
    gc.freeze()
    watching = asyncio.create_task(
        watch.look_after_pages(Latest(watch.outdated, patience=5.0, fresh=0.0, stale=5.0).get)
    )
    try:
        yield
    finally:
        watching.cancel()
        resources.close()


app = st.App(
    Path(__file__).parent / "core/ui/main.py",
    secrets=oidc.auth_secrets(settings),
    lifespan=lifespan,
    routes=routes.watch_routes(resources.is_ready, resources.health, version(), settings.metrics_token),
    middleware=middleware.stack(settings, gate.admits, sessions.end, downloads.may_fetch),
    on_script_error=errors.on_script_error,
)

if __name__ == "__main__":
    app.run(config=options.server_options(settings))
