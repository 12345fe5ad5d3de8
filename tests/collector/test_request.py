"""`mezzora request`: e-mail becomes drafts, from files and from a mailbox."""

import json
import sqlite3
from pathlib import Path

import pytest

from collector.__main__ import main
from collector.ledger.letters import Became, Taken
from collector.request import told
from tests.collector.command import started
from tests.collector.inbox.letters import a_letter
from tests.fakes.post_office import PASSWORD, USER, a_post_office

Captured = pytest.CaptureFixture[str]


def request(data: Path, *words: str | Path) -> int:
    return main(["request", *map(str, words), "--data", str(data)])


def a_customer(data: Path) -> None:
    assert main(["customer", "create", "Studio Però", "--emails", "@bianchi.example", "--data", str(data)]) == 0


def test_files_become_drafts_beside_a_running_collector_and_what_is_broken_holds_up_none(
    tmp_path: Path, capsys: Captured
) -> None:
    data, mail = tmp_path / "data", tmp_path / "mail"
    mail.mkdir()
    (mail / "a.eml").write_bytes(a_letter(subject="L'indice è rotto", id="<1@x>"))
    (mail / "b.eml").write_bytes(b"no message")
    (mail / "c.eml").write_bytes(a_letter(Auto_Submitted="auto-replied", id="<2@x>"))
    (mail / "d.mbox").write_bytes(b"From x\n" + a_letter(sender="x@y.example", id="<3@x>"))
    a_customer(data)
    with started("serve", data):
        capsys.readouterr()
        assert request(data, "import", mail, tmp_path / "missing") == 2
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"{mail}/a.eml: intervention 1, Studio Però: L'indice è rotto",
        f"{mail}/c.eml: no request: automatic reply",
        f"{mail}/d.mbox: message 1: intervention 2, customer unknown: x@y.example: Help",
    ]
    assert err.splitlines() == [
        f"mezzora: {mail}/b.eml: message: no e-mail message (give it as it was sent, headers first (.eml))",
        f"mezzora: {tmp_path}/missing: cannot be read: No such file or directory",
        "2 opened, 0 joined, 0 known already, 1 no request, 2 refused",
    ]
    odd = tmp_path / "line\nbreak.eml"
    odd.write_bytes((mail / "a.eml").read_bytes())
    assert request(data, "import", odd) == 0
    assert capsys.readouterr().out.count("\n") == 1
    assert request(data, "import", mail / "a.eml") == 0
    assert capsys.readouterr().out == f"{mail}/a.eml: here already, as intervention 1\n"
    assert request(data, "list") == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert "x@y.example" in first and "no request: automatic reply" in second and third.endswith("L'indice è rotto")
    assert request(data, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["customer"] == "Studio Però"
    assert main(["audit", "verify", "--data", str(data)]) == 0


@pytest.mark.needs("openssl")
def test_a_mailbox_is_fetched_once_and_only_what_is_written_down_is_marked(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    a_customer(data)
    with a_post_office(
        tmp_path, a_letter(id="<1@x>"), b"no message", a_letter(id="<2@x>", In_Reply_To="<1@x>")
    ) as office:
        secret = tmp_path / "secret"
        secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
        for name, value in {
            "SSL_CERT_FILE": str(office.certificate),
            "MEZZORA_IMAP_HOST": "localhost",
            "MEZZORA_IMAP_PORT": str(office.port),
            "MEZZORA_IMAP_USER": USER,
            "MEZZORA_IMAP_PASSWORD_FILE": str(secret),
        }.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        assert request(data, "fetch") == 2
        out, err = capsys.readouterr()
        assert [line.partition(": message ")[2] for line in out.splitlines()] == [
            "1: intervention 1, Studio Però: Help",
            "3: joins intervention 1",
        ]
        assert "message 2: message: no e-mail message" in err and office.seen == {1, 3}
        office.seen.clear()  # the marks were lost: nothing is taken in twice
        del office.messages[2]
        assert request(data, "fetch") == 0
        assert capsys.readouterr().err == "0 opened, 0 joined, 2 known already, 0 no request, 0 refused\n"
        assert office.seen == {1, 3}
        with sqlite3.connect(data / "mezzora.sqlite3") as ledger:  # it cannot be written: nothing is marked
            ledger.execute("CREATE TRIGGER full BEFORE INSERT ON letter BEGIN SELECT RAISE(ABORT, 'full'); END")
        office.messages[4] = a_letter(id="<4@x>")
        with pytest.raises(Exception, match="full"):
            request(data, "fetch")
        assert office.seen == {1, 3}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "imap_host is not set"),
        ({"HOST": "localhost"}, "imap_user is not set"),
        ({"HOST": "localhost", "USER": "x"}, "no password for the mailbox"),
        ({"HOST": "localhost", "USER": "x", "PASSWORD_FILE": "missing"}, "imap_password_file: missing cannot be read"),
        ({"HOST": "localhost", "USER": "x", "PASSWORD": "x", "PORT": "1"}, "x at localhost: "),
        ({"HOST": "localhost", "USER": "x", "PASSWORD": "x", "PORT": "imap"}, "imap_port: 'imap' is no port"),
    ],
)
def test_a_mailbox_that_cannot_be_had_is_one_line(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"MEZZORA_IMAP_{name}", value)
    assert request(tmp_path, "fetch") in (1, 2)
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and said in err


def test_a_letter_without_a_sender_is_told_too() -> None:
    assert told(Taken(Became.OPENED, 7), None, "Help") == "intervention 7, customer unknown: no sender: Help"
    assert told(Taken(Became.KNOWN, None), None, "Help") == "here already, no request"
    assert told(Taken(Became.JOINED, 7, note="which is closed"), None, "x") == "joins intervention 7 (which is closed)"
