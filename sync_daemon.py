"""The sync daemon: reads the Claude Analytics API every hour and stores what it says.

python sync_daemon.py          runs for ever
python sync_daemon.py --once   one sync; exit status 0 when every day that was due could be read
"""

from __future__ import annotations

import argparse
import sys

from core import settings as configuration
from core.errors import UptakeError
from core.logs import configure_logging
from core.sync import daemon


def main() -> int:
    """Run the daemon; the exit status."""
    parser = argparse.ArgumentParser(description="Read Claude usage counts into Uptake's database.")
    parser.add_argument("--once", action="store_true", help="do one sync and exit")
    arguments = parser.parse_args()
    daemon.stop_on_signals()
    try:
        settings = configuration.load()
        configure_logging(settings.log_format)
        if arguments.once:
            report = daemon.run_once(settings)
            sys.stderr.write(report.message + "\n")
            return 0 if report.outcome == "ok" else 1
        daemon.run_forever(settings)
    except UptakeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except daemon.Stop:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
