"""E-mail against a real mail server."""

import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from collector.delivery.channel import NotDelivered
from collector.delivery.channels.mail import Mailbox, Security
from collector.delivery.secret import Secret
from tests.collector.delivery.builders import ID, a_message
from tests.collector.delivery.receivers import MailServer, a_mail_server


def mailbox(server: MailServer) -> Mailbox:
    return Mailbox(
        server="127.0.0.1",
        port=server.port,
        security=Security.NONE,
        user=None,
        password=None,
        sender="Mezzora <mezzora@example.it>",
        to=("laura@example.it", "olga@example.it"),
        language="it",
    )


async def test_a_letter_arrives_with_its_id_and_its_letters() -> None:
    async with a_mail_server() as server:
        assert await mailbox(server).send(a_message(2)) is None
    (letter,) = server.letters
    assert letter["message-id"] == f"<{ID}@example.it>"
    assert letter["subject"] == "Mezzora: 2 avvisi, 1 intervento"
    text = letter.get_content()  # type: ignore[attr-defined]
    assert "tetto n° 2" in text and ID in text
    assert server.recipients == [["laura@example.it", "olga@example.it"]]


async def test_who_is_refused_is_told_where_others_got_it() -> None:
    async with a_mail_server() as server:
        server.refused["olga@example.it"] = "550 no such user"
        trouble = await mailbox(server).send(a_message())
        server.refused["laura@example.it"] = "550 moved"
        with pytest.raises(NotDelivered, match="every recipient was refused") as none:
            await mailbox(server).send(a_message())
    assert trouble == "olga@example.it was refused: 550 no such user" and not none.value.holds


@pytest.mark.parametrize(("word", "holds"), [("451 later", True), ("554 too ugly", False)])
async def test_a_letter_that_is_not_taken_is_trouble(word: str, holds: bool) -> None:
    async with a_mail_server() as server:
        server.words.append(word)
        with pytest.raises(NotDelivered, match=word) as trouble:
            await mailbox(server).send(a_message())
        await mailbox(server).send(a_message())
    assert trouble.value.holds is holds and len(server.letters) == 1


async def test_nobody_there_is_trouble() -> None:
    async with a_mail_server() as server:
        pass
    with pytest.raises(NotDelivered, match="SMTPConnectError"):
        await mailbox(server).send(a_message())


def a_certificate(folder: Path) -> tuple[Path, Path]:
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*made, *names], check=True, capture_output=True)
    return cert, key


@pytest.mark.needs("openssl")
async def test_it_logs_in_over_tls_and_trusts_nobody_unknown(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    async with a_mail_server(context, ("mezzora", "right")) as server:
        known = replace(mailbox(server), security=Security.STARTTLS, user="mezzora", password=Secret("right"))
        with pytest.raises(NotDelivered, match="certificate verify failed"):
            await known.send(a_message())
        trusting = replace(known, ca=str(cert))
        await trusting.send(a_message())
        with pytest.raises(NotDelivered, match="535"):
            await replace(trusting, password=Secret("wrong")).send(a_message())
    assert len(server.letters) == 1
