"""Pytest plugin: a test that could not run is never silent, and where `CI` is set it is a failure."""

from __future__ import annotations

import os
from collections import Counter

import pytest

_reasons: Counter[str] = Counter()


def in_ci() -> bool:
    """Whether this run guards the main line, where nothing may be left out."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false", "no"}


def lines() -> list[str]:
    """One line for each reason for which tests of this run did not run."""
    return [f"{count} test{'s' * (count > 1)}: {reason}" for reason, count in _reasons.most_common()]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _reasons[_reason(report.longrepr)] += 1


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _reasons[_reason(report.longrepr)] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _reasons and in_ci() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _reasons:
        terminalreporter.section("COULD NOT RUN" + (", WHICH FAILS IN CI" if in_ci() else ""), red=True, bold=True)
        for line in lines():
            terminalreporter.line(line)


def _reason(longrepr: object) -> str:
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return " ".join(str(text).removeprefix("Skipped: ").split())
