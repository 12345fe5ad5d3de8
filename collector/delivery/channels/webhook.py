"""A signed webhook: JSON by POST, with an id that stays through every try and a seal over its time and body.

    Idempotency-Key: ID
    Mezzora-Timestamp: SECONDS
    Mezzora-Signature: v1=HEX

HEX is HMAC-SHA256, keyed by the channel's secret, over SECONDS, a full stop, and the body as it was sent.
"""

import hashlib
import hmac
import json
import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from collector.delivery.channel import NotDelivered
from collector.delivery.message import Item, Message
from collector.delivery.secret import Secret
from collector.domain.reasons import Language
from collector.domain.routes import severity_of
from shared.clock import Clock
from shared.moments import SECOND_MS, iso, to_at
from shared.release import VERSION

BUSY = (429, 503)
"""Answers that may say in Retry-After for how long to leave the receiver alone."""

THE_RECEIVERS_TROUBLE = (408, 425, *BUSY)
"""With 5xx, what speaks of the receiver and not of this message."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts to one address, and follows it nowhere else."""

    url: Secret  # it may carry a token
    secret: Secret
    language: Language
    clock: Clock

    async def send(self, message: Message) -> None:
        import httpx  # takes half a second, and many a collector has no webhook

        body = json.dumps(body_of(message, self.language), ensure_ascii=False).encode()
        seconds = str(self.clock.wall_ms() // SECOND_MS)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Mezzora/{VERSION}",
            "Idempotency-Key": message.id,
            "Mezzora-Timestamp": seconds,
            "Mezzora-Signature": f"v1={sealed(self.secret, seconds, body)}",
        }
        try:
            async with httpx.AsyncClient(verify=_trusted(), follow_redirects=False, timeout=None) as client:
                async with client.stream("POST", self.url.reveal(), content=body, headers=headers) as answer:
                    async for _ in answer.aiter_raw():  # half an answer is none
                        pass
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}".rstrip(": ")) from None
        self._judge(answer.status_code, answer.headers)

    def _judge(self, status: int, headers: Any) -> None:
        if 200 <= status < 300:
            return
        if 300 <= status < 400:
            raise NotDelivered(f"it answered {status}, and redirects are not followed: write the address itself")
        asked_ms = wanted_ms(headers.get("retry-after"), self.clock.wall_ms()) if status in BUSY else 0
        holds = status >= 500 or status in THE_RECEIVERS_TROUBLE
        raise NotDelivered(f"it answered {status}", holds=holds, asked_ms=asked_ms)


@cache
def _trusted() -> ssl.SSLContext:
    """The system's certificates: read once, for that takes longer than a call."""
    return ssl.create_default_context()


def sealed(secret: Secret, seconds: str, body: bytes) -> str:
    """The seal as hexadecimal digits."""
    return hmac.new(secret.reveal().encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()


def wanted_ms(retry_after: str | None, now_at: int) -> int:
    """How long a Retry-After wants, in seconds or as a date (RFC 9110, 10.2.3); 0 where it says neither."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return int(text[:9]) * SECOND_MS
    try:
        return max(0, to_at(parsedate_to_datetime(text)) - now_at)
    except (ValueError, OverflowError):
        return 0


def body_of(message: Message, language: Language) -> dict[str, Any]:
    return {
        "id": message.id,
        "test": not message.items,
        "title": message.title(language),
        "made_at": iso(message.made_at),
        "alerts": [_alert(item, language) for item in message.items],
    }


def _alert(item: Item, language: Language) -> dict[str, Any]:
    alert = item.alert
    return {
        "id": alert.id,
        "key": alert.key,
        "why": item.why,
        "kind": alert.kind,
        "severity": severity_of(alert.kind),
        "intervention": alert.intervention,
        "session": alert.session,
        "customer": alert.customer,
        "tool": alert.tool_name,
        "peer": alert.peer,
        "due_at": iso(alert.due_at),
        "made_at": iso(alert.made_at),
        "late": alert.late,
        "confirmed": alert.confirmed,
        "withdrawn_at": None if alert.withdrawn_at is None else iso(alert.withdrawn_at),
        "text": alert.text if language == "en" else alert.text_it,
    }
