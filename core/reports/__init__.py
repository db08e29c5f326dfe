"""Figures from scoped rows, and what is made of them. Knows neither Streamlit nor SQL.

`measures` has the definitions: active people, tiers, trends, context marks; `wording` says them. `adoption`, `teams`,
`people` and `organisation` are the figures of the pages of those names; `charts` draws them. `briefs`, `reviews` and
`exports` are what is taken along.
"""
