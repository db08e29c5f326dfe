"""Signs of life of the sync: whoever goes on asking whether to stop is at work, and who does not is stuck.

systemd is told of them, which starts a stuck daemon anew (sd_notify(3), `WatchdogSec` of the service). Elsewhere one
loses the lease at least, so that another daemon takes over.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from time import monotonic

LONGEST = 600.0
"""Seconds without a sign after which the sync is stuck: no request, pause or day of a large company takes as long."""

_TELL_SECONDS = 1.0
_last = [monotonic(), float("-inf")]


def alive() -> None:
    """Give a sign of life; systemd, where it started this process, hears of one a second."""
    _last[0] = now = monotonic()
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or now - _last[1] < _TELL_SECONDS:
        return
    _last[1] = now
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as teller:
        teller.sendto(b"WATCHDOG=1", socket.MSG_DONTWAIT, f"\0{address[1:]}" if address.startswith("@") else address)


def is_stuck() -> bool:
    """Whether the last sign of life was too long ago."""
    return monotonic() - _last[0] > LONGEST
