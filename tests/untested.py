"""Whoever skips a test must be heard: a list at the end, and no green light on a build server."""

from __future__ import annotations

import os
import shutil

import pytest
from _pytest.terminal import TerminalReporter


def program(name: str, package: str) -> str:
    """Return where a program lies that a Debian package brings; without it the test is skipped."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here (Debian package {package})")
    return found


def skipped(config: pytest.Config) -> dict[str, list[str]]:
    """Return why tests were skipped → these tests; nothing in a worker of xdist."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter else []
    found: dict[str, list[str]] = {}
    for report in reports:
        found.setdefault(report.longrepr[2].removeprefix("Skipped: "), []).append(report.nodeid)
    return found


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a test that could not run counts like one that failed."""
    if skipped(session.config) and exitstatus == 0 and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """List what was not tested, whatever the options say about skipped tests."""
    if missing := skipped(config):
        terminalreporter.section("NOT TESTED ON THIS MACHINE", yellow=True, bold=True)
        for why, tests in missing.items():
            terminalreporter.line(f"{why}: {len(tests)} test{'s' * (len(tests) > 1)}")
            for test in sorted(tests):
                terminalreporter.line(f"  {test}")
