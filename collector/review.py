"""`mezzora review`: what waits for a person, from the command line."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from collector import folder
from collector.domain.review import Whose
from collector.intervention import as_json, line
from collector.ledger.reading import Reading
from collector.ledger.views import InterventionView
from collector.settings import Settings

MOST = 1_000_000


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    parser.add_argument("--whose", choices=[each.value for each in Whose], help="only what waits for this role")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
    parser.set_defaults(run=lambda args: review(settings_of(args), args))


def review(settings: Settings, args: argparse.Namespace) -> int:
    """A line for each intervention, the oldest first, with what waits."""
    whose = None if args.whose is None else Whose(args.whose)

    async def ask(reading: Reading) -> list[InterventionView]:
        return (await reading.review(whose=whose, limit=MOST))[0]

    for view in folder.read(settings, ask):
        print(json.dumps(as_json(view), ensure_ascii=False) if args.json else line(view))
    return 0
