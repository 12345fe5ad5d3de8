"""What every test shares: a test whose program is missing skips and says so, and in CI none may skip.

The tests run side by side, but for those that look at the machine itself: its processes, its screen, its clock.
"""

import os
import shutil
from collections.abc import Generator
from typing import TypeVar

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
LOOK_AT_THE_MACHINE = ("tests/agent/test_app.py", "tests/browser/", "tests/journeys/", "tests/real/", "tests/windows/")
settings.register_profile("any load", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("any load")
IN_CI = os.environ.get("CI", "").lower() == "true"


class SideBySide(LoadScopeScheduling):
    """A file of tests stays together; all that look at the machine are one file, so that one of them runs at a time."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "the machine" if file.startswith(LOOK_AT_THE_MACHINE) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    return SideBySide(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The marker `needs` names programs; where one is missing, the test skips with the remedy."""
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            if shutil.which(program) is None:
                pytest.skip(f"{program} is missing: `python3 dev.py test` installs it or names its package")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return not_skipped_in_ci(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return not_skipped_in_ci(report)


def not_skipped_in_ci(report: Report) -> Report:
    """The report, as a failure where CI would have let a test rest. An expected failure is no skip."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"in CI no test may skip: {reason}"
    return report
