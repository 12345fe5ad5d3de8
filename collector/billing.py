"""`mezzora statement`: what customers owe, issued, listed, written in its forms, taken back and verified."""

import argparse
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from collector import folder
from collector.bar import bar
from collector.domain.month import Month, read_month
from collector.errors import BadInput, Conflict, NotFound
from collector.ledger.engine import Engines
from collector.ledger.issued import Issued, StatementView
from collector.settings import Settings, make_folder
from collector.statements import month as months
from collector.statements import wording
from collector.statements.credit_note import Numbered, numbered
from collector.statements.document import Document, read_document
from collector.statements.drafting import Draft, Sheet
from collector.statements.forms import Form, Forms, called
from collector.statements.separated import accountant_csv
from collector.statements.signed import is_public_key, verify
from shared.clock import SystemClock
from shared.moments import from_at, iso

ACCOUNTANT = "accountant"
MOST_BYTES = 64 * 1024 * 1024

_Told = TypeVar("_Told")
SettingsOf = Callable[[argparse.Namespace], Settings]


def add_arguments(parser: argparse.ArgumentParser, settings_of: SettingsOf) -> None:
    """The acts of the command."""
    acts = parser.add_subparsers(required=True, metavar="list|preview|issue|lines|export|credit|verify|key")
    listing = acts.add_parser("list", help="the statements and credit notes, the last first")
    listing.add_argument("--month", metavar="MONTH", help="only of this month, as 2026-10")
    listing.add_argument("--customer", metavar="ID", type=int)
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    showing = acts.add_parser("preview", help="what a customer's statement would be now, and what keeps it back")
    issuing = acts.add_parser("issue", help="number and freeze one customer's statement; prints its number")
    for act in (showing, issuing):
        act.add_argument("month", metavar="MONTH", help="as 2026-10")
        act.add_argument("customer", metavar="CUSTOMER", type=int, help="his number")
    showing.add_argument("--form", choices=("pdf", "xlsx", "csv", "json"), help="a draft in this form, to --out")
    exporting = acts.add_parser("export", help="write a statement, or all of a month, in one of its forms")
    exporting.add_argument("what", metavar="NUMBER|MONTH", help="as 2026-0007, or 2026-10")
    exporting.add_argument("--form", choices=(*Form, ACCOUNTANT), required=True)
    for act in (showing, exporting):
        act.add_argument("--out", metavar="PLACE", type=Path, help="a file, or a folder (default: here)")
    looking = acts.add_parser("lines", help="the lines of a statement by their numbers, and which were taken back")
    crediting = acts.add_parser("credit", help="take a statement or lines of it back; prints the credit note's number")
    for act in (looking, crediting):
        act.add_argument("number", metavar="NUMBER")
    crediting.add_argument(
        "--lines", metavar="N,N", help="only these, as `lines` numbers them (default: all that stand)"
    )
    crediting.add_argument("--reason", required=True, help="what the credit note says")
    key = acts.add_parser("key", help="print the public key that signed statements are verified with")
    verifying = acts.add_parser(
        "verify",
        help="whether a signed statement is as it was issued; needs no ledger",
        description="0: it is as the holder of that key issued it. 1: no --key was given, anybody may have signed it. "
        "2: it was changed, or signed by another key.",
    )
    verifying.add_argument("file", metavar="FILE", help="the signed form; - reads standard input")
    verifying.add_argument(
        "--key",
        metavar="PUBLIC",
        help="the sender's public key, or a file that holds it; had from him, not out of FILE",
    )
    verifying.set_defaults(run=verify_file)
    runs = (
        (listing, show_list),
        (showing, preview),
        (issuing, issue),
        (looking, show_lines),
        (exporting, export),
        (crediting, credit),
        (key, print_key),
    )
    for act, run in runs:
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def show_list(settings: Settings, args: argparse.Namespace) -> int:
    """A line for each."""
    month = None if args.month is None else read_month(args.month, "--month")

    async def ask(issued: Issued) -> None:
        offset, total = 0, 1
        while offset < total:
            found, total = await issued.statements(month=month, customer_id=args.customer, limit=200, offset=offset)
            for each in found:
                print(line(each, full=args.json))
            offset += 200

    _asking(settings, ask)
    return 0


