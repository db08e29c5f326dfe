"""What a fault is: where it strikes, how a run with it has to end, and what makes good again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import httpx

from tests.sync.faults.api import Asked, Fault
from tests.sync.faults.stage import DAY, NOW, PHASES, Stage

HEALED = "healed"
"""The run with the fault ends as if there had been none."""

KEPT = "kept"
"""Each day is as before or as without the fault, and the Connection page says why it is not the latter."""

TAKEN = "taken"
"""The API's word was taken, whole and with right sums, since nothing shows that it is wrong."""

EITHER = ("sqlite", "postgresql")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault with its number. `answer` stands in front of the API, `around` is what happens to host or database.

    `says`: a part of the sentence that tells of it, which no other state of affairs has; where phases or databases have
    sentences of their own, one for each. The Connection page has that sentence, or else `why_not_on_page` says why only
    the error has it. `raises`: the run ends with such an error. `cure`: what an admin does afterwards, besides waiting:
    "key" or "read again".
    """

    id: str
    name: str
    ends: str = KEPT
    says: str | Mapping[str, str] = ""
    answer: Fault | None = None
    around: Callable[[Stage], AbstractContextManager[None]] | None = None
    raises: type[BaseException] | None = None
    why_not_on_page: str = ""
    cure: str = ""
    now: dt.datetime = NOW
    phases: tuple[str, ...] = PHASES
    kinds: tuple[str, ...] = EITHER
    why_not_all: str = ""

    def __post_init__(self) -> None:
        """Refuse a case that tries nothing, or whose sentence could be that of anything.

        Raises:
            ValueError: it is such a case.
        """
        if self.answer is None and self.around is None and self.now == NOW:
            raise ValueError(f"{self}: nothing happens.")
        if self.ends != KEPT and (self.says or self.raises):
            raise ValueError(f"{self}: a run that ends as without a fault has nothing to say of one.")
        if self.why_not_on_page and self.raises is None:
            raise ValueError(f"{self}: nobody is told.")
        for phase in self.phases if self.ends == KEPT else ():
            for kind in self.kinds:
                if len(self.sentence(phase, kind).split()) < 3:
                    raise ValueError(
                        f"{self}: name a part of what is said in {phase} on {kind}, of three words or more."
                    )

    def sentence(self, phase: str, kind: str) -> str:
        """The part of a sentence that tells of the fault in a phase on a database."""
        if isinstance(self.says, str):
            return self.says
        return self.says.get(phase) or self.says.get(kind, "")

    def __str__(self) -> str:
        """Number and name of the fault, for the name of a test."""
        return f"{self.id} {self.name}"


class Reach:
    """Lets a fault strike where its phase is: everywhere at first, later in the newest or in the missing days only."""

    def __init__(self, answer: Fault, phase: str, newest: dt.date) -> None:
        self._answer = answer
        self._phase = phase
        self._newest = newest
        self._turn = 0

    def __call__(self, asked: Asked) -> httpx.Response:
        """The answer to one request."""
        if not self._strikes(asked):
            return asked.genuine()
        self._turn += 1
        return self._answer(replace(asked, turn=self._turn))

    def _strikes(self, asked: Asked) -> bool:
        if self._phase == "first connect":
            return True
        if asked.is_probe:
            return False
        young = asked.endpoint != "users" or self._newest - asked.day < 3 * DAY
        return young == (self._phase == "steady") or asked.endpoint == "summaries"


def newest(stage: Stage) -> dt.date:
    """The newest day that the API serves."""
    return stage.clock.now.date() - DAY
