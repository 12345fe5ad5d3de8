"""`mezzora request`: letters that ask for help become drafts of interventions."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from collector import folder
from collector.errors import BadInput, CannotStart, CollectorError
from collector.inbox import post_box
from collector.inbox.letter import read_letter
from collector.inbox.letter_text import printable
from collector.inbox.mail_files import messages_in
from collector.inbox.post_box import Account
from collector.ledger.engine import Engines
from collector.ledger.ledger import writing
from collector.ledger.letters import Became, LetterView, Taken, letters, take
from collector.settings import Settings
from shared.clock import SystemClock
from shared.moments import iso

AT_ONCE = 500


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command."""
    acts = parser.add_subparsers(required=True, metavar="import|fetch|list")
    importing = acts.add_parser("import", help="from e-mail files: each request becomes an intervention, once")
    importing.add_argument(
        "files", metavar="FILE", nargs="+", help=".eml, mbox, a folder of them, a Maildir; - reads standard input"
    )
    fetching = acts.add_parser("fetch", help="what nobody has seen in the mailbox of the settings (IMAP over TLS)")
    listing = acts.add_parser("list", help="what was taken in, the last first")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    for act, run in ((importing, import_files), (fetching, fetch), (listing, list_letters)):
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def import_files(settings: Settings, args: argparse.Namespace) -> int:
    """A line for each message; 2 where one could not be taken, and the others are."""

    async def work(engines: Engines) -> int:
        into = Tray(settings, engines)
        for place in args.files:
            for found in messages_in(place):
                if isinstance(found, BadInput):
                    into.refuse(found)
                else:
                    await into.put(found.place, found.data)
        return into.done()

    return folder.opened(settings, work)


def fetch(settings: Settings, _args: argparse.Namespace) -> int:
    """The same, from the mailbox: what is written down is marked as seen there, and nothing else."""
    account = account_of(settings)

    async def work(engines: Engines) -> int:
        into = Tray(settings, engines)
        with post_box.opened(account) as box:
            for uid in box.unseen():
                try:
                    data = box.message(uid)
                except BadInput as bad:
                    into.refuse(bad.inside(box.place(uid)))
                    continue
                if await into.put(box.place(uid), data):
                    box.mark_seen(uid)
        return into.done()

    return folder.opened(settings, work)


class Tray:
    """What comes in goes into the ledger, each message in a transaction of its own, and what became of it is told."""

    def __init__(self, settings: Settings, engines: Engines) -> None:
        self._lists = folder.price_lists(settings)
        self._engines = engines
        self._by = folder.by()
        self._became: Counter[Became] = Counter()
        self._refused = 0

    async def put(self, place: str, data: bytes) -> bool:
        """Whether it is written down now."""
        try:
            letter = read_letter(data)
            async with writing(self._engines.writer, self._lists, SystemClock()) as pen:
                taken = await take(pen, letter, by=self._by)
        except BadInput as bad:
            self.refuse(bad.inside(place))
            return False
        self._became[taken.became] += 1
        print(f"{printable(place)}: {told(taken, letter.sender, letter.problem)}")
        return True

    def refuse(self, why: CollectorError) -> None:
        self._refused += 1
        print(f"mezzora: {why}", file=sys.stderr)

    def done(self) -> int:
        """2 where something was refused."""
        counts = ", ".join(f"{self._became[each]} {name}" for each, name in _COUNTED.items())
        print(f"{counts}, {self._refused} refused", file=sys.stderr)
        return 2 if self._refused else 0


_COUNTED = {
    Became.OPENED: "opened",
    Became.JOINED: "joined",
    Became.KNOWN: "known already",
    Became.NO_REQUEST: "no request",
}


def told(taken: Taken, sender: str | None, problem: str) -> str:
    """What became of a message, in a line."""
    note = f" ({taken.note})" if taken.note else ""
    match taken.became:
        case Became.OPENED:
            whose = taken.customer or f"customer unknown: {sender or 'no sender'}"
            return f"intervention {taken.intervention_id}, {whose}: {problem}{note}"
        case Became.JOINED:
            return f"joins intervention {taken.intervention_id}{note}"
        case Became.KNOWN if taken.intervention_id is None:
            return "here already, no request"
        case Became.KNOWN:
            return f"here already, as intervention {taken.intervention_id}"
        case Became.NO_REQUEST:
            return f"no request: {taken.note}"


def list_letters(settings: Settings, args: argparse.Namespace) -> int:
    """A line for each."""

    async def ask(engines: Engines) -> None:
        before: int | None = None
        async with engines.readers.connect() as connection:
            while some := await letters(connection, AT_ONCE, before):
                before = some[-1].id
                for each in some:
                    print(json.dumps(as_json(each), ensure_ascii=False) if args.json else line(each))

    folder.opened(settings, ask)
    return 0


def line(of: LetterView) -> str:
    became = f"{of.intervention_id:>6}" if of.intervention_id is not None else f"{'-':>6}"
    about = of.problem if of.why_not is None else f"no request: {of.why_not}"
    return (
        f"{became}  {iso(of.taken_at)[:16]}Z  {of.customer or '-':<32}  {of.sender or '-':<32}  {about or ''}".rstrip()
    )


def as_json(of: LetterView) -> dict[str, object]:
    return {
        "id": of.id,
        "taken_at": iso(of.taken_at),
        "sender": of.sender,
        "intervention": of.intervention_id,
        "problem": of.problem,
        "customer": of.customer,
        "no_request": of.why_not,
    }


def account_of(settings: Settings) -> Account:
    """The mailbox of the settings; CannotStart names what is missing."""
    host, user = _set("imap_host", settings.imap_host), _set("imap_user", settings.imap_user)
    return Account(host, settings.imap_port, user, _password(settings), settings.imap_folder)


def _set(name: str, value: str | None) -> str:
    if not value:
        raise CannotStart(f"{name} is not set: write it into mezzora.toml, or set MEZZORA_{name.upper()}")
    return value


def _password(settings: Settings) -> str:
    """From its file, else as it was set."""
    file = settings.imap_password_file
    try:
        password = settings.imap_password if file is None else file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, ValueError) as error:
        why = (isinstance(error, OSError) and error.strerror) or "not UTF-8 text"
        raise CannotStart(f"imap_password_file: {file} cannot be read: {why}") from None
    if not password:
        raise CannotStart("no password for the mailbox: set MEZZORA_IMAP_PASSWORD, or imap_password_file")
    return password
