"""What is taken out of a message, however it was made."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.errors import BadInput
from collector.inbox import letter
from collector.inbox.letter import Letter, WhyNot, read_letter
from shared.moments import to_at
from tests.collector.inbox.letters import a_letter, raw


def test_a_plain_letter_tells_who_what_and_when() -> None:
    read = read_letter(a_letter("The index is broken.\nPlease call."))
    assert (read.sender, read.problem, read.lines) == (
        "anna@bianchi.example",
        "Help",
        "The index is broken.\nPlease call.",
    )
    assert read.sent_at == to_at(datetime(2026, 10, 5, 8, tzinfo=UTC))
    assert (read.why_not, read.answers, read.thread) == (None, (), read.key)


def test_a_letter_is_known_again_by_its_message_id_or_by_all_of_it() -> None:
    assert read_letter(a_letter("one")).key == read_letter(a_letter("another text")).key
    assert read_letter(a_letter("one", id=None)).key == read_letter(a_letter("one", id=None)).key
    assert read_letter(a_letter("one", id=None)).key != read_letter(a_letter("two", id=None)).key


def test_an_answer_names_its_thread_by_the_first_letter_of_it() -> None:
    first = read_letter(a_letter(id="<a@x>"))
    answer = read_letter(a_letter(id="<c@x>", References="<a@x> <b@x>", In_Reply_To="<b@x>"))
    assert (answer.thread, len(answer.answers)) == (first.key, 2)
    assert read_letter(a_letter(id="<c@x>", In_Reply_To="<a@x>")).thread == first.key


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        ("Re: R: Fwd: The index", "The index"),
        ("Rif: [3] Indice", "[3] Indice"),
        ("RE[2]: Indice", "Indice"),
        ("", "The index is broken."),
        ("Re:", "The index is broken."),
        ("=?utf-8?q?Perch=C3=A9?= =?cp1252?q?_5_=80?=", "Perché 5 €"),
        ("=?nonsense?q?abc?=", "abc"),
        ("Recover", "Recover"),
    ],
)
def test_the_problem_is_the_subject_without_what_programs_put_before_it(subject: str, problem: str) -> None:
    data = a_letter(subject="SUBJECT").replace(b"SUBJECT", subject.encode())
    assert read_letter(data).problem == problem


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, WhyNot.AUTOMATIC),
        ({"Auto_Submitted": "auto-generated; type=x"}, WhyNot.AUTOMATIC),
        ({"Auto_Submitted": "no"}, None),
        ({"X_Auto_Response_Suppress": "All"}, WhyNot.AUTOMATIC),
        ({"X_Auto_Response_Suppress": "None"}, None),
        ({"Precedence": "auto_reply"}, WhyNot.AUTOMATIC),
        ({"Precedence": "bulk"}, WhyNot.LIST),
        ({"Precedence": "LIST"}, WhyNot.LIST),
        ({"List_Id": "<news.example>"}, WhyNot.LIST),
        ({"List_Unsubscribe": "<https://example.org>"}, WhyNot.LIST),
        ({"Return_Path": "<>"}, WhyNot.BOUNCE),
        ({"Return_Path": "<anna@bianchi.example>"}, None),
        ({"sender": "MAILER-DAEMON@mx.example"}, WhyNot.BOUNCE),
    ],
)
def test_what_no_person_has_sent_is_no_request(headers: dict[str, str], why: WhyNot | None) -> None:
    assert read_letter(a_letter(**headers)).why_not is why


def test_a_report_of_delivery_is_no_request() -> None:
    data = a_letter().replace(b"text/plain; charset", b"multipart/report; boundary=x; charset")
    assert read_letter(data).why_not is WhyNot.BOUNCE


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "nobody",
        "undisclosed-recipients:;",
        '"a@b.example"',
        "<a@b>",
        "a@x.example\0",
        "a@" + "x" * 249 + ".it",
    ],
)
def test_a_sender_that_cannot_be_told_is_none(sender: str) -> None:
    assert read_letter(a_letter(sender="SENDER").replace(b"SENDER", sender.encode())).sender is None


def test_of_several_writers_the_one_who_sent_it_is_the_sender() -> None:
    data = a_letter(sender="a@x.example, b@y.example", Sender="B@y.example")
    assert read_letter(data).sender == "b@y.example"
    assert read_letter(a_letter(sender="a@x.example, b@y.example")).sender == "a@x.example"
    assert read_letter(b"From: c@z.example\r\n" + a_letter()).sender is None  # two headers: a trick


@pytest.mark.parametrize(
    ("sent", "subject"),
    [
        (b"perch\xe9 45 \x80", "perché 45 €"),
        ("perché".encode(), "perché"),
        (b"=?iso-8859-1?Q?Perch=E9_=28=80=29?=", "Perché (€)"),
        (b"=?ISO-8859-1?b?gA==?=", "€"),
    ],
)
def test_a_subject_is_read_as_windows_writes_it(sent: bytes, subject: str) -> None:
    assert read_letter(a_letter(subject="SUBJECT").replace(b"SUBJECT", sent)).subject == subject


def test_a_date_without_a_zone_is_a_time_of_day_and_no_instant() -> None:
    read = read_letter(b"Date: Mon, 05 Oct 2026 10:00:00\n" + a_letter(date=None))
    assert (read.sent_at, read.sent_local) == (None, datetime(2026, 10, 5, 10))  # noqa: DTZ001
    utc = read_letter(b"Date: Mon, 05 Oct 2026 10:00:00 -0000\n" + a_letter(date=None))
    assert (utc.sent_at, utc.sent_local) == (to_at(datetime(2026, 10, 5, 10, tzinfo=UTC)), None)


@pytest.mark.parametrize("date", [None, "yesterday", "Mon, 05 Oct 2026 10:00:00", "Mon, 99 Oct 99999 10:00:00 +9999"])
def test_a_date_that_says_no_instant_is_none(date: str | None) -> None:
    data = a_letter(date=None) if date is None else f"Date: {date}\n".encode() + a_letter(date=None)
    assert read_letter(data).sent_at is None


@pytest.mark.parametrize("data", [b"", b"hello", b"\0\xff" * 99, b"PK\x03\x04", b"Subject: x\r\n\r\nhello"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match=r"^message: no e-mail message \(give it as it was sent"):
        read_letter(data)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter, "MAX_BYTES", 2**20)
    with pytest.raises(BadInput, match="larger than 1 MB"):
        read_letter(a_letter() + b"x" * 2**20)


def test_parts_within_parts_without_end_are_refused() -> None:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000))
    with pytest.raises(BadInput, match="parts within parts without end"):
        read_letter(b"From: a@x.example\r\n" + b"".join(parts) + b"\r\nhello")


HOSTILE = st.sampled_from(
    [
        b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Message-ID: ", b"References: ", b"Content-Type: ", b"=?utf-8?b?",
        b"=?utf-7?q?+ADw-?=", b"?=", b"<", b">", b"(", b")", b'"', b"@", b",", b";", b":", b"\r\n",
        b"\r\n ", b"\r\n\r\n",
        b"charset=", b"utf-7", b"multipart/mixed; boundary=x", b"--x", b"text/html", b"\0", b"\xff", b"anna@x.example",
        b"Content-Transfer-Encoding: base64", b"[", b"\\", b"\xe2\x82\xac", b"=",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE, max_size=30).map(b"".join))
def test_whatever_comes_is_read_or_refused_in_one_line(data: bytes) -> None:
    try:
        read = read_letter(b"From: anna@x.example\r\n" + data)
    except BadInput as refused:
        assert len(str(refused).splitlines()) == 1
    else:
        assert fit_to_be_shown(read)


def fit_to_be_shown(read: Letter) -> bool:
    lines = (read.problem, *read.lines.split("\n"))
    return (
        all(line.isprintable() and len(line) <= 1_000 for line in lines)
        and bool(read.problem)
        and re.fullmatch("[0-9a-f]{64}", read.key) is not None
    )


def test_a_header_that_never_ends_takes_no_time() -> None:
    data = raw(b"From: " + b"a@x.example," * 50_000, b"Subject: " + b"(" * 500_000, b"", b"hello")
    read = read_letter(data)
    assert read.sender is None and len(read.subject) == 200
