"""The entry script: every run of every page comes through here, and the gate comes first.

It lies outside the project's root on purpose. Beside a directory `pages/`, Streamlit would run a page's script for
whoever asks for its address, without this one.
"""

from __future__ import annotations

from core import audit
from core.errors import UnscopedRead, UptakeError
from core.ui import gate
from core.ui.frame import errors, introductions, navigation, shell
from core.ui.session import open_pages, remembered

with open_pages.run():
    try:
        shell.frame()
        scope = gate.require_viewer()
        page = navigation.navigate(scope)
        open_pages.register(scope.viewer, *remembered.drawn_for())
        shell.sidebar_head(page.title)
        mine = navigation.own_name(scope, page)
        shell.account(scope.viewer, mine)
        with introductions.above(scope.viewer, mine), audit.at(page.title), gate.let_in(scope):
            page.run()
    except UnscopedRead:
        raise
    except UptakeError as error:
        errors.show(error)
