"""`mezzora customer`: the customers from the command line, also beside a collector that runs.

What is told of a customer is written as in a cell of the sheet: the options are its columns.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from collector import access, folder
from collector.domain.contract import SINCE_EVER, VersionFrom
from collector.domain.customer import CustomerCard
from collector.domain.duplicates import Pair, duplicates
from collector.domain.entitlement import Version
from collector.domain.fault import Fault, refuse
from collector.errors import BadInput, NotFound
from collector.inbox.customer_plan import Plan, plan
from collector.inbox.customer_sheet import COLUMNS, SheetLine, emptied, read_sheet, revised, sheet_of, told_of
from collector.ledger import customer_links, customers, merging
from collector.ledger.customers import Acceptance
from collector.ledger.reading import Reading
from collector.ledger.views import CustomerView
from collector.settings import Settings
from shared.clock import SystemClock
from shared.moments import iso, to_at

MAX_BYTES = 64 * 1024 * 1024
TOLD = tuple(column for column in COLUMNS if column != "number")
_EXAMPLES = {
    "contracts": "2026-01-01..2026-12-31, or 2026-01-01.. | parts several; yes, no",
    "contract_from": "its first day, where there is one contract",
    "contract_until": "its last day",
    "suspensions": '"2026-03-01..2026-03-31 not paid"',
    "versions": '"previous | 2026-03-01 current"',
    "peers": '"teamviewer:123456789 | vnc:srv-bianchi-*"',
    "emails": '"anna@example.it | @example.it", that he writes from; the second is a whole domain',
    "edition": "professional, basic, hygienist, or another",
    "language": "it or en",
}


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command; `settings_of` reads where the ledger is."""
    acts = parser.add_subparsers(required=True, metavar="ACT")
    listing = acts.add_parser("list", help="the customers by name")
    listing.add_argument("search", nargs="?", metavar="TEXT", help="part of a name, a number, an address or a peer")
    showing = acts.add_parser("show", help="all that is known of one")
    creating = acts.add_parser("create", help="a new one; prints the number")
    creating.add_argument("name", metavar="NAME")
    changing = acts.add_parser("change", help="what is given changes; an empty text takes it away")
    accepting = acts.add_parser("accept-terms", help="note that the terms were read and accepted")
    importing = acts.add_parser("import", help="a sheet (CSV): all of it or, with a problem, nothing")
    importing.add_argument("file", metavar="FILE", help="- reads standard input")
    importing.add_argument("--dry-run", action="store_true", help="only tell what it would do, and every problem")
    importing.add_argument("--encoding", help="as in cp1252; found out unless told")
    exporting = acts.add_parser("export", help="all of them as a sheet, which import takes again")
    exporting.add_argument("file", metavar="FILE", help="- writes to standard output")
    pairing = acts.add_parser("duplicates", help="those who may be one: tax number, name, e-mail address, peer")
    linking = acts.add_parser("link", help="a link to his own page, good until taken back; prints it, an older is void")
    unlinking = acts.add_parser("unlink", help="take his link back: whoever has it sees nothing more")
    joining = acts.add_parser("merge", help="the second is the first: all that is his becomes the first's")
    for one in (showing, changing, accepting, joining, linking, unlinking):
        one.add_argument("number", type=int, metavar="NUMBER")
    joining.add_argument("other", type=int, metavar="OTHER")
    joining.add_argument("--drop-periods", action="store_true", help="leave the other's contract behind")
    _add_terms(accepting)
    _add_columns(creating, but={"name"})
    _add_columns(changing, but=set())
    for one in (listing, showing, pairing):
        one.add_argument("--json", action="store_true", help="for programs")
    runs: Mapping[argparse.ArgumentParser, Callable[[Settings, argparse.Namespace], int]] = {
        listing: list_customers,
        showing: show,
        creating: create,
        changing: change,
        accepting: accept_terms,
        importing: import_sheet,
        exporting: export_sheet,
        pairing: list_duplicates,
        joining: merge,
        linking: make_link,
        unlinking: take_link_back,
    }
    for act, run in runs.items():
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def _add_columns(parser: argparse.ArgumentParser, *, but: set[str]) -> None:
    for column in TOLD:
        if column not in but:
            flag = "--" + column.replace("_", "-")
            parser.add_argument(flag, dest=f"column_{column}", metavar="TEXT", help=_EXAMPLES.get(column))


