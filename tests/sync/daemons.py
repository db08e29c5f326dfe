"""Daemons in processes of their own, which a test may stop or kill."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from core.settings import Settings
from core.sync import daemon

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])  # the libraries load once, so that a daemon starts in no time


def start(target: Callable[[Settings], None], settings: Settings) -> BaseProcess:
    """Run a target of this module in a new process."""
    process = _CONTEXT.Process(target=target, args=(settings,), daemon=True)
    process.start()
    return process


def until_stopped(settings: Settings) -> None:
    """What `sync_daemon.py` does, without its command line."""
    daemon.stop_on_signals()
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - to the end of the process
    try:
        daemon.run_forever(settings)
    except daemon.Stop:
        sys.exit(0)


def once(settings: Settings) -> None:
    """One sync."""
    daemon.run_once(settings)
