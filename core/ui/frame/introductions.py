"""The note that explains a page in three sentences: at the first visit by itself, later when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import UptakeError
from core.ui.session import resources
from core.viewers import Viewer, introductions

TEXTS = {
    "my-usage": "These are your own numbers, the same that your managers see. The filters choose the days, the tabs a "
    "product. Who can see this and who looked stands further down, and you can take all of it away.",
    "adoption": "This page answers how many of your people use Claude, whether it grows, and in which products. Choose "
    "a team, product and range; each number says what it is out of and what it was in the period before. What "
    "you choose stands in the address, so a copied link shows the same to anybody who may see it.",
    "teams": "Each row is the team of somebody below, with everybody under them. Click a name to go down, and the path "
    "above the numbers to come back. Further down, two to four teams can be laid side by side.",
    "people": "Everybody of the team is listed, with or without use, by name. Search, narrow or sort; click a name, "
    "or choose one from the list, to open the person. Each look at somebody is written to the access log, and that "
    "person can read who looked.",
    "person": "These are one person's numbers, exactly as that person sees them on My usage. They count use; they do "
    "not judge it. Your look is in the access log, which that person can read.",
    "organisation": "These are totals that Claude reports for the whole organisation, without any person. Beside "
    "them stands what Uptake counts of the people you see. Skills and connectors are listed by name where "
    "Claude reports them.",
    "review-exports": "Choose people, a period and statistics, and take a review away as CSV, XLSX, PDF or JSON. Each "
    "file says where its figures come from and can be verified later. Each file is in the access log of those whom it "
    "is about.",
    "brief": "The brief prepares a talk between two people: what is new, what grew or fell, what lapsed, and three "
    "open questions. Both read the same text, made by fixed rules. Copy it, or take it along as a PDF.",
    "connection": "Here Claude is connected, once, with a key that reads counts only. The page says how far the data "
    "reaches, how the last sync went and what needs somebody. Nothing here shows a person's numbers.",
    "directory": "The directory says who reports to whom, and so who sees whom. A file is previewed before anything "
    "changes. The last imports can be undone.",
    "matching": "Claude users whom no e-mail address matches to an employee are listed here. A link moves their whole "
    "history to that person, which is previewed first. Each decision can be taken back.",
    "roles": "Admins see everybody and keep everything; the two smaller roles keep the connection or the directory. "
    "Give and take roles here, and let in sign-ins that wait. The last admin stays.",
    "annotations": "Say what happened on some days, such as a rollout or a training. It is marked on the charts of "
    "everybody, or of one team. It changes no number.",
    "access-log": "Every look at somebody else's numbers, every file and every act of an admin is listed here. Entries "
    "cannot be changed unnoticed. Narrow by person, kind or day.",
    "what-my-manager-sees": "This is your page as your manager has it, read with your manager's rights. It holds the "
    "same numbers as My usage. Nothing can be changed from here.",
    "how-it-is-counted": "Every statistic stands here with its meaning, its source and what it leaves out. The pages "
    "print the same words beside the numbers. No conversation, prompt, code or file is ever read.",
}
"""Three sentences for each page, by its address."""

_PUT_AWAY, _ASKED, _DONE = "uptake_notes_put_away", "uptake_note_asked", "uptake_note_done"


@contextmanager
def above(viewer: Viewer, page: str) -> Iterator[None]:
    """The page's note above what is drawn inside; gone where the page is refused, for it explains what is not there."""
    if not _is_wanted(viewer, page):
        yield
        return
    place = st.empty()
    with place.container(border=True, horizontal=True, wrap=False, vertical_alignment="center", key="introduction"):
        st.markdown(TEXTS[page], width="stretch")
        st.button("Got it", key="introduction-done", on_click=_set, args=(_DONE, page), type="secondary")
    try:
        yield
    except UptakeError:
        place.empty()
        raise


def _is_wanted(viewer: Viewer, page: str) -> bool:
    """Whether this viewer has not put the note away, or asks for it."""
    if page not in TEXTS:
        return False
    if _PUT_AWAY not in st.session_state:
        st.session_state[_PUT_AWAY] = introductions.put_away(resources.database(), viewer)
    if st.session_state.pop(_DONE, None) == page:
        st.session_state[_ASKED] = None
        if page not in st.session_state[_PUT_AWAY]:
            introductions.put_away_one(resources.database(), viewer, page)
            st.session_state[_PUT_AWAY] |= {page}
    return page not in st.session_state[_PUT_AWAY] or st.session_state.get(_ASKED) == page


def ask(page: str) -> None:
    """A button that shows the page's note again."""
    if page in TEXTS:
        st.button(
            "About this page",
            icon=":material/info:",
            type="tertiary",
            key="introduction-ask",
            on_click=_set,
            args=(_ASKED, page),
        )


def _set(name: str, page: str) -> None:
    st.session_state[name] = page
