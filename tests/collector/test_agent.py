"""Agents from the command line."""

import json
from pathlib import Path

from collector import folder
from collector.agent import line
from collector.ledger import keys
from collector.ledger.pen import Pen
from collector.ledger.views import AgentView, SpoolView
from collector.settings import Settings
from tests.collector.command import mezzora_here

AT = 1_767_225_600_000


def a_view(**told: object) -> AgentView:
    facts: dict[str, object] = dict.fromkeys(("system", "version", "revoked_at", "last_seen_at", "user", "user_name"))
    facts |= {"id": 1, "name": "PC Anna", "enrolled_at": AT, "clock_offset_ms": 0, "linked": False, "spool": None}
    return AgentView(**(facts | told))  # type: ignore[arg-type]


def test_a_line_says_what_is_known_and_no_more() -> None:
    assert line(a_view()).split() == ["PC", "Anna", "-", "never", "seen"]
    spool = SpoolView(AT, waiting=2, since_at=AT - 60_000, refused=1, on_disk=False)
    told = line(a_view(version="0.1.0", last_seen_at=AT, clock_offset_ms=-90_000, user_name="Anna", spool=spool))
    assert "seen 2026-01-01T00:00:00.000Z  clock off by -90 s  of Anna" in told
    assert told.endswith(": 2 since 2025-12-31T23:59:00.000Z, 1 refused, its disk takes nothing")


def test_an_agent_is_listed_given_to_somebody_and_sent_away(tmp_path: Path) -> None:
    def mezzora(*words: str) -> tuple[int, str, str]:
        done = mezzora_here(*words, "--data", tmp_path)
        return done.returncode, done.stdout, done.stderr

    async def enrolled(pen: Pen) -> None:
        await keys.enrol(pen, await keys.make_code(pen, "PC Anna"))

    folder.write(Settings(tmp_path), enrolled)
    assert mezzora("user", "add", "Anna", "--role", "technician")[0] == 0
    assert mezzora("agent", "owner", "PC Anna", "anna") == (0, "", "")
    (told,) = mezzora("agent", "list", "--json")[1].splitlines()
    assert [json.loads(told)[key] for key in ("name", "user", "spool", "revoked_at")] == ["PC Anna", "Anna", None, None]
    assert mezzora("agent", "owner", "PC Anna")[0] == 0
    assert mezzora("agent", "revoke", "PC Anna") == (0, "", "")
    assert "of Anna" not in mezzora("agent", "list")[1] and "revoked" in mezzora("agent", "list")[1]
    assert mezzora("agent", "revoke", "PC Anna")[0] == 1
    assert mezzora("agent", "owner", "PC") == (1, "", 'mezzora: no agent "PC": see `mezzora agent list`\n')
