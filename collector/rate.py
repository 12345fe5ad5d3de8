"""`mezzora rate`: one intervention from JSON, what it costs as JSON, with nothing else running.

The input is read strictly: what cannot be used is one line on standard error that names the place,
and exit status 2.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from collector.domain.answer import as_json
from collector.domain.rating import Charge, rate
from collector.domain.request import read_request
from collector.domain.tariff import Tariff, in_force, read_tariff
from collector.errors import BadInput
from collector.tariffs.files import text_of, texts_of, texts_that_hold
from shared.moments import day_bounds

MAX_BYTES = 32 * 1024 * 1024
ZONE = ZoneInfo("Europe/Rome")
"""Where a tariff's first day begins."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("file", metavar="FILE", help="the intervention as JSON; - reads standard input")
    parser.add_argument("--tariff", metavar="FILE", type=Path, help="a price list of your own, or a folder of them")
    parser.add_argument("--language", choices=("en", "it"), default="en", help="of the reasons")


def run(args: argparse.Namespace) -> int:
    """Rates the file and prints the charge; 0, or 2 where the input cannot be used."""
    try:
        charge = _charge(args.file, args.tariff)
    except BadInput as bad:
        print(bad, file=sys.stderr)
        return 2
    print(json.dumps(as_json(charge, args.language), indent=2))
    return 0


def _charge(file: str, place: Path | None) -> Charge:
    """The charge under the list in force when it was opened: the one that ships, the one named, or of a folder's."""
    source = "standard input" if file == "-" else file
    lists = _lists(place)
    try:
        request = read_request(text_of(file, MAX_BYTES))
        _must_have_begun(lists, request.opened_at)
        return rate(
            customer=request.customer,
            category=request.category,
            spans=request.spans,
            overtime_agreed=request.overtime_agreed,
            tariff=in_force(tuple(lists.values()), request.opened_at, ZONE),
        )
    except BadInput as bad:
        raise bad.inside(source) from None


def _lists(place: Path | None) -> Mapping[str, Tariff]:
    """By where they stand. Whoever names a file means that one: the list that ships fills no hole before it."""
    texts = texts_of(place) if place is not None and not place.is_dir() else texts_that_hold(place)
    return {source: read_tariff(text, source) for source, text in texts.items()}


def _must_have_begun(lists: Mapping[str, Tariff], at: int) -> None:
    """BadInput where no list holds at that instant."""
    days = {tariff.first_day: source for source, tariff in lists.items()}
    first = min(days, key=lambda day: day or date.min)
    if first is not None and at < day_bounds(first, ZONE)[0]:
        raise BadInput(
            "opened_at",
            f"in a hole: before {first}, when {days[first]} begins, no list holds",
            "name the list that held then, or a folder of them",
        )
