"""Every option of Streamlit's with which somebody could see what is not theirs stops the start, wherever it is set."""

from __future__ import annotations

import pytest
from streamlit import config

from core import settings as configuration
from core.errors import SettingsError
from core.web import options


@pytest.mark.parametrize("name", options.SAFE)
def test_a21_a43_an_unsafe_option_is_refused_by_its_name(monkeypatch, name):
    wanted = options.SAFE[name]
    other = not wanted if isinstance(wanted, bool) else "full" if name.endswith("showErrorDetails") else ["x-user"]
    present = dict(options.SAFE)
    monkeypatch.setattr(config, "get_option", present.__getitem__)
    options.refuse_unsafe_options()
    present[name] = other
    with pytest.raises(SettingsError, match=f"option {name} must be"):
        options.refuse_unsafe_options()


def test_every_option_that_is_asserted_is_one_of_the_locked_streamlit():
    assert set(options.SAFE) <= config.get_config_options().keys()


@pytest.mark.parametrize(
    ("public_url", "hosts"),
    [
        ("https://uptake.example.com:8443", ["uptake.example.com"]),
        ("http://localhost:8501", ["localhost", "localhost", "127.0.0.1", "::1"]),
    ],
)
def test_a45_only_the_public_host_is_served(environment, public_url, hosts):
    environment.setenv("UPTAKE_PUBLIC_URL", public_url)
    assert options.server_options(configuration.load())["server.allowedHosts"] == hosts
