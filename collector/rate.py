"""`mezzora rate`: one intervention from JSON, what it costs as JSON, with nothing else running.

The input is read strictly: what cannot be used is one line on standard error that names the place,
and exit status 2.
"""

import argparse
import json
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from collector.domain.answer import as_json
from collector.domain.rating import Charge, rate
from collector.domain.request import read_request
from collector.domain.tariff import in_force, read_tariff
from collector.errors import BadInput
from collector.tariffs.files import text_of, texts_that_hold

MAX_BYTES = 32 * 1024 * 1024
FIRM_ZONE = "Europe/Rome"
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
    """The charge under the list in force when it was opened: of those of a folder, or the one named; under the one that
    ships, with a notice, where that had not begun."""
    lists = {source: read_tariff(text, source) for source, text in texts_that_hold(place).items()}
    source = "standard input" if file == "-" else file
    try:
        request = read_request(text_of(file, MAX_BYTES))
        holds = in_force(tuple(lists.values()), request.opened_at, ZoneInfo(FIRM_ZONE))
        charge = rate(
            customer=request.customer,
            category=request.category,
            spans=request.spans,
            overtime_agreed=request.overtime_agreed,
            tariff=holds,
        )
    except BadInput as bad:
        raise bad.inside(source) from None
    own = None if place is None else lists.get(str(place))
    if own is not None and holds is not own:
        print(f"opened before {place} begins on {own.first_day}: the price list that ships holds", file=sys.stderr)
    return charge
