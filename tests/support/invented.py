"""Secrets that stand for real ones; no test depends on what is in them."""

from __future__ import annotations

SECRET = "c41f9b07d2e85a36b19c70f4e6d2385a"
"""As long as `UPTAKE_SECRET_KEY` has to be, and as random as it."""
