"""The bytes of a log → its lines, whatever they are written in.

A line ends with a line feed, a carriage return, or both. UTF-16 is seen from how the file begins; else a line is UTF-8
if it can be, and CP1252 if not. Memory is bounded: of a line without end only its beginning is kept.
"""

import codecs

LONGEST_LINE = 4_000  # bytes of a line that are kept; no pattern of the catalogue needs more
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Lines:
    """The lines of one file, from bytes as they come."""

    def __init__(self, head: bytes = b"") -> None:
        """`head`: how the file begins, when reading begins further on."""
        self._wide = _wide(head) if head else None
        self._at_head = not head
        self._rest = b""
        self._cut = False
        self._is_after_return = False  # whether a line feed that comes next belongs to the line end before it

    def take(self, new: bytes) -> list[str]:
        """The lines that are whole now; the last half waits for its other half."""
        if self._at_head and new:
            self._at_head = False
            self._wide = _wide(new)
            new = new.removeprefix(codecs.BOM_UTF8)
        if self._wide is not None:
            new = self._wide.decode(new).removeprefix("\ufeff").encode("utf-8", "replace")
        if self._is_after_return:
            new = new.removeprefix(b"\n")
        self._is_after_return = new.endswith(b"\r") or (self._is_after_return and not new)
        first, *others = new.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if not self._cut:
            self._rest += first
        if others:
            whole = [self._rest, *others[:-1]]
            self._rest, self._cut = others[-1], False
        else:
            whole = []
        if len(self._rest) > LONGEST_LINE:
            self._rest, self._cut = self._rest[:LONGEST_LINE], True
        return [_text(line) for line in whole]

    @property
    def rest(self) -> str:
        """What stands after the last line's end so far."""
        return _text(self._rest)

    def drop_rest(self) -> None:
        """It has been read as a line of its own: what follows in it is passed over."""
        self._rest, self._cut = b"", True


def _wide(head: bytes) -> codecs.IncrementalDecoder | None:
    """The decoder of a file that has two bytes to a letter: marked so, or with every second byte empty."""
    letters = head[2:] if head[:2] in _MARKS else head
    for name, empty, full in (
        ("utf-16-le", letters[1:8:2], letters[0:8:2]),
        ("utf-16-be", letters[0:8:2], letters[1:8:2]),
    ):
        is_marked = _MARKS.get(head[:2]) == name
        if not any(empty) and b"\0" not in full and (is_marked or len(letters) >= 8):
            return codecs.getincrementaldecoder(name)("replace")
    return None


def _text(line: bytes) -> str:
    line = line[:LONGEST_LINE].replace(b"\0", b"")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
