"""The first lines that somebody wrote."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from collector.inbox.letter_text import MOST_CHARACTERS, MOST_LINES, lines_of, plain, written
from tests.collector.inbox.letters import a_letter, raw


def lines(data: bytes) -> str:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return lines_of(message)


@pytest.mark.parametrize(
    "end",
    [
        "-- ",
        "> so you said",
        "-----Original Message-----",
        "---- Messaggio originale ----",
        "Il giorno lun 5 ott 2026 alle ore 10:00 Anna <anna@x.example> ha scritto:",
        "Il 05/10/2026 10:00, Anna ha scritto:",
        "On Mon, Oct 5, 2026 at 10:00 AM Anna <anna@x.example> wrote:",
        "On Mon, Oct 5, 2026 at 10:00 AM Anna Bianchi\n<anna@x.example> wrote:",
        "Da: Anna <anna@x.example>",
        "*From:* Anna <anna@x.example>",
        "________________________________",
        "Inviato da iPhone",
        "Sent from my Galaxy",
    ],
)
def test_what_is_quoted_and_the_signature_are_left_out(end: str) -> None:
    assert list(written(f"It is broken.\n{end}\nsecret")) == ["It is broken."]


def test_what_only_looks_like_a_quotation_is_kept() -> None:
    text = "On Monday it was fine.\nDa ieri non parte.\n- one -\nIl server non risponde."
    assert list(written(text)) == text.split("\n")


def test_only_the_first_lines_are_kept() -> None:
    told = lines(a_letter("\n\n\n" + "\n\n\n".join(f"line {n}" for n in range(99))))
    assert len(told.split("\n")) <= MOST_LINES and told.startswith("line 0\n\nline 1")
    assert len(lines(a_letter("x" * 5_000))) == MOST_CHARACTERS


def test_a_page_says_its_words_and_nothing_of_how_it_looks() -> None:
    page = "<head><title>t</title><style>p{}</style></head><p>Non&nbsp;parte<br>l'<b>indice</b></p><script>x()</script>"
    assert [line for line in plain(page).split("\n") if line] == ["Non parte", "l'indice"]
    assert "quoted" not in "".join(written(plain("<p>new</p><blockquote>quoted</blockquote>")))


def test_of_two_forms_the_plain_one_is_read_and_no_attachment() -> None:
    message = EmailMessage()
    message["From"] = "a@x.example"
    message.set_content("plain")
    message.add_alternative("<p>page</p>", subtype="html")
    message.add_attachment(b"secret", maintype="text", subtype="plain", filename="a.txt")
    assert lines(message.as_bytes()) == "plain"


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("iso-8859-1", b"5 \x80 \x93x\x94", "5 € “x”"),
        ("windows-1252", b"perch\xe9", "perché"),
        ("us-ascii", "perché".encode(), "perché"),
        ("utf-8", b"perch\xe9", "perch\ufffd"),
        ("utf-16", "perché".encode("utf-16"), "perché"),
        ("no-such-one", b"perch\xe9", "perché"),
        ("utf-7", b"+ADw-script+AD4-", "(text in utf-7: not read)"),
        ("rot13", b"uryyb", "uryyb"),
        ("utf-8", b"a\x1b[31mb", "a\ufffd[31mb"),
    ],
)
def test_a_text_is_read_by_its_charset_where_that_is_one(charset: str, body: bytes, text: str) -> None:
    head = (b"From: a@x.example", b"MIME-Version: 1.0", f"Content-Type: text/plain; charset={charset}".encode())
    assert lines(raw(*head, b"Content-Transfer-Encoding: 8bit", b"", body)) == text
