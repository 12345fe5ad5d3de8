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
from collector.domain.request import Request, read_request
from collector.domain.tariff import Tariff, in_force
from collector.errors import BadInput
from collector.tariffs.files import shipped_tariff, tariff_of, text_of

MAX_BYTES = 32 * 1024 * 1024
FIRM_ZONE = "Europe/Rome"
"""Where a tariff's first day begins."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("file", metavar="FILE", help="the intervention as JSON; - reads standard input")
    parser.add_argument("--tariff", metavar="FILE", type=Path, help="a price list of your own")
    parser.add_argument("--language", choices=("en", "it"), default="en", help="of the reasons")


def run(args: argparse.Namespace) -> int:
    """Rates the file and prints the charge; 0, or 2 where the input cannot be used."""
    try:
        charge = _charge(args.file, tariff_of(args.tariff))
    except BadInput as bad:
        print(bad, file=sys.stderr)
        return 2
    print(json.dumps(as_json(charge, args.language), indent=2))
    return 0


def _charge(file: str, tariff: Tariff) -> Charge:
    """The charge under the tariff named; under the one that ships, with a notice, where that had not begun."""
    source = "standard input" if file == "-" else file
    try:
        request = read_request(text_of(file, MAX_BYTES))
        holds = _in_force(tariff, request)
        charge = rate(
            customer=request.customer,
            category=request.category,
            spans=request.spans,
            overtime_agreed=request.overtime_agreed,
            tariff=holds,
        )
    except BadInput as bad:
        raise bad.inside(source) from None
    if holds is not tariff:
        print(f'opened before "{tariff.name}" begins on {tariff.first_day}: "{holds.name}" holds', file=sys.stderr)
    return charge


def _in_force(tariff: Tariff, request: Request) -> Tariff:
    if tariff.first_day is None:
        return tariff
    return in_force((shipped_tariff(), tariff), request.opened_at, ZoneInfo(FIRM_ZONE))
