"""How a run of the sync ends, in the words that stand in its record."""

from __future__ import annotations

from enum import StrEnum


class RunOutcome(StrEnum):
    """The outcome of a run.

    PARTIAL: some days could not be read, or are held until an admin accepts them. FAILED: nothing more could be read.
    STOPPED: the daemon ended before the run did.
    """

    RUNNING = "running"
    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"
    STOPPED = "stopped"
