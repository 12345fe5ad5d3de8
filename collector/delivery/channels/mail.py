"""E-mail by SMTP: a plain text, whose Message-ID stays through every try."""

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum

from collector.delivery.channel import NotDelivered
from collector.delivery.message import Message
from collector.delivery.secret import Secret
from collector.domain.reasons import Language
from shared.moments import from_at

MOST_LINES = 200
STEP_S = 20.0
"""How long the server may take over one step."""


class Security(StrEnum):
    """How the line to the server is kept from being read."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A server, how to come in there, and whose mail it is."""

    server: str
    port: int
    security: Security
    user: str | None
    password: Secret | None
    sender: str
    to: tuple[str, ...]
    language: Language
    ca: str | None = None  # certificates to trust beside the system's

    async def send(self, message: Message) -> str | None:
        """What was refused to some of the recipients, where others got it."""
        import aiosmtplib

        server = aiosmtplib.SMTP(
            hostname=self.server,
            port=self.port,
            timeout=STEP_S,
            use_tls=self.security is Security.TLS,
            start_tls=self.security is Security.STARTTLS,
            tls_context=None if self.security is Security.NONE else self._trust(),
        )
        letter = self.letter(message).as_bytes(policy=SMTP)
        try:
            async with server:
                if self.user is not None and self.password is not None:
                    await server.login(self.user, self.password.reveal())
                refused, _ = await server.sendmail(parseaddr(self.sender)[1], list(self.to), letter)
        except aiosmtplib.SMTPRecipientsRefused as error:
            told = ", ".join(f"{each.recipient}: {each.code} {each.message}" for each in error.recipients)
            raise NotDelivered(f"every recipient was refused: {told}", holds=False) from None
        except aiosmtplib.SMTPDataError as error:
            raise NotDelivered(f"{error.code} {error.message}", holds=error.code < 500) from None
        except aiosmtplib.SMTPResponseException as error:
            raise NotDelivered(f"{error.code} {error.message}") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}".rstrip(": ")) from None
        return "; ".join(f"{name} was refused: {said.code} {said.message}" for name, said in refused.items()) or None

    def letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = message.title(self.language)
        letter["From"] = self.sender
        letter["To"] = ", ".join(self.to)
        letter["Date"] = format_datetime(from_at(message.made_at))
        letter["Message-ID"] = f"<{message.id}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"  # so that no absence note answers it (RFC 3834)
        letter.set_content("\n\n".join((*message.lines(self.language, MOST_LINES), f"-- \n{message.id}")) + "\n")
        return letter

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.ca is not None:
            context.load_verify_locations(self.ca)
        return context