def _add_terms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", required=True, help="which terms, as you call them")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--text", metavar="FILE", type=Path, help="their text; its SHA-256 alone is kept")
    which.add_argument("--sha256", metavar="HASH")
    parser.add_argument("--who", required=True, help="who accepted them")
    parser.add_argument("--channel", required=True, help="e-mail, web, paper, phone, or in your own words")
    parser.add_argument("--at", metavar="MOMENT", help="as in 2026-10-05T09:30:00+02:00 (default: now)")


def list_customers(settings: Settings, args: argparse.Namespace) -> int:
    """A line each."""

    async def ask(reading: Reading) -> list[CustomerView]:
        found: list[CustomerView] = []
        total = 1
        while len(found) < total:
            some, total = await reading.customers(search=args.search, limit=1_000, offset=len(found))
            found += some
            if not some:
                break
        return found

    for view in folder.read(settings, ask):
        print(json.dumps(as_json(view), ensure_ascii=False) if args.json else line(view))
    return 0


def line(view: CustomerView) -> str:
    standing = "suspended" if view.suspended else "in force" if view.in_force else "no contract"
    return f"{view.id:>6}  {view.name:<40}  {standing:<11}  {view.version:<8}  {view.card.edition or ''}".rstrip()


def show(settings: Settings, args: argparse.Namespace) -> int:
    """Each column with what it holds."""

    async def ask(reading: Reading) -> CustomerView | None:
        return await reading.customer(args.number)

    view = folder.read(settings, ask)
    if view is None:
        raise NotFound(f"no customer {args.number}: see `mezzora customer list`")
    if args.json:
        print(json.dumps(as_json(view), ensure_ascii=False, indent=2))
        return 0
    for column, text in told_of(view.id, view.card).items():
        if text:
            print(f"{column:<14} {' '.join(text.split())}")
    for each in view.terms:
        print(f"{'terms':<14} {each.version} accepted by {each.who}, {iso(each.at)}, {each.channel} ({each.sha256})")
    if view.card.tax.missing():
        print(f"{'missing':<14} {', '.join(view.card.tax.missing())} (for an electronic invoice)")
    return 0


def as_json(view: CustomerView) -> dict[str, object]:
    terms = [
        {"version": e.version, "sha256": e.sha256, "who": e.who, "at": iso(e.at), "channel": e.channel}
        for e in view.terms
    ]
    return {
        **told_of(view.id, view.card),
        "in_force": view.in_force,
        "suspended": view.suspended,
        "terms": terms,
        "missing": list(view.card.tax.missing()),
    }


def create(settings: Settings, args: argparse.Namespace) -> int:
    """Print the new customer's number."""
    bare = CustomerCard(args.name.strip(), versions=(VersionFrom(SINCE_EVER, Version.CURRENT),))
    card = _revised(bare, args)
    print(folder.write(settings, lambda pen: customers.create(pen, card, by=folder.by())))
    return 0


def change(settings: Settings, args: argparse.Namespace) -> int:
    if not _cells(args):
        raise BadInput("change", "nothing to change", "give one of the options, as in --note TEXT")
    folder.write(
        settings, lambda pen: customers.change(pen, args.number, lambda card: _revised(card, args), by=folder.by())
    )
    return 0


def _cells(args: argparse.Namespace) -> dict[str, str]:
    told = {column: getattr(args, f"column_{column}", None) for column in TOLD}
    return {column: text.strip() for column, text in told.items() if text is not None}


def _revised(card: CustomerCard, args: argparse.Namespace) -> CustomerCard:
    cells = _cells(args)
    for column in (column for column, text in cells.items() if not text):
        card = emptied(card, column)
    faults: list[Fault] = []
    made = revised(card, SheetLine(0, cells), faults)
    refuse(Fault("--" + each.place.replace("_", "-"), each.problem, each.remedy) for each in faults)
    return made


