"""`mezzora report`: how overtime went over some months, for a spreadsheet or a program. Never by person."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from collector import folder
from collector.domain.money import plain
from collector.domain.month import Month, month_of, span_of
from collector.domain.trend import NEARNESS, Slice, Trend
from collector.ledger.reading import Reading
from collector.ledger.trends import trend_of
from collector.settings import Settings
from shared.clock import SystemClock

HEAD = ("kind", "name", "interventions", "half_hours", "overtime")
Row = tuple[str, str, int | str, int | str, str]


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """What the command takes; `settings_of` reads where the ledger is."""
    acts = parser.add_subparsers(required=True, metavar="overtime")
    act = acts.add_parser("overtime", help="by month, customer and tool; agreed or given away; how near the cap")
    act.add_argument("--from", dest="first", metavar="MONTH", help="as 2026-01 (default: a year up to the last one)")
    act.add_argument("--to", dest="last", metavar="MONTH", help="as 2026-12 (default: this month)")
    act.add_argument("--json", action="store_true", help="for programs; unless told, CSV with semicolons")
    act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
    act.set_defaults(run=lambda args: overtime(settings_of(args), args))


def overtime(settings: Settings, args: argparse.Namespace) -> int:
    """All of it on standard output."""
    this = month_of(SystemClock().wall_ms(), settings.zone)
    since, until = span_of(args.first, args.last, this, ("--from", "--to"))

    async def ask(reading: Reading) -> Trend:
        return await trend_of(reading, settings.zone, since, until)

    found = folder.read(settings, ask)
    if args.json:
        print(json.dumps(as_json(found, since, until), ensure_ascii=False, indent=2))
    else:
        csv.writer(sys.stdout, delimiter=";", lineterminator="\n").writerows((HEAD, *rows(found)))
    return 0


def rows(of: Trend) -> Iterator[Row]:
    """One for each bar of the page."""
    for kind, slices in (("month", of.months), ("customer", of.customers), ("tool", of.tools)):
        for each in slices:
            yield kind, each.name or "", each.interventions, each.half_hours, plain(each.overtime)
    for name, amount in (("agreed", of.agreed), ("waived", of.waived), ("unsettled", of.unsettled)):
        yield "share", name, "", "", plain(amount)
    for name, count in zip(NEARNESS, of.nearness, strict=True):
        yield "near-the-cap", name, count, "", ""


def as_json(of: Trend, since: Month, until: Month) -> dict[str, object]:
    return {
        "from": str(since),
        "to": str(until),
        "interventions": of.interventions,
        "half_hours": of.half_hours,
        "months": [_slice(each) for each in of.months],
        "customers": [_slice(each) for each in of.customers],
        "tools": [_slice(each) for each in of.tools],
        "agreed": plain(of.agreed),
        "waived": plain(of.waived),
        "unsettled": plain(of.unsettled),
        "near_the_cap": dict(zip(NEARNESS, of.nearness, strict=True)),
    }


def _slice(of: Slice) -> dict[str, object]:
    return {
        "name": of.name,
        "interventions": of.interventions,
        "half_hours": of.half_hours,
        "overtime": plain(of.overtime),
    }
