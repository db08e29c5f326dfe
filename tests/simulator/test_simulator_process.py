"""`python -m simulator` as the demo command starts it."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]


def test_it_announces_itself_in_one_line_serves_and_stops_on_sigterm(tmp_path):
    directory, former = tmp_path / "now.csv", tmp_path / "before.csv"
    command = [sys.executable, "-m", "simulator", "--today", "2026-11-22", "--rate-limit", "3"]
    command += ["--write-directory", str(directory), "--write-former-directory", str(former)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            announced = json.loads(process.stdout.readline())
            assert announced["base_url"].startswith("http://127.0.0.1:")
            assert (announced["earliest"], announced["latest"]) == ("2026-01-01", "2026-11-21")

            headers = {"x-api-key": announced["key"], "anthropic-version": "2023-06-01"}
            users = announced["base_url"] + "/v1/organizations/analytics/users"
            days = ["2026-11-21", "2026-11-22", "2026-11-18", "2026-11-17"]
            statuses = [httpx.get(users, params={"date": day}, headers=headers).status_code for day in days]
            assert statuses == [200, 400, 200, 429]

            found = httpx.get(announced["oidc_metadata_url"]).json()
            assert found["issuer"] == announced["base_url"] + "/oidc"
            strange = httpx.get(announced["oidc_metadata_url"], headers={"host": "rebound.example.com"})
            assert strange.status_code == 400
        finally:
            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=60)
    assert (process.returncode, rest) == (-signal.SIGTERM, "")
    emails = {row["email"] for row in csv.DictReader(directory.read_text(encoding="utf-8").splitlines())}
    assert announced["admin"] in emails
    assert former.read_text(encoding="utf-8") != directory.read_text(encoding="utf-8")
