"""`mezzora agent`: the programs on the technicians' PCs, looked at, given to a user, and sent away."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from collector import folder, running
from collector.errors import NotFound
from collector.ledger import keys, users
from collector.ledger.pen import Pen
from collector.ledger.reading import Reading
from collector.ledger.views import AgentView, SpoolView
from collector.settings import Settings
from shared.moments import iso, seconds

SKEWED_MS = 2_000


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command; `settings_of` reads where the ledger is."""
    acts = parser.add_subparsers(required=True, metavar="list|owner|revoke")
    listing = acts.add_parser("list", help="when each was last seen, its version and clock, and what waits on its PC")
    listing.add_argument("--json", action="store_true", help="for programs")
    giving = acts.add_parser("owner", help="whose PC it is: he sees what is recorded there as his own")
    revoking = acts.add_parser(
        "revoke", help="it reports nothing any more until it is enrolled anew; what it said stays"
    )
    for act in (giving, revoking):
        act.add_argument("name", metavar="NAME", help="as `list` tells it")
    giving.add_argument("user", nargs="?", metavar="USER", help="his name; left out: nobody's")
    for act, run in ((listing, list_agents), (giving, give), (revoking, revoke)):
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def list_agents(settings: Settings, args: argparse.Namespace) -> int:
    """A line each."""

    async def ask(reading: Reading) -> list[AgentView]:
        return await reading.agents()

    for view in folder.read(settings, ask):
        print(json.dumps(as_json(view), ensure_ascii=False) if args.json else line(view))
    return 0


def line(view: AgentView) -> str:
    seen = "never seen" if view.last_seen_at is None else f"seen {iso(view.last_seen_at)}"
    clock = f"  clock off by {seconds(view.clock_offset_ms):+.0f} s" if abs(view.clock_offset_ms) >= SKEWED_MS else ""
    owner = f"  of {view.user_name}" if view.user_name else ""
    gone = "" if view.revoked_at is None else f"  revoked {iso(view.revoked_at)}"
    return f"{view.name:<24} {view.version or '-':<8} {seen}{clock}{owner}{_waits(view.spool)}{gone}"


def _waits(spool: SpoolView | None) -> str:
    if spool is None:
        return ""
    since = f" since {iso(spool.since_at)}" if spool.since_at is not None else ""
    refused = f", {spool.refused} refused" if spool.refused else ""
    disk = "" if spool.on_disk else ", its disk takes nothing"
    return f"  waiting there {iso(spool.told_at)}: {spool.waiting}{since}{refused}{disk}"


def as_json(view: AgentView) -> dict[str, object]:
    """All but whether it is heard just now, which the collector alone knows: /api/v1/agents."""
    spool = view.spool
    return {
        "id": view.id,
        "name": view.name,
        "system": view.system,
        "version": view.version,
        "enrolled_at": iso(view.enrolled_at),
        "revoked_at": None if view.revoked_at is None else iso(view.revoked_at),
        "last_seen_at": None if view.last_seen_at is None else iso(view.last_seen_at),
        "clock_offset_seconds": seconds(view.clock_offset_ms),
        "user": view.user_name,
        "spool": None
        if spool is None
        else {
            "told_at": iso(spool.told_at),
            "waiting": spool.waiting,
            "since": None if spool.since_at is None else iso(spool.since_at),
            "refused": spool.refused,
            "on_disk": spool.on_disk,
        },
    }


def give(settings: Settings, args: argparse.Namespace) -> int:
    id = _named(settings, args.name)

    async def given(pen: Pen) -> None:
        await users.give_pc(pen, id, await users.named(pen, args.user) if args.user else None)

    folder.write(settings, given)
    return 0


def revoke(settings: Settings, args: argparse.Namespace) -> int:
    """By the collector that runs, where one does: it hangs up too."""
    id = _named(settings, args.name)
    if running.runs(settings):
        running.ask(settings, "POST", f"/agents/{id}/revoke")
    else:
        folder.write(settings, lambda pen: keys.revoke_agent(pen, id))
    return 0


def _named(settings: Settings, name: str) -> int:
    async def ask(reading: Reading) -> list[AgentView]:
        return await reading.agents()

    for view in folder.read(settings, ask):
        if view.name == name:
            return view.id
    raise NotFound(f'no agent "{name}": see `mezzora agent list`')
