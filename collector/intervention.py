"""`mezzora intervention`: the interventions from the command line."""

import argparse
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from collector import access, folder
from collector.domain.decision import Reason
from collector.errors import BadInput, NotFound
from collector.ledger import consents, crediting, decisions, declared, handling
from collector.ledger.decided import Matter
from collector.ledger.decisions import Outcome, Ruling
from collector.ledger.handling import CustomerTold, Facts
from collector.ledger.reading import Reading
from collector.ledger.views import InterventionView
from collector.settings import Settings
from collector.trail import a_moment
from shared.moments import iso

MOST = 2**53 - 1
AT_ONCE = 200
_MOMENT = "as in 2026-10-05T09:30:00+02:00"


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command; `settings_of` reads where the ledger is."""
    acts = parser.add_subparsers(required=True, metavar="ACT")
    listing = acts.add_parser("list", help="the newest first, with what they cost")
    showing = acts.add_parser("show", help="one with its reasons, its time and what was decided")
    opening = acts.add_parser("open", help="a request that came in by hand; prints the number")
    describing = acts.add_parser("describe", help='what is given is written down; "" takes it away')
    assigning = acts.add_parser("assign", help="it is this customer's; its peers are known as his from now on")
    splitting = acts.add_parser("split", help="from a moment on a session's time is another's; prints the other")
    moving = acts.add_parser("move", help="a part of a session's time is another's")
    merging = acts.add_parser("merge", help="it is about the same problem as the other: all its time is that one's")
    declaring = acts.add_parser("declare", help="time that nothing observed; prints the session's name")
    withdrawing = acts.add_parser("withdraw", help="it was declared by mistake")
    deciding = acts.add_parser("decide", help="what is charged beyond the base price, or given away")
    asking = acts.add_parser("consent-link", help="a link by which the customer agrees to overtime; prints it")
    closing = acts.add_parser("close", help="solved, or given up")
    telling = acts.add_parser("told", help="the customer was told that it is given up")
    reopening = acts.add_parser("reopen", help="it was not done after all")
    for one in acts.choices.values():
        if one in (listing, opening):
            continue
        one.add_argument("number", type=a_number, metavar="NUMBER")
    _add_listing(listing)
    _add_opening(opening)
    _add_facts(opening, describing)
    assigning.add_argument("customer", type=a_number, metavar="CUSTOMER")
    _add_crediting(splitting, moving, merging)
    _add_declared(declaring)
    withdrawing.add_argument("session", metavar="SESSION", help="the name that `declare` printed")
    _add_decision(deciding)
    closing.add_argument("outcome", choices=[each.value for each in Outcome])
    closing.add_argument("--told", metavar="HOW", help="how the customer was told that it is given up")
    telling.add_argument("how", metavar="HOW", help="phone, e-mail, or in your own words")
    for one in (closing, telling):
        one.add_argument("--at", metavar="MOMENT", help=f"when he was told, {_MOMENT} (default: now)")
    reopening.add_argument("reason", metavar="REASON")
    for one in (listing, showing):
        one.add_argument("--json", action="store_true", help="for programs")
    runs: Mapping[argparse.ArgumentParser, Callable[[Settings, argparse.Namespace], int]] = {
        listing: list_interventions,
        showing: show,
        opening: open_by_hand,
        describing: describe,
        assigning: assign,
        splitting: split,
        moving: move,
        merging: merge,
        declaring: declare,
        withdrawing: withdraw,
        deciding: decide,
        asking: consent_link,
        closing: close,
        telling: tell,
        reopening: reopen,
    }
    for act, run in runs.items():
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def _add_listing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", choices=("open", "closed", "unassigned", "in-review"))
    parser.add_argument("--customer", type=a_number, metavar="NUMBER")
    parser.add_argument("--from", dest="since", metavar="DAY", help="opened on this day, or at this moment, or later")
    parser.add_argument("--to", dest="until", metavar="DAY", help="opened up to this day, or before this moment")


def _add_opening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customer", type=a_number, metavar="NUMBER")
    parser.add_argument("--opened", metavar="MOMENT", help=f"when it came in, {_MOMENT} (default: now)")


def _add_facts(*parsers: argparse.ArgumentParser) -> None:
    yes_or_no = argparse.BooleanOptionalAction
    for one in parsers:
        one.add_argument("--problem", metavar="TEXT")
        one.add_argument("--notes", metavar="TEXT")
        one.add_argument("--category", metavar="CATEGORY")
        one.add_argument("--backup", metavar="MOMENT", help="when the customer's last backup was made")
        one.add_argument("--works-on-database", action=yes_or_no)
        one.add_argument("--critical", action=yes_or_no, help="no session of it may be ended now")


def _add_crediting(
    splitting: argparse.ArgumentParser, moving: argparse.ArgumentParser, merging: argparse.ArgumentParser
) -> None:
    for one in (splitting, moving):
        one.add_argument("session", metavar="SESSION", help="its name, as `show` tells it")
    splitting.add_argument("at", metavar="MOMENT", help=_MOMENT)
    splitting.add_argument("--into", type=a_number, metavar="NUMBER", help="default: a new one")
    moving.add_argument("into", type=a_number, metavar="OTHER")
    moving.add_argument("--from", dest="since", metavar="MOMENT", help="default: from its start")
    moving.add_argument("--to", dest="until", metavar="MOMENT", help="default: to its end")
    merging.add_argument("into", type=a_number, metavar="OTHER")


def _add_declared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("start", metavar="START", help=_MOMENT)
    parser.add_argument("end", metavar="END")
    parser.add_argument("--tool", choices=declared.TOOLS, default="telephone")
    parser.add_argument("--told", metavar="TEXT", help="with whom, or about what")


def _add_decision(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=[each.value for each in Matter])
    parser.add_argument("--how", metavar="TEXT", help="of overtime-agreed: phone, e-mail, or in your own words")
    parser.add_argument("--choice", metavar="CHOICE", help="of overtime-not-sold; of withdrawn-decision: which one")
    parser.add_argument("--reason", choices=[each.value for each in Reason], help="of what is given away")
    parser.add_argument("--told", metavar="TEXT", default="", help="why, in your own words")
    parser.add_argument(
        "--half-hours",
        type=a_number,
        metavar="COUNT",
        help="default: those begun by now; of overtime-agreed: as many as are begun, whenever",
    )
    parser.add_argument("--price", metavar="EURO", help="net, as in 120.00")


def a_number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"{text[:30]} is no number of one")
    return number


def list_interventions(settings: Settings, args: argparse.Namespace) -> int:
    """A line each."""
    since = _moment(settings, "--from", args.since)
    until = None if args.until is None else a_moment(settings, "--to", args.until, after=True)

    async def ask(reading: Reading) -> list[InterventionView]:
        found: list[InterventionView] = []
        while True:
            some, total = await reading.interventions(
                state=args.state,
                customer_id=args.customer,
                from_at=since,
                until_at=until,
                limit=AT_ONCE,
                offset=len(found),
            )
            found += some
            if not some or len(found) >= total:
                return found

    for view in folder.read(settings, ask):
        print(json.dumps(as_json(view), ensure_ascii=False) if args.json else line(view))
    return 0


def line(view: InterventionView) -> str:
    customer = view.customer.name if view.customer else "-"
    state = view.outcome or view.state
    waits = ", ".join(wait.what for wait in view.waits)
    told = f"{view.id:>6}  {iso(view.opened_at)[:16]}Z  {customer:<32}  {state:<10}  {view.charge.net:>9}  {waits}"
    return told.rstrip()


def show(settings: Settings, args: argparse.Namespace) -> int:
    """All that decides about its charge."""

    async def ask(reading: Reading) -> InterventionView | None:
        return await reading.intervention(args.number)

    view = folder.read(settings, ask)
    if view is None:
        raise NotFound(f"no intervention {args.number}: see `mezzora intervention list`")
    if args.json:
        print(json.dumps(as_json(view), ensure_ascii=False, indent=2))
        return 0
    print(line(view))
    for name, text in (("problem", view.problem), ("notes", view.notes), ("warning", view.warning)):
        if text:
            print(f"{name:<9} {' '.join(text.split())}")
    for each in view.charge.lines:
        print(f"{'charge':<9} {each.amount:>9}  {each.why}")
    for span in view.spans:
        print(f"{'time':<9} {iso(span.started_at)} > {iso(span.ended_at)}  {span.session}")
    for decision in view.decisions:
        print(f"{'decided':<9} {iso(decision.at)}  {decision.what}, {decision.by}: {decision.told}".rstrip(": "))
    return 0


def as_json(view: InterventionView) -> dict[str, object]:
    return {
        "id": view.id,
        "customer": None if view.customer is None else {"id": view.customer.id, "name": view.customer.name},
        "opened_at": iso(view.opened_at),
        "state": view.state,
        "outcome": view.outcome,
        "category": view.category,
        "problem": view.problem,
        "notes": view.notes,
        "warning": view.warning,
        "merged_into": view.merged_into,
        "connection_seconds": view.charge.connection_seconds,
        "net": view.charge.net,
        "lines": [
            {"code": e.code, "quantity": e.quantity, "amount": e.amount, "why": e.why} for e in view.charge.lines
        ],
        "review": view.review,
        "waits": [{"what": each.what, "whose": each.whose} for each in view.waits],
        "spans": [{"session": e.session, "start": iso(e.started_at), "end": iso(e.ended_at)} for e in view.spans],
        "decisions": [{"what": e.what, "by": e.by, "at": iso(e.at), "told": e.told} for e in view.decisions],
    }


def open_by_hand(settings: Settings, args: argparse.Namespace) -> int:
    """Print the new one's number."""
    facts, named = _facts(settings, args)
    opened_at = _moment(settings, "--opened", args.opened)
    print(
        folder.write(
            settings, lambda pen: handling.open_by_hand(pen, args.customer, opened_at, facts, named, by=folder.by())
        )
    )
    return 0


