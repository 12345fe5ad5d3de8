"""`mezzora statement`: from the preview to a file that is verified without the ledger."""

import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from collector.__main__ import main
from collector.billing import a_reason
from collector.errors import BadInput
from collector.statements.signed import KEY_FILE, SigningKey
from tests.collector.command import mezzora
from tests.collector.firm_folder import october_in
from tests.collector.statements.builders import a_document


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    october_in(folder)
    return folder


def test_a_statement_is_looked_at_issued_listed_and_taken_back(data: Path) -> None:
    shown = mezzora("statement", "preview", "2026-10", "1", "--data", data)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "net 80.00, VAT 17.60, total 97.60" in shown.stdout
    assert mezzora("statement", "issue", "2026-10", "1", "--data", data).stdout == "2026-0001\n"
    listed = mezzora("statement", "list", "--month", "2026-10", "--json", "--data", data).stdout
    assert json.loads(listed)["gross"] == "97.60"
    part = mezzora("statement", "credit", "2026-0001", "--lines", "2", "--reason", "sbagliato", "--data", data)
    assert part.stdout == "2026-0002\n"
    lines = mezzora("statement", "lines", "2026-0001", "--data", data).stdout.splitlines()
    assert lines[0].endswith("of connection") and lines[1].endswith("(taken back by 2026-0002)")
    note = mezzora("statement", "credit", "2026-0001", "--reason", "sbagliato", "--data", data)
    assert note.stdout == "2026-0003\n"
    listed = mezzora("statement", "list", "--data", data).stdout.splitlines()
    assert "takes back 2026-0001" in listed[0] and "takes back lines of 2026-0001" in listed[1]
    assert "taken back by 2026-0003" in listed[2]


def test_what_keeps_a_statement_back_is_told_and_is_status_one(data: Path) -> None:
    shown = mezzora("statement", "preview", "2026-10", "2", "--data", data)
    assert shown.returncode == 1 and "kept back: intervention 2: waits in review" in shown.stderr
    refused = mezzora("statement", "issue", "2026-10", "2", "--data", data)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "intervention 2: waits in review: overtime-not-agreed" in refused.stderr


def test_a_signed_statement_is_verified_without_ledger_and_data(data: Path, tmp_path: Path) -> None:
    mezzora("statement", "issue", "2026-10", "1", "--data", data)
    key = mezzora("statement", "key", "--data", data).stdout.strip()
    file = tmp_path / "signed.json"
    assert (
        mezzora("statement", "export", "2026-0001", "--form", "signed", "--out", file, "--data", data).returncode == 0
    )
    (data / KEY_FILE).rename(tmp_path / "elsewhere")
    good = mezzora("statement", "verify", file, "--key", key)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("as it was issued: statement 2026-0001 of Assistenza Rossi S.r.l., 20")
    alone = mezzora("statement", "verify", file)
    assert alone.returncode == 1 and f"signed with {key}" in alone.stderr
    assert alone.stdout.startswith("whole in itself, but whose key signed it is not checked: it calls itself statement")
    file.write_text(file.read_text(encoding="utf-8").replace("97.60", "97.00"), encoding="utf-8")
    bad = mezzora("statement", "verify", file, "--key", key)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)
    assert "it was changed since it was signed" in bad.stderr


@pytest.mark.parametrize("key", ["AAAA", "no-such-file.txt", os.devnull, "", "x" * 5_000])
def test_what_is_no_key_accuses_no_statement(tmp_path: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "signed.json"
    file.write_text(SigningKey(Ed25519PrivateKey.generate()).sign(a_document()), encoding="utf-8")
    assert main(["statement", "verify", str(file), "--key", key]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1) and "--key: " in told.err and "is no public key" in told.err


@pytest.mark.parametrize("form", ["pdf", "xlsx", "csv", "json", "signed", "fatturapa", "accountant"])
def test_all_of_a_month_is_written_in_every_form(data: Path, tmp_path: Path, form: str) -> None:
    assert main(["statement", "issue", "2026-10", "1", "--data", str(data)]) == 0
    out = tmp_path / "out"
    out.mkdir()
    assert main(["statement", "export", "2026-10", "--form", form, "--out", str(out), "--data", str(data)]) == 0
    (file,) = out.iterdir()
    begins = {"pdf": b"%PDF", "xlsx": b"PK", "fatturapa": b"<?xml", "json": b"{", "signed": b"{"}
    assert file.read_bytes().startswith(begins.get(form, b"\xef\xbb\xbfnumero;"))


def test_a_draft_can_be_had_as_a_pdf(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "draft.pdf"
    words = ["preview", "2026-10", "1", "--form", "pdf", "--out", str(out), "--data", str(data)]
    assert main(["statement", *words]) == 0
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("issue", "2026-13", "1"), "no month"),
        (("issue", "2126-10", "1"), "2126-10 is not over"),
        (("issue", "2026-10", "9"), "no customer 9"),
        (("export", "2026-0009", "--form", "pdf"), "no statement 2026-0009"),
        (("export", "2026-0009", "--form", "accountant"), "of a month"),
        (("credit", "2026-0009", "--reason", "x"), "no statement 2026-0009"),
        (("credit", "2026-0001", "--reason", " "), "--reason"),
        (("credit", "2026-0001", "--reason", "x", "--lines", "1;2"), '--lines: "1;2" is no list of numbers'),
        (("verify", "missing.json"), "missing.json: cannot be read"),
        (("list", "--month", "October"), "--month"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    data: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = () if words[0] == "verify" else ("--data", str(data))
    assert main(["statement", *words, *where]) in (1, 2)
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1 and said in told.err


def test_a_reason_is_one_line() -> None:
    assert a_reason(" un \n errore ") == "un errore"
    with pytest.raises(BadInput):
        a_reason("x" * 181)
