"""The page of the demo sign-in: choose a person. One HTML document that loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from starlette.responses import HTMLResponse

from simulator.identities import Identity
from simulator.organisation import COMPANY

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}

_STYLE = """
:root { color-scheme: light dark; --line: light-dark(#d9dde3, #3a4049); --soft: light-dark(#55606e, #a3adba);
  --raised: light-dark(#f5f7f9, #21262d); --accent: light-dark(#1f5fa8, #7db4f0); }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
p { color: var(--soft); margin: .3rem 0 0; }
input { box-sizing: border-box; font: inherit; margin-top: 1.2rem; padding: .55rem .7rem; width: 100%;
  border: 1px solid var(--line); border-radius: 6px; background: var(--raised); color: inherit; }
input::placeholder { color: var(--soft); }
ul { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
li { border-bottom: 1px solid var(--line); }
button { all: unset; box-sizing: border-box; cursor: pointer; display: block; padding: .5rem .4rem; width: 100%; }
button:hover { background: var(--raised); }
button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: -1px; }
b { font-weight: 600; } span { color: var(--soft); } small { color: var(--soft); display: block; }
"""

_SCRIPT = """
const box = document.querySelector('input[type=search]'), none = document.getElementById('none');
box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\\s+/);
  let found = 0;
  for (const group of document.querySelectorAll('section')) {
    let shown = 0;
    for (const entry of group.querySelectorAll('li')) {
      entry.hidden = !words.every(word => entry.textContent.toLowerCase().includes(word));
      shown += !entry.hidden;
    }
    group.hidden = !shown;
    found += shown;
  }
  none.hidden = found > 0;
});
"""


def picker_page(featured: Sequence[Identity], everybody: Sequence[Identity], hidden: Mapping[str, str]) -> HTMLResponse:
    """The page; `hidden` are the parameters of the authorization request, which the form sends back."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    sections = _section("To begin with", featured)
    for department, members in groupby(everybody, key=lambda identity: identity.department):
        sections += _section(department, list(members))
    # The search box stands outside the form: Enter in it would press the form's first button and sign in as the CEO.
    body = f"""
<h1>Sign in to the demo</h1>
<p>{escape(COMPANY)} and its people are invented. Choose whom to be; there is no password.</p>
<input type="search" aria-label="Search people" placeholder="Search by name, title or department" autocomplete="off">
<form method="post">{fields}
{sections}
<p id="none" role="status" hidden>Nobody of that name.</p>
</form>
<script>{_SCRIPT}</script>"""
    return _page(body, 200)


def refusal_page(sentence: str) -> HTMLResponse:
    """Shown instead of a redirect when the request cannot be trusted."""
    return _page(f"<h1>This sign-in cannot go on</h1><p>{escape(sentence)}</p>", 400)


def _page(body: str, status: int) -> HTMLResponse:
    document = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Demo sign-in</title>
<style>{_STYLE}</style></head><body>{body}</body></html>"""
    return HTMLResponse(document, status_code=status, headers=SECURITY_HEADERS)


def _section(title: str, identities: Sequence[Identity]) -> str:
    entries = "".join(_entry(identity) for identity in identities)
    return f"<section><h2>{escape(title)}</h2><ul>{entries}</ul></section>"


def _entry(identity: Identity) -> str:
    about = " · ".join(escape(part) for part in (identity.title, identity.department) if part)
    note = f"<small>{escape(identity.note)}</small>" if identity.note else ""
    return (
        f'<li><button name="choice" value="{escape(identity.choice)}">'
        f"<b>{escape(identity.name)}</b> <span>{about}</span>{note}</button></li>"
    )