def describe(settings: Settings, args: argparse.Namespace) -> int:
    facts, named = _facts(settings, args)
    folder.write(settings, lambda pen: handling.describe(pen, args.number, facts, named, by=folder.by()))
    return 0


def _facts(settings: Settings, args: argparse.Namespace) -> tuple[Facts, frozenset[str]]:
    """The facts, and which of them were named; an empty text is named, and none."""
    given = {
        "problem": args.problem,
        "notes": args.notes,
        "category": args.category,
        "backup_at": args.backup and a_moment(settings, "--backup", args.backup),
        "works_on_database": args.works_on_database,
        "critical": args.critical,
    }
    named = {name: value for name, value in given.items() if value is not None}
    return Facts(**{name: None if value == "" else value for name, value in named.items()}), frozenset(named)


def assign(settings: Settings, args: argparse.Namespace) -> int:
    folder.write(settings, lambda pen: decisions.assign_customer(pen, args.number, args.customer, by=folder.by()))
    return 0


def split(settings: Settings, args: argparse.Namespace) -> int:
    """Print the other's number."""
    at = a_moment(settings, "MOMENT", args.at)
    print(
        folder.write(
            settings, lambda pen: crediting.split(pen, args.number, args.session, at, args.into, by=folder.by())
        )
    )
    return 0


