"""Every other service (Teams, Slack, Telegram, ntfy, ...) by its apprise address.

None of them knows our ids: the id stands at the end of the text, so that a person recognises what was told twice.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from collector.delivery.channel import NotDelivered
from collector.delivery.message import Message
from collector.delivery.secret import Secret
from collector.domain.reasons import Language

MOST_LINES = 20
"""Chat services cut what is longer."""

MOST_COMPLAINTS = 5


@dataclass(frozen=True, slots=True)
class Service:
    """One address of apprise's, which names the service and holds its keys."""

    url: Secret
    language: Language

    async def send(self, message: Message) -> None:
        await asyncio.to_thread(self._send, message)

    def _send(self, message: Message) -> None:
        apprise = loaded()
        try:
            one = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False, app_id="Mezzora"))
            if not one.add(self.url.reveal()):
                raise NotDelivered("apprise does not understand the address")
            body = "\n".join((*message.lines(self.language, MOST_LINES), message.id[:8]))
            result = one.notify(body=body, title=message.title(self.language))
        except NotDelivered:
            raise
        except Exception as error:  # whatever somebody else's plug-in may raise is that service's trouble
            raise NotDelivered(f"{type(error).__name__}: {error}") from None
        if not result:
            told = [entry.message for entry in result.logs()][:MOST_COMPLAINTS]
            raise NotDelivered("; ".join(told) or "the service did not take it")


def loaded() -> Any:
    """Apprise, once it is needed: it brings plug-ins for more than a hundred services."""
    import apprise

    log = logging.getLogger("apprise")
    log.propagate = False  # it would write addresses, with the keys in them, into our log
    if not log.handlers:
        log.addHandler(logging.NullHandler())  # else Python prints them itself
    return apprise
