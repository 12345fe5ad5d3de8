"""`mezzora tariff`: whether a price list can be used and what it says, and what a past month would have cost by it."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from collector import folder
from collector.bar import bar
from collector.domain.fault import Fault
from collector.domain.money import plain
from collector.domain.month import Month, read_month
from collector.domain.reasons import Language, length_words
from collector.domain.tariff import AtCap, CapAppliesTo, ServicePrice, Tariff, checked, date_faults
from collector.domain.tariff_table import shown
from collector.domain.what_if import Sums
from collector.ledger.comparing import Compared, compare, sums_of
from collector.ledger.reading import Reading
from collector.settings import Settings
from collector.tariffs.files import tariff_of, texts_of
from shared.moments import SECOND_MS, from_at, iso


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command."""
    acts = parser.add_subparsers(required=True, metavar="check|what-if")
    checking = acts.add_parser("check", help="whether a price list, or a folder of them, can be used, and what it says")
    checking.add_argument("file", metavar="FILE", type=Path, help="TOML, or a folder of such files")
    checking.set_defaults(run=lambda args: check(args.file))
    asking = acts.add_parser("what-if", help="what a month's interventions would have cost by it; changes nothing")
    asking.add_argument("file", metavar="FILE", type=Path, help="the other price list; its first day is not heeded")
    asking.add_argument("--month", metavar="MONTH", required=True, help="in which they were opened, as 2026-10")
    asking.add_argument("--language", choices=("en", "it"), default="en", help="of the reasons")
    asking.add_argument("--json", action="store_true", help="for programs, with the reasons in both languages")
    asking.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
    asking.set_defaults(run=lambda args: what_if(settings_of(args), args))


def check(place: Path) -> int:
    """What it says, and 0; or every problem on a line of its own, and 2."""
    found = {source: checked(text, source) for source, text in texts_of(place).items()}
    faults = [fault for _, some in found.values() for fault in some]
    good = [(source, tariff) for source, (tariff, some) in found.items() if not some]
    if place.is_dir():
        faults += date_faults(str(place), good) if not faults else _overlaps(str(place), good)
    if faults:
        for fault in faults:
            print(fault, file=sys.stderr)
        print(f"mezzora: {len(faults)} problem{'' if len(faults) == 1 else 's'}", file=sys.stderr)
        return 2
    in_order = sorted(good, key=lambda each: each[1].first_day or date.min)
    for n, (source, tariff) in enumerate(in_order):
        after = in_order[n + 1][1].first_day if n + 1 < len(in_order) else None
        print("\n".join((*([""] if n else []), *table(source, tariff, after))))
    return 0


def _overlaps(source: str, good: Sequence[tuple[str, Tariff]]) -> Iterator[Fault]:
    """While a list is broken nobody knows when it begins: a hole before the others may be its own."""
    return (fault for fault in date_faults(source, good) if fault.place != source)


def table(source: str, tariff: Tariff, next_begins: date | None) -> list[str]:
    """The price list in a few lines."""
    cap_counts = {CapAppliesTo.INTERVENTION: "the intervention", CapAppliesTo.CONNECTION: "each connection anew"}
    overtime = tariff.overtime
    sold = "with a contract only" if overtime.needs_contract else "with or without a contract"
    courtesy = f", none begins in the first {_length(overtime.courtesy_ms)}" if overtime.courtesy_ms else ""
    recovery = "to be agreed" if tariff.file_recovery_price is None else plain(tariff.file_recovery_price)
    rows = {
        "holds": _holds(tariff.first_day, next_begins),
        "contract": _service(tariff.contract),
        "previous version": _service(tariff.previous_version),
        "overtime": f"{plain(overtime.price):>9}  each {_length(overtime.unit_ms)} begun, {sold}{courtesy}",
        "file recovery": f"{recovery:>9}",
        "VAT": f"{tariff.vat_rate * 100:>9.2f}  percent",
        "the cap counts": cap_counts[tariff.cap_applies_to],
        "terms": tariff.terms_version or "not asked for",
        "warned": ", ".join(_length(each) for each in tariff.warn_before_ms) or "never",
        "declared time": "counts" if tariff.declared_time_counts else "does not count",
        "exempt": ", ".join(sorted(tariff.exempt)) or "nothing",
        "excluded": ", ".join(sorted(tariff.excluded)) or "nothing",
    }
    return [f"{source}: {tariff.name}", *(f"  {name:<17} {told}" for name, told in rows.items())]


def _holds(first_day: date | None, next_begins: date | None) -> str:
    until = None if next_begins is None else f"until {next_begins - timedelta(days=1)}"
    if first_day is None:
        return until or "at any time"
    return f"from {first_day} {until or 'on'}"


def _service(of: ServicePrice) -> str:
    countdown = f", announced {_length(of.countdown_ms)} before" if of.at_cap is AtCap.DISCONNECT else ""
    return f"{plain(of.price):>9}  includes {_length(of.cap_ms)}, at the cap: {of.at_cap}{countdown}"


def _length(length_ms: int) -> str:
    return length_words(length_ms // SECOND_MS)


def what_if(settings: Settings, args: argparse.Namespace) -> int:
    """Each intervention on a line, and the sums."""
    month, other = read_month(args.month, "--month"), tariff_of(args.file)

    async def ask(reading: Reading) -> list[Compared]:
        found: list[Compared] = []
        async for some in compare(reading, month, settings.zone, other, lambda done, of: bar(done, of, "compared")):
            found += some
        return found

    found = folder.read(settings, ask)
    sums = sums_of(found)
    if args.json:
        print(json.dumps(as_json(month, other, found, sums), ensure_ascii=False, indent=2))
        return 0
    for each in found:
        print(line(settings, each, args.language))
    told = f"{len(found)} opened in {month}, {sums.changed} would change under {shown(other.name)}"
    left_out = f", {len(found) - sums.compared} could not be rated" if sums.compared < len(found) else ""
    print(f"{'':6}  {'':10}  {'sum':<32}  {_amounts(sums.before, sums.after)}  {told}{left_out}")
    return 0


def line(settings: Settings, of: Compared, language: Language) -> str:
    """Number, day, customer, what it costs, what it would cost, the difference, and why."""
    day = from_at(of.opened_at).astimezone(settings.zone).date()
    known = of.difference
    amounts = f"{'?':>33}" if known is None else _amounts(known.before, known.after)
    return f"{of.id:>6}  {day}  {of.customer_name or '-':<32}  {amounts}  {of.why.of(language)}"


def _amounts(before: Decimal, after: Decimal) -> str:
    return f"{before:>9.2f}  {after:>9.2f}  {after - before:>+9.2f}"


def as_json(month: Month, other: Tariff, found: Sequence[Compared], sums: Sums) -> dict[str, object]:
    return {
        "month": str(month),
        "tariff": other.name,
        "before": plain(sums.before),
        "after": plain(sums.after),
        "difference": plain(sums.amount),
        "compared": sums.compared,
        "changed": sums.changed,
        "not_rated": len(found) - sums.compared,
        "interventions": [_one_as_json(each) for each in found],
    }


def _one_as_json(of: Compared) -> dict[str, object]:
    known = of.difference
    return {
        "id": of.id,
        "opened_at": iso(of.opened_at),
        "customer": None if of.customer_id is None else {"id": of.customer_id, "name": of.customer_name},
        "before": known and plain(known.before),
        "after": known and plain(known.after),
        "difference": known and plain(known.amount),
        "why": of.why.en,
        "why_it": of.why.it,
    }
