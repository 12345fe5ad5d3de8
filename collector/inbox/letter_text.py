"""The first lines that somebody wrote in an e-mail: its text part, without signature and without what it quotes. Pure.

What is below the first mark of a quotation or a signature is left out, as far as it is plain; who writes between quoted
lines is read up to the first of them.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser

MOST_LINES = 10
MOST_CHARACTERS = 800
MOST_READ = 64 * 1024  # bytes of the text

REFUSED_CHARSETS = frozenset({"utf-7", "utf7", "unicode-1-1-utf-7", "csutf7", "imap4-utf-7", "unicode_escape", "idna"})
"""Letters that are no letters: what they hide is read by nobody."""

_LATIN = frozenset({"us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin-1", "latin1", "unknown-8bit", ""})
_ENDS = re.compile(
    r"(?:--|_{5,}|-{5,}|>.*"
    r"|-+ ?(?:Original Message|Messaggio originale|Forwarded message|Messaggio inoltrato) ?-+.*"
    r"|(?:On|Il(?: giorno)?) .{5,200}(?:wrote|ha scritto) ?:"
    r"|(?:Sent from my|Inviato da(?:l mio)?|Get Outlook for|Ottieni Outlook per) .{1,60}"
    r"|\*?(?:From|Da) ?:\*? .*@.*)",
    re.IGNORECASE,
)


def printable(text: str) -> str:
    """On one line; what cannot be shown is a question mark in a box."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)


def lines_of(message: EmailMessage) -> str:
    """The first lines of the text, or of what a page says; nothing where there is neither, or it cannot be read."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    text = _decoded(part)
    if part.get_content_type() == "text/html":
        text = plain(text)
    return "\n".join(_some(written(text)))[:MOST_CHARACTERS].strip()


def written(text: str) -> Iterator[str]:
    """The lines up to where quotation or signature begins, without their blanks at the end."""
    lines = [line.strip() for line in text.splitlines()]
    for n, line in enumerate(lines):
        both = f"{line} {lines[n + 1]}" if n + 1 < len(lines) else line
        if _ENDS.fullmatch(line) or (line.startswith(("On ", "Il ")) and _ENDS.fullmatch(both)):
            return
        yield printable(line)


def plain(page: str) -> str:
    """What an HTML page says, its blocks on lines of their own."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    return "".join(reader.said)


def _some(lines: Iterator[str]) -> Iterator[str]:
    """The first ones, with no more than one empty line between."""
    told, empty = 0, True
    for line in lines:
        if line or not empty:
            told += 1
            yield line
        empty = not line
        if told == MOST_LINES:
            return


def _decoded(part: MIMEPart) -> str:
    """The text by the charset that it names, where that is one; Windows calls its own by the name of Latin 1."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    content = content[:MOST_READ]
    name = (part.get_content_charset() or "").lower()
    if name in REFUSED_CHARSETS:
        return f"(text in {printable(name)}: not read)"
    if name in _LATIN:
        return utf8_or_cp1252(content)
    try:
        return content.decode(name, "replace")
    except (LookupError, ValueError):
        return utf8_or_cp1252(content)


def utf8_or_cp1252(content: bytes) -> str:
    """Letters whose charset nobody names."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


class _Page(HTMLParser):
    """Keeps what is said, and nothing of how it looks."""

    BLOCKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "hr", "table"})
    SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self._silent += 1
        elif tag == "blockquote":
            self.said.append("\n>\n")  # what is quoted
        elif tag in self.BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self.BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))
