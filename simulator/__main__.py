"""`python -m simulator`: the demo's servers as a process of their own, on loopback only.

Prints one line of JSON when it is ready, then serves until SIGTERM.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import secrets
import sys
from pathlib import Path

from simulator.api import utc_now
from simulator.days import served_days
from simulator.demo import CLIENT_ID, demo_app
from simulator.organisation import directory_csv
from simulator.server import base_url, bind, serve
from simulator.staffing import build_organisation
from simulator.troubles import switched_by
from simulator.usage import DemoDataset


def _rate_limit(text: str) -> int | None:
    if text == "off":
        return None
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("say a number of requests per minute, or off")
    return int(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--today", type=dt.date.fromisoformat, help="stop the simulator's calendar at YYYY-MM-DD (UTC)")
    parser.add_argument("--app-url", default="http://localhost:8501", help="where the dashboard is served")
    parser.add_argument("--rate-limit", type=_rate_limit, default=None, metavar="N|off", help="requests per minute")
    parser.add_argument("--lag-days", type=int, default=1, help="age of the newest day served")
    parser.add_argument("--key", help="the API key; random when not given")
    parser.add_argument("--write-directory", type=Path, metavar="FILE.csv", help="write the directory of today")
    parser.add_argument(
        "--write-former-directory",
        type=Path,
        metavar="FILE.csv",
        help="write the directory as it stood before the first reorganisation",
    )
    parser.add_argument("--trouble", type=Path, metavar="FILE", help="a file that names the trouble to make, if any")
    parser.add_argument("--no-revisions", action="store_true", help="do not let the newest days grow")
    parser.add_argument("--no-spring-shapes", action="store_true", help="give old days today's blocks, with zeros")
    return parser.parse_args()


def _announce(announcement: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(announcement) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Builds the company, writes its directory where asked, and serves."""
    options = _arguments()
    org = build_organisation(options.seed, options.today or utc_now().date())
    noon = dt.time(12, tzinfo=dt.UTC)
    now = (lambda: dt.datetime.combine(options.today, noon)) if options.today else utc_now
    dataset = DemoDataset(org, spring_shapes=not options.no_spring_shapes)
    reorganised_on = min(move.day for move in org.moves)
    if options.write_directory:
        options.write_directory.write_text(directory_csv(org), encoding="utf-8")
    if options.write_former_directory:
        day_before = reorganised_on - dt.timedelta(days=1)
        options.write_former_directory.write_text(directory_csv(org, day_before), encoding="utf-8")

    key = options.key or "sk-ant-api01-simulated-" + secrets.token_urlsafe(24)
    client_secret = secrets.token_urlsafe(32)
    app = demo_app(
        dataset,
        key=key,
        client_secret=client_secret,
        app_url=options.app_url,
        rate_limit=options.rate_limit,
        lag_days=options.lag_days,
        now=now,
        revisions=not options.no_revisions,
        trouble=switched_by(options.trouble) if options.trouble else None,
    )
    served = served_days(dataset, now().date(), options.lag_days)
    with bind(options.port) as listener:
        url = base_url(listener)
        announcement = {
            "base_url": url,
            "key": key,
            "oidc_metadata_url": f"{url}/oidc/.well-known/openid-configuration",
            "client_id": CLIENT_ID,
            "client_secret": client_secret,
            "admin": org.admin.email,
            "earliest": served.earliest.isoformat(),
            "latest": served.latest.isoformat(),
            "reorganised_on": reorganised_on.isoformat(),
        }
        serve(app, listener, ready=lambda: _announce(announcement))


if __name__ == "__main__":
    main()
