"""Quiet unless asked."""

import subprocess
import sys

SAY = "import logging; from collector import log; log.to_stderr(talkative={}); logging.getLogger('x').info('well')"


def test_what_goes_well_is_said_only_when_asked() -> None:
    for talkative in (False, True):
        done = subprocess.run([sys.executable, "-c", SAY.format(talkative)], capture_output=True, text=True, check=True)
        assert done.stdout == ""
        assert ("x: well" in done.stderr) is talkative


def test_what_goes_wrong_is_said_without_being_asked() -> None:
    code = SAY.format(False).replace(".info('well')", ".warning('badly')")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.count("\n") == 1 and "WARNING x: badly" in " ".join(done.stderr.split())