def line(of: StatementView, *, full: bool) -> str:
    """For people, or whole for programs."""
    if full:
        return json.dumps(msgspec.to_builtins(of) | {"issued_at": iso(of.issued_at)}, ensure_ascii=False)
    day = from_at(of.issued_at).date()
    return f"{of.number:<10}  {of.kind:<11}  {of.month}  {day}  {of.gross:>10}  {of.customer_name}{_about(of)}"


def _about(of: StatementView) -> str:
    """What it takes back, or what took it back."""
    if of.credits:
        return f"  takes back {'lines of ' if of.in_part else ''}{of.credits}"
    if of.credited_by:
        return f"  taken back by {of.credited_by}"
    return f"  lines taken back by {', '.join(of.credited_in_part_by)}" if of.credited_in_part_by else ""


def preview(settings: Settings, args: argparse.Namespace) -> int:
    """The draft in words, or in a form; 1 where something keeps it back."""
    month = read_month(args.month)

    async def ask(issued: Issued) -> Draft | None:
        sheet = Sheet(settings.firm, month, settings.zone, SystemClock().wall_ms())
        return await months.preview(issued, sheet, args.customer)

    found = _asking(settings, ask)
    if found is None:
        raise NotFound(f"customer {args.customer} has nothing to be billed in {month}")
    if args.form is not None:
        form = Form(args.form)
        target = args.out or Path(f"draft-{month}-{args.customer}.{form.value}")
        _write(target, Forms(settings.data, settings.firm_logo).made(found.document, form))
    else:
        print(words(found.document))
    for fault in (*settings.firm.faults(), *found.faults):
        print(f"kept back: {fault}", file=sys.stderr)
    return 1 if found.faults else 0


def words(document: Document) -> str:
    """The statement as a few lines of text."""
    lines = [f"{document.customer.name}, {document.month}"]
    for each in document.interventions:
        for of in each.lines:
            lines.append(
                f"  {each.id:>6}  {of.quantity} x {of.unit_price:>8}  {of.amount:>9}  {wording.shown(of.why.en)}"
            )
        lines += [f"          {note.en}" for note in each.notes]
    return "\n".join([*lines, f"  net {document.net}, VAT {document.vat}, total {document.gross}"])


def issue(settings: Settings, args: argparse.Namespace) -> int:
    """Prints the number."""
    month = read_month(args.month)
    act = folder.write(settings, lambda pen: months.issue(pen, settings.firm, month, args.customer, by=folder.by()))
    print(act)
    return 0


def credit(settings: Settings, args: argparse.Namespace) -> int:
    """Prints the credit note's number."""
    reason = a_reason(args.reason)
    lines = None if args.lines is None else line_numbers(args.lines)
    print(folder.write(settings, lambda pen: months.credit(pen, args.number, reason, by=folder.by(), lines=lines)))
    return 0


