"""Letters as mail programs write them: say only what matters."""

from email.message import EmailMessage

ANNA = "Anna Bianchi <anna@bianchi.example>"


def a_letter(
    text: str = "The index is broken.",
    *,
    subject: str = "Help",
    sender: str = ANNA,
    id: str | None = "<1@bianchi.example>",
    date: str | None = "Mon, 05 Oct 2026 10:00:00 +0200",
    **headers: str,
) -> bytes:
    """Any other header by its name, with _ for -."""
    message = EmailMessage()
    told = {"From": sender, "To": "help@rossi.example", "Subject": subject, "Message-ID": id, "Date": date}
    for name, value in {**told, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        if value is not None:
            message[name] = value
    message.set_content(text)
    return message.as_bytes()


def raw(*lines: bytes) -> bytes:
    """A message as it stands."""
    return b"\r\n".join(lines)
