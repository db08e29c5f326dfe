"""The sign-in cookie is read as the pages read it, whatever other applications of the same host have set."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.personas import ALICE
from tests.support.served import Site, site_in
from tests.support.sockets import USER


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_in(tmp_path_factory.mktemp("site")) as served:
        yield served


@pytest.mark.parametrize("other", ['prefs={"a":1}', "odd", "a b=c", "ü=é", "x=[1, 2]"])
def test_a_cookie_of_another_application_does_not_hide_the_sign_in(site, other):
    header = f"{other}; {USER}={site.cookie(ALICE)}".encode()
    answer = httpx.get(f"{site.url}/people", headers={b"accept": b"text/html", b"cookie": header})
    assert "uptake_return" not in answer.cookies, "taken for somebody who has to sign in"


@pytest.mark.parametrize("note", ["éé", "%", "====", "a" * 5_000, '"'])
def test_a_note_that_is_none_leads_nowhere(site, note):
    header = f"{USER}={site.cookie(ALICE)}; uptake_return={note}".encode()
    assert httpx.get(f"{site.url}/", headers={b"accept": b"text/html", b"cookie": header}).status_code == 200
