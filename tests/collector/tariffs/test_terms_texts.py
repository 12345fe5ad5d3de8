"""The texts of the terms, as they lie in their folder."""

from hashlib import sha256
from pathlib import Path

import pytest

from collector.tariffs.terms_texts import MAX_BYTES, texts_in


def test_each_is_called_by_its_version_and_has_the_digest_of_its_file(tmp_path: Path) -> None:
    content = "\ufeffCondizioni: è così.\r\n".encode()
    (tmp_path / "2026.txt").write_bytes(content)
    (tmp_path / "notes.md").write_text("not terms")
    texts = texts_in(tmp_path)
    assert list(texts) == ["2026"]
    assert (texts["2026"].text, texts["2026"].sha256) == ("Condizioni: è così.\r\n", sha256(content).hexdigest())


def test_one_that_cannot_be_read_is_named_and_hides_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "2025.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "2026.txt").write_text("terms")
    (tmp_path / "2027.txt").write_bytes(b"x" * (MAX_BYTES + 1))
    (tmp_path / "2028.txt").mkdir()
    assert list(texts_in(tmp_path)) == ["2026"]
    assert [name for name in ("2025", "2026", "2027", "2028") if f"{name}.txt" in caplog.text] == [
        "2025",
        "2027",
        "2028",
    ]


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert texts_in(tmp_path / "terms") == {}