def line_numbers(text: str) -> list[int]:
    """As in "1,3"; BadInput for anything else."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        raise BadInput("--lines", f'"{text[:40]}" is no list of numbers', "as in 1,3")
    return [int(part) for part in parts]


def show_lines(settings: Settings, args: argparse.Namespace) -> int:
    """A line for each."""

    async def ask(issued: Issued) -> list[Numbered]:
        text = await issued.document(args.number)
        if text is None:
            raise NotFound(f"no statement {args.number[:40]}")
        return numbered(read_document(text), map(read_document, await issued.notes(args.number)))

    for each in _asking(settings, ask):
        told = f"{each.n:>4}  {each.intervention.id:>6}  {each.line.quantity} x {each.line.unit_price:>8}"
        back = f"  (taken back by {each.credited_by})" if each.credited_by else ""
        print(f"{told}  {each.line.amount:>9}  {wording.shown(each.line.why.en)}{back}")
    return 0


def export(settings: Settings, args: argparse.Namespace) -> int:
    """Write one, or all of a month; 1 where one could not be written, each said on a line of its own."""
    try:
        month = read_month(args.what)
    except BadInput:
        month = None
    if args.form == ACCOUNTANT:
        if month is None:
            raise BadInput("NUMBER|MONTH", "the accountant's form is of a month", "as in 2026-10")
        return _accountant(settings, month, args.out or Path())
    if month is None:
        return _one(settings, args.what, Form(args.form), args.out)
    return _month(settings, month, Form(args.form), args.out or Path())


def _one(settings: Settings, number: str, form: Form, out: Path | None) -> int:
    text = _asking(settings, lambda issued: issued.document(number))
    if text is None:
        raise NotFound(f"no statement {number[:40]}")
    document = read_document(text)
    target = out or Path()
    _write(target / called(document, form) if target.is_dir() else target, _forms(settings).made(document, form))
    return 0


def _month(settings: Settings, month: Month, form: Form, out: Path) -> int:
    """One file each, as they come."""
    forms, written, refused = _forms(settings), 0, 0
    out.mkdir(parents=True, exist_ok=True)

    async def ask(issued: Issued) -> None:
        nonlocal written, refused
        view = await issued.month(month, SystemClock().wall_ms())
        async for text in issued.documents(month):
            document = read_document(text)
            bar(written + refused, view.statements + view.credit_notes, "files")
            try:
                _write(out / called(document, form), forms.made(document, form))
                written += 1
            except BadInput as bad:
                print(f"not written: {bad}", file=sys.stderr)
                refused += 1

    _asking(settings, ask)
    bar(0, 0)
    print(f"{written} written to {out.resolve()}")
    return 1 if refused else 0


def _accountant(settings: Settings, month: Month, out: Path) -> int:
    target = out / f"{month}-accountant.csv" if out.is_dir() else out

    async def ask(issued: Issued) -> None:
        documents = [read_document(text) async for text in issued.documents(month)]
        _write(target, "".join(accountant_csv(documents)).encode())

    _asking(settings, ask)
    print(f"written to {target.resolve()}")
    return 0


def print_key(settings: Settings, _args: argparse.Namespace) -> int:
    """Made, where there is none yet."""
    make_folder(settings.data)
    print(_forms(settings).public_key())
    return 0


def verify_file(args: argparse.Namespace) -> int:
    """0 where it is as it was issued; 1 where only the key inside it says so; BadInput says what is not."""
    source = "standard input" if args.file == "-" else args.file
    try:
        text = (sys.stdin.buffer.read(MOST_BYTES) if args.file == "-" else Path(args.file).read_bytes()).decode("utf-8")
    except OSError as error:
        raise BadInput(source, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(source, "not text in UTF-8", "give the file of the signed form") from None
    found = verify(text, source, None if args.key is None else _key(args.key))
    document = found.document
    about = (
        f"{document.kind} {document.number} of {wording.shown(document.firm.name)},"
        f" {document.day}, to {wording.shown(document.customer.name)}, total {document.gross}"
    )
    if args.key is not None:
        print(f"as it was issued: {about}")
        return 0
    print(f"whole in itself, but whose key signed it is not checked: it calls itself {about}")
    print(
        f"signed with {found.public_key}: anybody can sign with a key of his own; give the sender's --key",
        file=sys.stderr,
    )
    return 1


def a_reason(text: str) -> str:
    """A reason fit to be printed; BadInput for any other."""
    reason = " ".join(text.split())
    if not 0 < len(reason) <= 180 or not reason.isprintable():
        raise BadInput("--reason", "write 1 to 180 characters")
    return reason


def _key(told: str) -> str:
    """BadInput where it is no key: then nothing was verified, and the statement may be good."""
    file = Path(told)
    try:
        key = (file.read_text(encoding="utf-8") if file.is_file() else told).strip()
    except (OSError, ValueError):
        key = ""
    if not is_public_key(key):
        raise BadInput("--key", f'"{told[:60]}" is no public key, nor a file that holds one', "44 characters of base64")
    return key


def _forms(settings: Settings) -> Forms:
    return Forms(settings.data, settings.firm_logo)


def _asking(settings: Settings, ask: Callable[[Issued], Awaitable[_Told]]) -> _Told:
    async def asked(engines: Engines) -> _Told:
        return await ask(Issued(engines.readers, folder.price_lists(settings)))

    return folder.opened(settings, asked)


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    except OSError as error:
        raise Conflict(f"{target} cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
