"""One fault in one phase on one database: how the run with it ends, and how the next ones do without it."""

from __future__ import annotations

import contextlib
from typing import Any

from tests.sync.faults import answers, hosts, payloads, storage
from tests.sync.faults.case import HEALED, KEPT, TAKEN, Case, Reach, newest
from tests.sync.faults.stage import HOUR, Stage, dump, faultless, staged, users_by_day

CASES = (*answers.ALL, *payloads.ALL, *hosts.ALL, *storage.ALL)
LONGEST_WAIT = 15 * 60.0
RUNS_TO_HEAL = 3


def play(case: Case, phase: str, kind: str) -> None:
    """Let the fault happen, look at what is stored and said, end it, and look again.

    Raises:
        AssertionError: something half was visible, was not told, or did not come right.
    """
    before, right = faultless(phase, case.now)
    with staged(kind, phase, case.now) as stage:
        last = stage.last_run()
        assert case.ends != KEPT or case.sentence(phase, kind) not in stage.reasons(last), "it was said before"
        error = _run_with(stage, case, phase)
        after = dump(stage.database)
        _assert_ended(case, stage, before, after, right)
        if case.ends == KEPT:
            _assert_told(case.sentence(phase, kind), error, None if case.why_not_on_page else stage.reasons(last))
        _heal(stage, case, right)


def _run_with(stage: Stage, case: Case, phase: str) -> str:
    """A run while the fault lasts; the text of the error that ends it, where one does."""
    text = ""
    with case.around(stage) if case.around else contextlib.nullcontext():
        if case.answer is not None:
            stage.api.begin(Reach(case.answer, phase, newest(stage)))
        try:
            stage.run()
        except BaseException as error:
            if case.raises is None or not isinstance(error, case.raises):
                raise
            text = str(error)
        else:
            assert case.raises is None, f"the run went on without {case.raises}"
    stage.api.begin(None)
    assert stage.clock.slept <= LONGEST_WAIT * len(stage.api.asked)
    return text


def _assert_ended(
    case: Case, stage: Stage, before: dict[str, Any], after: dict[str, Any], right: dict[str, Any]
) -> None:
    if case.ends == TAKEN:
        assert after != right, "the fault changed nothing, so nothing was tried"
        return
    if case.ends == HEALED:
        assert after == right, f"{_differing(after, right)} are not as without the fault; {stage.reasons()}"
        return
    assert case.ends == KEPT
    assert after != right, "the fault changed nothing, so nothing was tried"
    old, new = users_by_day(before), users_by_day(right)
    for day, users in users_by_day(after).items():
        known = old.keys() | new.keys()
        assert day not in known or users in (old.get(day), new.get(day)), f"{day} is neither as before nor right"
    assert set(users_by_day(after)) >= set(old), "a stored day went away"


def _assert_told(sentence: str, error: str, page: str | None) -> None:
    assert page is None or sentence in page, page
    assert (page is not None and not error) or sentence in error, error


def _heal(stage: Stage, case: Case, right: dict[str, Any]) -> None:
    if case.cure == "key":
        stage.enter_key()
    if case.cure == "read again":
        stage.ask_for_all_days()
    for _ in range(RUNS_TO_HEAL):
        stage.clock.now += HOUR
        report = stage.run()
        found = dump(stage.database)
        if found == right:
            return
    raise AssertionError(f"{_differing(found, right)} did not come right; {report}; {stage.reasons()}")


def _differing(found: dict[str, Any], right: dict[str, Any]) -> list[str]:
    return [part for part in right if found[part] != right[part]]
