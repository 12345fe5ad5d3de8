"""A letter that asks for help: what is taken out of an e-mail message (RFC 5322), and what is no request. Pure.

Kept are the sender's address, the subject, the first lines of the text, and by which Message-ID it is known again.
No attachment and no whole body leaves here. Every header is the sender's, so nothing in it is believed to be well made.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import AddressHeader, DateHeader
from email.message import EmailMessage
from enum import StrEnum
from typing import TypeVar

from collector.domain.customer import good_mail_address
from collector.errors import BadInput
from collector.inbox.letter_text import lines_of, printable, utf8_or_cp1252
from shared.moments import to_at

MAX_BYTES = 50 * 1024 * 1024
MOST_ANSWERED = 100  # Message-IDs in one References
MOST_SUBJECT = 200
MOST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
MOST_PARTED = 100  # parts of parts; the parser is slow over more
MOST_HEADER = 10_000  # characters that are read of one: its parsers are slow over more

_ID = re.compile(r"<([^<>\s]{1,998})>")
_OF_EVERY = ("from", "date", "to", "message-id")  # what is no e-mail message has none of them
_LATIN_WORD = re.compile(r"=\?(?:us-ascii|iso-8859-1)\?(?=[bq]\?)", re.IGNORECASE)
_UTC = re.compile(r"-0000\s*(?:\(.*)?$")  # of a sender who keeps his zone to himself (RFC 5322, 3.3)
_MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:(?:re|r|rif|fw|fwd|i|aw|wg)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_GIVES_UP = (ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError, RecursionError)
"""What the standard library's parsers are known to raise over headers that were made to hurt."""

_Found = TypeVar("_Found")


class WhyNot(StrEnum):
    """Why a message is no request."""

    AUTOMATIC = "automatic reply"
    BOUNCE = "bounce"
    LIST = "mailing list"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of one message."""

    key: str  # the digest of its Message-ID, or of all of it where it has none
    answers: tuple[str, ...]  # the keys of those that it answers, the first of its thread first
    sender: str | None  # in small letters; None: not to be told
    subject: str
    lines: str  # the first ones of its text, without what it quotes
    sent_at: int | None
    sent_local: datetime | None  # of a date that names no zone
    why_not: WhyNot | None

    @property
    def thread(self) -> str:
        """What every letter of the thread shares, as far as they say it."""
        return self.answers[0] if self.answers else self.key

    @property
    def problem(self) -> str:
        """The subject without what mail programs put before it; else the first line."""
        subject = _PREFIX.sub("", self.subject).strip()
        return subject or self.lines.partition("\n")[0][:MOST_SUBJECT] or "e-mail"


def read_letter(data: bytes) -> Letter:
    """BadInput for what is no message at all; whatever else is wrong with it, is left out."""
    if len(data) > MAX_BYTES:
        raise BadInput("message", f"larger than {MAX_BYTES // 1024 // 1024} MB", "open the intervention by hand")
    if len(_MULTIPART.findall(data)) > MOST_PARTED:
        raise BadInput("message", "parts within parts without end", "open the intervention by hand")
    try:
        message = message_from_bytes(data, policy=policy.default)
        if not isinstance(message, EmailMessage) or not any(_raw(message, name) for name in _OF_EVERY):
            raise BadInput("message", "no e-mail message", "give it as it was sent, headers first (.eml)")
        return _letter(message, data)
    except RecursionError:
        raise BadInput("message", "parts within parts without end", "open the intervention by hand") from None


def _letter(message: EmailMessage, data: bytes) -> Letter:
    ids = _ids(_text(message, "message-id"))
    answers = [*_ids(_text(message, "references")), *_ids(_text(message, "in-reply-to"))]
    sent = _sent(message)
    return Letter(
        key=_digest(ids[0]) if ids else hashlib.sha256(data).hexdigest(),
        answers=tuple(dict.fromkeys(map(_digest, (*answers[:1], *answers[-MOST_ANSWERED:])))),
        sender=_sender(message),
        subject=printable(_subject(message))[:MOST_SUBJECT].strip(),
        lines=_asked(lambda: lines_of(message)) or "",
        sent_at=None if sent is None or sent.tzinfo is None else _asked(lambda: to_at(sent)),
        sent_local=sent if sent is not None and sent.tzinfo is None else None,
        why_not=_why_not(message),
    )


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.encode("utf-8", "surrogateescape")).hexdigest()


def _ids(text: str) -> list[str]:
    return _ID.findall(text)


def _raw(message: EmailMessage, name: str) -> list[str]:
    """A header as it was sent, as often as it is there."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def _text(message: EmailMessage, name: str) -> str:
    """A header's text; as it was sent where it cannot be read."""
    first = next(iter(_raw(message, name)), "")
    read = _asked(lambda: str(message.get(name, ""))) if len(first) <= MOST_HEADER else None
    return first[:MOST_HEADER] if read is None else read