def accept_terms(settings: Settings, args: argparse.Namespace) -> int:
    """Note it."""
    sha256 = args.sha256 or hashlib.sha256(_bytes_of(str(args.text))).hexdigest()
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise BadInput("--sha256", f"{sha256[:80]!r} is none", "64 letters and digits, as sha256sum prints them")
    try:
        at = SystemClock().wall_ms() if args.at is None else to_at(datetime.fromisoformat(args.at))
    except ValueError as error:
        raise BadInput("--at", f"{args.at[:60]!r} is no moment: {error}") from None
    told = Acceptance(args.version, sha256, args.who, at, args.channel)
    folder.write(settings, lambda pen: customers.accept(pen, args.number, told, by=folder.by()))
    return 0


def import_sheet(settings: Settings, args: argparse.Namespace) -> int:
    """Every problem on a line of its own, and status 2; else what was done."""
    source = "standard input" if args.file == "-" else args.file
    content = _bytes_of(args.file)
    try:
        sheet = read_sheet(content, args.encoding)
    except BadInput as error:
        raise error.inside(source) from None
    made = plan(sheet, folder.read(settings, Reading.cards), _progress)
    if made.problems:
        for each in made.problems:
            print(f"{source}: {each}", file=sys.stderr)
        print(f"mezzora: {_count(made.problems, 'problem')}: nothing was changed", file=sys.stderr)
        return 2
    if not args.dry_run:
        of = customers.ready(made, folder.read(settings, lambda reading: reading.looked_at(made)))
        folder.write(settings, lambda pen: customers.carry_out(pen, of, by=folder.by()))
    print(_summary(made, args.dry_run))
    return 0


def _summary(made: Plan, dry_run: bool) -> str:
    told = f"{len(made.added)} added, {len(made.changed)} changed, {made.unchanged} as they were"
    return f"would be: {told}" if dry_run else told


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\rchecked {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


def export_sheet(settings: Settings, args: argparse.Namespace) -> int:
    """The sheet; a file is written whole or not at all."""
    lines = sheet_of(folder.read(settings, Reading.cards))
    if args.file == "-":
        sys.stdout.writelines(text.replace("\r\n", "\n") for text in lines)
        return 0
    file = Path(args.file)
    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as out:
            out.writelines(lines)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadInput(args.file, f"cannot be written: {error.strerror}") from None
    return 0


def list_duplicates(settings: Settings, args: argparse.Namespace) -> int:
    """A line for each pair."""
    cards = folder.read(settings, Reading.cards)
    for pair in duplicates(cards):
        print(_pair(pair, cards, as_json=args.json))
    return 0


def _pair(pair: Pair, cards: Mapping[int, CustomerCard], *, as_json: bool) -> str:
    share = [each.value for each in pair.likenesses]
    if as_json:
        return json.dumps({"one": pair.one, "other": pair.other, "share": share})
    names = f"{cards[pair.one].name} / {cards[pair.other].name}"
    return f"mezzora customer merge {pair.one} {pair.other}   # {names}: same {', '.join(share)}"


def merge(settings: Settings, args: argparse.Namespace) -> int:
    """Name the periods that overlap, or do it."""
    folder.write(
        settings,
        lambda pen: merging.merge(pen, args.number, args.other, drop_periods=args.drop_periods, by=folder.by()),
    )
    return 0


def make_link(settings: Settings, args: argparse.Namespace) -> int:
    """Print it; it is shown this once."""
    code = folder.write(settings, lambda pen: customer_links.make(pen, args.number, by=folder.by()))
    print(f"{access.address(settings)}/yours/{code}")
    return 0


def take_link_back(settings: Settings, args: argparse.Namespace) -> int:
    folder.write(settings, lambda pen: customer_links.take_back(pen, args.number))
    return 0


def _bytes_of(file: str) -> bytes:
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else _read(Path(file))
    except OSError as error:
        raise BadInput(file, f"cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise BadInput(file, "larger than 64 MB", "import it in parts")
    return data


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def _count(some: tuple[object, ...], noun: str) -> str:
    return f"{len(some)} {noun}{'' if len(some) == 1 else 's'}"
