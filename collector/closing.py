"""`mezzora month`: how far a month is, and the act that closes it."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeVar

from collector import folder
from collector.bar import bar
from collector.domain.fault import Fault
from collector.domain.month import read_month
from collector.ledger.engine import Engines
from collector.ledger.issued import Issued
from collector.ledger.ledger import writing
from collector.ledger.pen import Pen
from collector.settings import Settings
from collector.statements import month as months
from collector.statements.drafting import Sheet
from collector.statements.month import Progress
from shared.clock import SystemClock
from shared.moments import iso

_Told = TypeVar("_Told")


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command."""
    acts = parser.add_subparsers(required=True, metavar="status|close")
    looking = acts.add_parser("status", help="how far a month is, and what keeps statements back")
    closing = acts.add_parser(
        "close", help="issue every statement that nothing keeps back; lock the month when all are out"
    )
    for act, run in ((looking, status), (closing, close)):
        act.add_argument("month", metavar="MONTH", help="as 2026-10")
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def status(settings: Settings, args: argparse.Namespace) -> int:
    """What is issued, what is to be issued, and what waits for whom."""
    month = read_month(args.month)
    now_at = SystemClock().wall_ms()

    async def ask(engines: Engines) -> None:
        issued = Issued(engines.readers, folder.price_lists(settings))
        view = await issued.month(month, now_at)
        until = "" if view.over else f" (not over before {month.next.first_day})"
        state = f"closed {iso(view.closed_at)} by {view.closed_by}" if view.closed_at is not None else f"open{until}"
        print(f"{month}: {state}")
        print(
            f"issued: {view.statements} statements, {view.credit_notes} credit notes,"
            f" net {view.net}, total {view.gross}"
        )
        if view.unassigned:
            print(f"interventions that belong to nobody yet: {view.unassigned}")
        if view.closed_at is None:
            ready, waiting = await months.outlook(issued, Sheet(settings.firm, month, settings.zone, now_at), bar)
            print(f"ready to be issued: {ready}")
            _tell((*settings.firm.faults(), *waiting))

    folder.opened(settings, ask)
    return 0


def close(settings: Settings, args: argparse.Namespace) -> int:
    """0 when the month is closed; 1 where something is kept back, each said on a line of its own."""
    month = read_month(args.month)
    progress = Progress(month)

    async def work(engines: Engines) -> None:
        lists = folder.price_lists(settings)

        async def write(act: Callable[[Pen], Awaitable[_Told]]) -> _Told:
            async with writing(engines.writer, lists, SystemClock()) as pen:
                told = await act(pen)
            bar(progress.done, progress.customers)
            return told

        await months.close(write, Issued(engines.readers, lists), settings.firm, month, progress, by=folder.by())

    folder.opened(settings, work)
    bar(0, 0)
    print(f"{month}: {progress.issued} statements issued; {'closed' if progress.closed else 'still open'}")
    _tell(progress.waiting)
    return 0 if progress.closed else 1


def _tell(faults: Iterable[Fault]) -> None:
    for fault in faults:
        print(f"kept back: {fault}", file=sys.stderr)
