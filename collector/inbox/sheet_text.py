"""A sheet of cells as text: its encoding, its separator, its lines; and the same written out.

Spreadsheets run a cell that begins with = + - @ as a formula. Such a cell goes out with an apostrophe before it, which
they show as plain text, and which is taken off again on the way in.
"""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from collector.errors import BadInput

SEPARATORS = (";", ",", "\t")
MAX_CELL = 100_000
_RISKY = re.compile(r"^[=+\-@\t\r']")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """One line of a sheet: the number of its first line in the file, and its cells."""

    line: int
    cells: tuple[str, ...]


def decoded(data: bytes, encoding: str | None = None) -> str:
    """The text; `encoding` None finds it out: by its mark, UTF-8 where it is, UTF-16 by its zeros, else CP1252.

    BadInput names the line of the first byte that is no letter, and of the first that is of another encoding.
    """
    name = encoding or _encoding_of(data)
    try:
        return data.decode(name)
    except LookupError:
        known = "utf-8, cp1252, utf-16"
        raise BadInput("encoding", f'"{name[:40]}" is not known', f"as in {known}") from None
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, at) + 1
        raise BadInput(f"line {line}", f"not {name}: byte {at + 1}", "give its --encoding, as in cp1252") from None


def _encoding_of(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    head = data[:4096]
    zeros = head.count(0)
    if zeros > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) * 2 > zeros else "utf-16-be"
    if _is_utf8(data):
        return "utf-8"
    _refuse_a_mixture(data)
    return "cp1252"


def _refuse_a_mixture(data: bytes) -> None:
    """UTF-8 is not met by chance: where one line is, and another is not, two programs wrote the file."""
    lines = [(n, line) for n, line in enumerate(data.splitlines(), 1) if not line.isascii()]
    unlike = next(n for n, line in lines if not _is_utf8(line))
    other = next((n for n, line in lines if _is_utf8(line)), None)
    if other is not None:
        problem = f"not UTF-8, as line {other} is: the file mixes encodings"
        raise BadInput(f"line {unlike}", problem, "save all of it as UTF-8, or give its --encoding")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def separator_of(text: str) -> str:
    """The one that parts the first line into the most cells."""
    first = text.split("\n", 1)[0][:MAX_CELL]
    counts = {each: len(_first_row(first, each)) for each in SEPARATORS}
    return max(SEPARATORS, key=lambda each: counts[each])


def _first_row(line: str, separator: str) -> Sequence[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def rows(text: str, separator: str) -> Iterator[Cells]:
    """The lines that hold anything; BadInput names the line where a quote is never closed, or a cell is too long."""
    csv.field_size_limit(min(MAX_CELL, sys.maxsize))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    began = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadInput(
                f"line {began}", f"no line of a sheet: {error}", "look for a quote that is not closed"
            ) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Cells(began, tuple(_plain(cell).strip() for cell in cells))
        began = reader.line_num + 1


def written(lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """The sheet, line by line: semicolons and a byte order mark, as a spreadsheet in Italy opens it."""
    yield "\ufeff"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for cells in lines:
        writer.writerow([_guarded(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _guarded(cell: str) -> str:
    return f"'{cell}" if _RISKY.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell[1:]) else cell
