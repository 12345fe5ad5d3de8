"""`mezzora audit`: whether the past is as it was left, what was entered, and the head to keep."""

import argparse
import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from collector import folder
from collector.errors import BadInput
from collector.ledger import audit, proof
from collector.ledger.audit import Entry, Head
from collector.ledger.engine import Engines
from collector.ledger.witness import KINDS
from collector.settings import Settings
from shared.moments import day_bounds, iso, to_at

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command; `settings_of` reads where the ledger is."""
    acts = parser.add_subparsers(required=True, metavar="verify|list|head")
    verifying = acts.add_parser("verify", help="whether the past is as it was left; names the first broken place")
    verifying.add_argument("--head", metavar="N:HASH", help="a head that was kept: the chain has to hold it too")
    listing = acts.add_parser("list", help="what was entered, in order")
    listing.add_argument("--from", dest="since", metavar="DAY", help="from this day or moment on")
    listing.add_argument("--to", dest="until", metavar="DAY", help="up to this day, included, or before this moment")
    listing.add_argument("--subject", metavar="KIND[:ID]", help="only about these, as in intervention:7")
    listing.add_argument("--json", action="store_true", help="one JSON object a line, with before and after")
    heading = acts.add_parser("head", help="number and seal of the last entry: keep them where the database is not")
    for act, run in ((verifying, verify), (listing, list_entries), (heading, head)):
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def verify(settings: Settings, args: argparse.Namespace) -> int:
    """0 where all is as it was left; 1, and the first broken place, where it is not."""
    kept = None if args.head is None else read_head(args.head)

    async def look(engines: Engines) -> proof.Verdict:
        async with engines.readers.connect() as connection:
            return await proof.verify(connection, kept)

    verdict = folder.opened(settings, look)
    if verdict.broken is not None:
        print(f"broken: {verdict.broken}")
        return 1
    print(f"whole: {verdict.head.n} entries, head {verdict.head}")
    return 0


def list_entries(settings: Settings, args: argparse.Namespace) -> int:
    """A line for each entry."""
    kind, id = (None, None) if args.subject is None else read_subject(args.subject)
    query = audit.entries(
        from_at=None if args.since is None else a_moment(settings, "--from", args.since),
        until_at=None if args.until is None else a_moment(settings, "--to", args.until, after=True),
        kind=kind,
        subject=id,
    )

    async def ask(engines: Engines) -> None:
        async with engines.readers.connect() as connection:
            async for row in await connection.stream(query):
                print(line(audit.entry_of(row), full=args.json))

    folder.opened(settings, ask)
    return 0


def head(settings: Settings, _args: argparse.Namespace) -> int:
    async def ask(engines: Engines) -> Head:
        async with engines.readers.connect() as connection:
            return await audit.head(connection)

    print(folder.opened(settings, ask))
    return 0


def line(entry: Entry, *, full: bool) -> str:
    """For people, or whole for programs."""
    if not full:
        return f"{entry.n:>6}  {iso(entry.at)}  {entry.kind}:{entry.subject:<6}  {entry.what:<16}  {entry.by}"
    return json.dumps(
        {
            "n": entry.n,
            "at": iso(entry.at),
            "by": entry.by,
            "what": entry.what,
            "kind": entry.kind,
            "subject": entry.subject,
            "before": None if entry.before is None else json.loads(entry.before),
            "after": None if entry.after is None else json.loads(entry.after),
            "hash": entry.hash,
        },
        ensure_ascii=False,
    )


def read_head(text: str) -> Head:
    """What `mezzora audit head` printed; BadInput for anything else."""
    match = _HEAD.fullmatch(text.strip())
    if match is None:
        raise BadInput("--head", f"{text[:80]!r} is no head", "write it as `mezzora audit head` printed it, N:HASH")
    return Head(int(match[1]), match[2])


def read_subject(text: str) -> tuple[str, str | None]:
    """Kind and id of "intervention:7", or the kind alone."""
    kind, colon, id = text.partition(":")
    if kind not in KINDS or (colon and not id):
        raise BadInput("--subject", f"{text[:80]!r} is none", f"write a kind ({', '.join(sorted(KINDS))}), or KIND:ID")
    return kind, id or None


def a_moment(settings: Settings, place: str, text: str, *, after: bool = False) -> int:
    """The instant of a moment, or the first one of a day where the firm is; `after` takes the day's end."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return day_bounds(day + timedelta(days=1) if after else day, settings.zone)[0]
        return to_at(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        remedy = "write a day, as in 2026-10-05, or a moment, as in 2026-10-05T09:30:00+02:00"
        raise BadInput(place, f"{text[:60]!r} is neither day nor moment", remedy) from None
