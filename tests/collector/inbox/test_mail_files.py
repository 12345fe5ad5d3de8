"""Messages in files of every kind."""

from pathlib import Path

import pytest

from collector.errors import BadInput
from collector.inbox import mail_files
from collector.inbox.mail_files import Found, messages_in
from tests.collector.inbox.letters import a_letter


def found(place: Path | str) -> list[tuple[str, bytes]]:
    return [(each.place, each.data) for each in messages_in(str(place)) if isinstance(each, Found)]


def test_a_file_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(a_letter())
    assert found(tmp_path / "a.eml") == [(str(tmp_path / "a.eml"), a_letter())]


def test_a_mailbox_file_has_many_and_what_looks_like_the_next_is_unmasked(tmp_path: Path) -> None:
    box = tmp_path / "inbox"
    box.write_bytes(
        b"From anna Mon\nSubject: 1\n\none\n>From here\n>>From there\nFrom inside\n\nFrom anna Tue\nSubject: 2\n\ntwo\n"
    )
    assert found(box) == [
        (f"{box}: message 1", b"Subject: 1\n\none\nFrom here\n>From there\nFrom inside\n\n"),
        (f"{box}: message 2", b"Subject: 2\n\ntwo\n"),
    ]


def test_a_folder_has_what_is_named_as_mail(tmp_path: Path) -> None:
    for name in ("b.eml", "a.EML", "c.txt"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "d.mbox").write_bytes(b"From x\n1\n\nFrom y\n2\n")
    assert [data for _, data in found(tmp_path)] == [b"a.EML", b"b.eml", b"1\n\n", b"2\n"]


def test_a_maildir_has_what_was_delivered(tmp_path: Path) -> None:
    for name in ("cur/1.host:2,S", "new/2.host", "tmp/3.host"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name.replace(":", "_")).write_bytes(name.encode())
    assert [data for _, data in found(tmp_path)] == [b"cur/1.host:2,S", b"new/2.host"]


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (told,) = messages_in(str(tmp_path / "missing.eml"))
    assert isinstance(told, BadInput) and "missing.eml: cannot be read: No such file" in str(told)


def test_what_has_no_end_is_read_no_further_than_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_files, "MAX_BYTES", 100)
    one, box = tmp_path / "one.eml", tmp_path / "box"
    one.write_bytes(b"x" * 1_000)
    box.write_bytes(b"From a\n" + b"x\n" * 1_000 + b"\nFrom b\nsmall\n")
    assert [len(data) for _, data in found(one)] == [101]
    large, small = found(box)
    assert len(large[1]) <= 102 and small[1] == b"small\n"