def _subject(message: EmailMessage) -> str:
    """What is neither encoded nor ASCII is read as a text of no charset is; Windows calls its own letters Latin 1."""
    sent = "".join(next(iter(_raw(message, "subject")), "").splitlines())
    told = _LATIN_WORD.sub("=?windows-1252?", utf8_or_cp1252(sent.encode("utf-8", "surrogateescape")))
    read = _asked(lambda: str(policy.default.header_factory("subject", told))) if len(told) <= MOST_HEADER else None
    return told[:MOST_HEADER] if read is None else read


def _asked(ask: Callable[[], _Found]) -> _Found | None:
    """None where the standard library's parsers give up."""
    try:
        return ask()
    except _GIVES_UP:
        return None


def _sender(message: EmailMessage) -> str | None:
    """The one address that it is from; of several, the one that says it has sent it, or the first."""
    return _address(message, "from") or _address(message, "sender") or _address(message, "from", of_several=True)


def _address(message: EmailMessage, name: str, *, of_several: bool = False) -> str | None:
    """The one address in that header, or the first; None where there is none that is good."""
    sent = _raw(message, name)
    if len(sent) != 1 or len(sent[0]) > MOST_HEADER:
        return None
    header = _asked(lambda: message.get(name))
    if not isinstance(header, AddressHeader) or not header.addresses:
        return None
    if len(header.addresses) > 1 and not of_several:
        return None
    address = header.addresses[0].addr_spec
    return address.lower() if len(address) <= MOST_ADDRESS and good_mail_address(address) else None


def _sent(message: EmailMessage) -> datetime | None:
    def ask() -> datetime | None:
        header = message.get("date")
        told: datetime | None = header.datetime if isinstance(header, DateHeader) else None
        is_utc = any(_UTC.search(each) for each in _raw(message, "date")[:1])
        return told.replace(tzinfo=UTC) if told is not None and is_utc and told.tzinfo is None else told

    return _asked(ask)


def _why_not(message: EmailMessage) -> WhyNot | None:
    """By the headers that RFC 3834 and 2919 name, and those in use beside them."""

    def said(name: str) -> str:
        return _text(message, name).strip().lower()

    sender = _sender(message) or ""
    if said("return-path") == "<>" or sender.partition("@")[0] in ("mailer-daemon", "postmaster"):
        return WhyNot.BOUNCE
    if _asked(message.get_content_type) == "multipart/report":
        return WhyNot.BOUNCE
    if said("auto-submitted").partition(";")[0].strip() not in ("", "no") or said("precedence") == "auto_reply":
        return WhyNot.AUTOMATIC
    if said("x-auto-response-suppress") not in ("", "none") or said("x-autoreply") or said("x-autorespond"):
        return WhyNot.AUTOMATIC
    if said("precedence") in ("bulk", "junk", "list") or said("list-id") or said("list-unsubscribe"):
        return WhyNot.LIST
    return None
