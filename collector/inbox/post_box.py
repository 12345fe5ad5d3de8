"""A mailbox on a server, by IMAP over TLS: what nobody has seen yet, one message at a time."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from collector.errors import BadInput, Unavailable
from collector.inbox.letter import MAX_BYTES

PATIENCE_S = 30.0
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Account:
    """Where the mailbox is, and who may open it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


class PostBox:
    """An open mailbox. Nothing is marked as seen by being looked at."""

    def __init__(self, line: imaplib.IMAP4, place: str) -> None:
        self._line = line
        self._place = place

    def unseen(self) -> list[str]:
        """Their numbers, which stay theirs; the oldest first."""
        numbers = _joined(self._asked("SEARCH", "UNSEEN")).split()
        return sorted((number.decode("ascii") for number in numbers if number.isdigit()), key=int)

    def place(self, uid: str) -> str:
        return f"{self._place}: message {uid}"

    def message(self, uid: str) -> bytes:
        """All of it; BadInput, before it is fetched, where it is larger than is taken."""
        told = _SIZE.search(_joined(self._asked("FETCH", uid, "(RFC822.SIZE)")))
        if told is not None and int(told[1]) > MAX_BYTES:
            raise BadInput("message", f"larger than {MAX_BYTES // 1024 // 1024} MB", "open the intervention by hand")
        for part in self._asked("FETCH", uid, "(BODY.PEEK[])"):
            if isinstance(part, tuple):
                return bytes(part[1])
        raise BadInput("message", "gone before it could be read", "fetch again")

    def mark_seen(self, uid: str) -> None:
        self._asked("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    def _asked(self, command: str, *words: str) -> list[bytes | tuple[bytes, bytes] | None]:
        status, answer = self._line.uid(command, *words)
        if status != "OK":
            raise Unavailable(f"{self._place}: {command} was refused")
        return list(answer)


@contextmanager
def opened(account: Account) -> Iterator[PostBox]:
    """The mailbox for the length of the block; Unavailable says why it cannot be had, or was lost."""
    place = f"{account.user} at {account.host}"
    try:
        line = imaplib.IMAP4_SSL(
            account.host, account.port, ssl_context=ssl.create_default_context(), timeout=PATIENCE_S
        )
        with line:
            _log_in(line, account)
            status, _ = line.select(_quoted(account.folder))
            if status != "OK":
                raise BadInput("imap_folder", f'"{account.folder[:60]}" is no folder there', 'as in "INBOX"')
            yield PostBox(line, f"{place}, {account.folder}")
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(f"{place}: its certificate is not trusted: {error.verify_message}") from None
    except (OSError, imaplib.IMAP4.error) as error:
        raise Unavailable(f"{place}: {_reason(error)}") from None


def _log_in(line: imaplib.IMAP4, account: Account) -> None:
    try:
        line.login(account.user, account.password)
    except UnicodeEncodeError:
        raise BadInput("imap_password", "has letters that IMAP cannot send", "take one of plain ASCII") from None


def _joined(answer: list[bytes | tuple[bytes, bytes] | None]) -> bytes:
    return b" ".join(part[0] if isinstance(part, tuple) else part for part in answer if part)


def _quoted(folder: str) -> str:
    """As IMAP writes a name."""
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    told = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    return told or type(error).__name__
