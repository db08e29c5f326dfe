"""A page for each fact about Streamlit that Uptake's gate rests on; run by a server of its own, and never by Uptake."""

from __future__ import annotations

import json

import pandas as pd
import plotly.express as px
import streamlit as st


@st.cache_data
def rows_of(_viewer: str, day: str) -> str:
    return f"rows of {_viewer} on {day}"


def files(who: str) -> None:
    def build() -> bytes:
        return f"{who} {json.dumps(st.user.to_dict())}".encode()

    st.download_button("built", build, file_name="a.txt", key="built")
    st.download_button("plain", b"known content", file_name="known.csv", mime="text/csv", key="plain")
    large = bytearray(b"x" * 2_000_000)
    large[300_000] = ord(who[0])  # neither in the first, the middle nor the last 64 KiB
    st.download_button("large", bytes(large), file_name="large.bin", key="large")


def widgets() -> None:
    def changed() -> None:
        st.session_state["seen"] = st.session_state["choice"]

    chosen = st.selectbox("Choice", ["one", "two"], key="choice", on_change=changed)
    st.text(f"callback saw {st.session_state.get('seen')}, body saw {chosen}")


@st.fragment
def part() -> None:
    st.text("the fragment ran")
    st.button("again", key="again")


def hidden() -> None:
    frame = pd.DataFrame({"shown": ["a"], "secret": ["canary-column"]})
    st.dataframe(frame, column_order=["shown"], key="ordered")
    points = pd.DataFrame({"value": [101.25, 102.5, 103.75, 999_983.0]})
    st.plotly_chart(px.box(points, y="value", points=False), key="box")


def fail() -> None:
    raise RuntimeError("canary-in-an-error")


def other() -> None:
    st.text("the other page ran")


def secret() -> None:
    st.text("the secret page ran")


case = st.query_params.get("case", "")
who = str(st.user.get("email", "nobody"))
st.text(f"the script ran for {who}")
if case == "files":
    files(who)
elif case == "widgets":
    widgets()
elif case == "fragment":
    st.text("the guard ran")
    part()
elif case == "hidden":
    hidden()
elif case == "fail":
    fail()
elif case == "cache":
    st.text(rows_of(who, "today"))
elif case == "pages":
    pages = [st.Page(other, title="Other", url_path="other", default=True)]
    if who == "bob@example.com":
        pages.append(st.Page(secret, title="Secret", url_path="secret"))
    st.navigation(pages).run()
