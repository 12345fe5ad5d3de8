"""`mezzora up` as a process: the collector, this PC's agent, a link; and all of it gone at the end."""

import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from collector.demo import DAY, LAST_MONTH
from tests.collector.command import Running, mezzora, started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)


def agents_of(process_id: int) -> list[psutil.Process]:
    """The agent that runs as a child."""
    try:
        children = psutil.Process(process_id).children()
        return [child for child in children if child.cmdline()[-1:] == ["run"]]
    except psutil.Error:
        return []


def linked(collector: Running, token: str) -> bool:
    return [each["linked"] for each in collector.get("/api/v1/agents", token)] == [True]


def supervisor(data: Path) -> str:
    return mezzora("token", "create", "--role", "supervisor", "--data", data).stdout.strip()


def link_of(collector: Running) -> str:
    assert collector.process.stdout is not None
    return collector.process.stdout.readline().split()[-1]


def test_it_enrols_and_runs_this_pcs_agent_and_stops_all_of_it(tmp_path: Path) -> None:
    with started("up", tmp_path, "--no-browser") as collector:
        link = link_of(collector)
        assert link.startswith(f"{collector.address}/signin?code=")
        with urllib.request.urlopen(link) as page:
            assert page.status == 200
        token = supervisor(tmp_path)
        until(lambda: linked(collector, token))
        (agent,) = agents_of(collector.process.pid)
        collector.process.send_signal(signal.SIGINT)
        assert collector.process.wait(timeout=30) == 0
        assert not agent.is_running()


def test_an_agent_that_dies_is_started_again(tmp_path: Path) -> None:
    with started("up", tmp_path) as collector:
        until(lambda: bool(agents_of(collector.process.pid)))
        (agent,) = agents_of(collector.process.pid)
        agent.kill()
        until(lambda: any(each.pid != agent.pid for each in agents_of(collector.process.pid)))
        token = supervisor(tmp_path)
        until(lambda: linked(collector, token))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_agent_does_not_outlive_a_kill_9(tmp_path: Path) -> None:
    with started("up", tmp_path) as collector:
        until(lambda: bool(agents_of(collector.process.pid)))
        (agent,) = agents_of(collector.process.pid)
        os.kill(collector.process.pid, signal.SIGKILL)
        until(lambda: not agent.is_running() or agent.status() == psutil.STATUS_ZOMBIE)
    with started("up", tmp_path) as collector:
        token = supervisor(tmp_path)
        until(lambda: linked(collector, token))


def test_the_made_up_day_answers_beside_commands_and_leaves_no_child(tmp_path: Path) -> None:
    with started("up", tmp_path, "--no-browser", "--demo") as collector:
        assert link_of(collector).startswith(f"{collector.address}/signin?code=")
        token = supervisor(tmp_path)
        until(lambda: len(collector.get("/api/v1/sessions", token)["items"]) >= len(LAST_MONTH + DAY))
        until(lambda: bool(agents_of(collector.process.pid)))
        children = psutil.Process(collector.process.pid).children(recursive=True)
        collector.process.send_signal(signal.SIGINT)
        assert collector.process.wait(timeout=30) == 0
        until(lambda: not any(child.is_running() for child in children))
    assert (tmp_path / "demo.sqlite3").exists()
    assert not (tmp_path / "mezzora.sqlite3").exists()
