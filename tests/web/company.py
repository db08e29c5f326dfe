"""An invented company of six, and what a sign-in provider says about its people."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

ENTRY = Path(__file__).resolve().parents[2] / "core/ui/main.py"
ADMIN = "ada@example.com"
OUTSIDE_ADMIN = "operator@example.com"
ROSTER = b"""email,name,manager_email,end_date
boss@example.com,Bo Boss,,
mara@example.com,Mara Manager,boss@example.com,
emil@example.com,Emil Employee,mara@example.com,
paula@example.com,Paula Peer,boss@example.com,
ada@example.com,Ada Admin,boss@example.com,
lena@example.com,Lena Leaver,mara@example.com,2026-01-31
"""
HIRED = dt.date(2026, 1, 1)
SECRET = "c41f9b07d2e85a36b19c70f4e6d2385a"


ISSUER = "https://sign-in.example.com"


def claims_of(email: object, **claims: object) -> dict[str, object]:
    """What the provider says about somebody who signed in a minute ago."""
    who = {"iss": ISSUER, "sub": f"subject of {email}", "email": email, "email_verified": True}
    return {"is_logged_in": True, **who, "iat": time.time() - 60, **claims}