def move(settings: Settings, args: argparse.Namespace) -> int:
    since, until = _moment(settings, "--from", args.since), _moment(settings, "--to", args.until)
    folder.write(
        settings,
        lambda pen: crediting.move(pen, args.number, args.session, since, until, args.into, by=folder.by()),
    )
    return 0


def merge(settings: Settings, args: argparse.Namespace) -> int:
    folder.write(settings, lambda pen: crediting.merge(pen, args.number, args.into, by=folder.by()))
    return 0


def declare(settings: Settings, args: argparse.Namespace) -> int:
    """Print the name of the session that stands for it."""
    start_at, end_at = a_moment(settings, "START", args.start), a_moment(settings, "END", args.end)
    print(
        folder.write(
            settings,
            lambda pen: declared.declare(
                pen, args.number, start_at, end_at, tool=args.tool, told=args.told, by=folder.by()
            ),
        )
    )
    return 0


def withdraw(settings: Settings, args: argparse.Namespace) -> int:
    """What was observed can never be withdrawn."""
    folder.write(settings, lambda pen: declared.withdraw(pen, args.number, args.session, by=folder.by()))
    return 0


def decide(settings: Settings, args: argparse.Namespace) -> int:
    """On the same matter the last word stands."""
    if args.price is not None and not re.fullmatch(r"[0-9]{1,7}\.[0-9]{2}", args.price):
        raise BadInput("--price", f"{args.price[:30]!r} is none", "write it as in 120.00")
    ruling = Ruling(
        what=Matter(args.what),
        how=args.how,
        choice=args.choice,
        reason=None if args.reason is None else Reason(args.reason),
        told=args.told,
        half_hours=args.half_hours,
        price=None if args.price is None else Decimal(args.price),
    )
    folder.write(settings, lambda pen: decisions.decide(pen, args.number, ruling, by=folder.by()))
    return 0


def consent_link(settings: Settings, args: argparse.Namespace) -> int:
    """Print it: good for an hour and for one answer."""
    code, _ = folder.write(settings, lambda pen: consents.make(pen, args.number, by=folder.by()))
    print(f"{access.address(settings)}/consent/{code}")
    return 0


def close(settings: Settings, args: argparse.Namespace) -> int:
    if args.told is None and args.at is not None:
        raise BadInput("--at", "without --told", "say how the customer was told")
    told = None if args.told is None else CustomerTold(args.told, _moment(settings, "--at", args.at))
    folder.write(settings, lambda pen: handling.close(pen, args.number, Outcome(args.outcome), told, by=folder.by()))
    return 0


def tell(settings: Settings, args: argparse.Namespace) -> int:
    told = CustomerTold(args.how, _moment(settings, "--at", args.at))
    folder.write(settings, lambda pen: handling.tell(pen, args.number, told, by=folder.by()))
    return 0


def reopen(settings: Settings, args: argparse.Namespace) -> int:
    folder.write(settings, lambda pen: handling.reopen(pen, args.number, args.reason, by=folder.by()))
    return 0


def _moment(settings: Settings, place: str, text: str | None) -> int | None:
    return None if text is None else a_moment(settings, place, text)
