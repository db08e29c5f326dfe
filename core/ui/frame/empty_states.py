"""What a page says when there is nothing to show: why, and what to do about it."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from core.catalogue import ANY, Product
from core.reports.periods import Period
from core.ui.frame import navigation
from core.viewers import Role
from core.visibility import Scope


def no_data_yet(scope: Scope) -> NoReturn:
    """No day is stored yet."""
    with st.container(border=True):
        st.subheader("No usage has been read yet", anchor=False)
        if scope.viewer.may(Role.CONNECTION):
            st.write("Connect Claude, or look at how the first sync is getting on.")
            st.page_link(navigation.file_of("connection"), label="Open Connection", icon=":material/cable:")
        else:
            st.write("The first sync has not finished. Come back in a while, or ask the people who run Uptake.")
    st.stop()


def no_data_in_range(product: Product, period: Period) -> None:
    """No day of the range says anything about a product, or about Claude at all."""
    if product is ANY:
        st.info(f"No day of this range ({period}) has data, so nothing can be said about it. Choose another range.")
    else:
        st.info(
            f"{product.label} was not measured on any day of this range ({period}), which does not mean that nobody "
            "used it. Choose another product or range."
        )


def no_use(product: Product) -> None:
    """Nobody of a team used a product, or Claude at all, in the range."""
    if product is ANY:
        st.info("Nobody of this team used Claude in this range. Choose a longer range, or another team.")
    else:
        st.info(
            f"Nobody of this team used {product.noun} in this range. Choose another product, a longer range, "
            "or another team."
        )
