"""Figures from scoped rows: adoption, tiers, trends, people, charts and exports. Knows neither Streamlit nor SQL."""
