"""`mezzora session`: the sessions as the collector that runs hears them, and the end of one asked for."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from collector import running
from collector.settings import Settings


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command; `settings_of` reads where the collector is."""
    acts = parser.add_subparsers(required=True, metavar="list|end")
    listing = acts.add_parser("list", help="the newest first")
    listing.add_argument("--state", choices=("live", "paused", "silent", "ended"))
    listing.add_argument("--limit", type=int, choices=range(1, 201), default=50, metavar="N", help="default: 50")
    listing.add_argument("--json", action="store_true", help="for programs")
    ending = acts.add_parser("end", help="announced on the technician's desk first, where a word stops it")
    ending.add_argument("session", metavar="SESSION", help="its name, as `list` tells it")
    for act, run in ((listing, list_sessions), (ending, end)):
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def list_sessions(settings: Settings, args: argparse.Namespace) -> int:
    """A line each."""
    asked = {"limit": args.limit} | ({"state": args.state} if args.state else {})
    for each in running.ask(settings, "GET", f"/sessions?{urlencode(asked)}")["items"]:
        print(json.dumps(each, ensure_ascii=False) if args.json else line(each))
    return 0


def line(told: dict[str, Any]) -> str:
    minutes, left = divmod(int(told["observed_seconds"]), 60)
    peer = told["peer_name"] or told["peer"] or "peer not told"
    where = f"{told['agent']} > {peer}"
    return f"{told['id']}  {told['state']:<7} {told['tool']:<14} {where:<40} {minutes}:{left:02d}"


def end(settings: Settings, args: argparse.Namespace) -> int:
    """Ask for it, and say how long it is announced."""
    told = running.ask(settings, "POST", f"/sessions/{quote(args.session, safe='')}/end")
    print(f"announced; it ends in {told['countdown_seconds']} s unless the technician stops it")
    return 0
