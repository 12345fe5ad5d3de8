"""What every test shares: a test whose program is missing skips and says so, and in CI none may skip.

The tests run side by side, but for those that look at the machine itself: its processes, its screen, its clock.
"""

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
HERE = Path(__file__).parent
LOOK_AT_THE_MACHINE = ("agent/test_app.py", "browser", "journeys", "real", "windows")
IN_CI = os.environ.get("CI", "").lower() == "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks at the machine is one group, so that one of them runs at a time and none sees another's sessions."""
    for item in items:
        if any(item.path.is_relative_to(HERE / place) for place in LOOK_AT_THE_MACHINE):
            item.add_marker(pytest.mark.xdist_group("the machine"))


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
