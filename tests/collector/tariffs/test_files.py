from pathlib import Path

import pytest

from collector.errors import BadInput
from collector.tariffs.files import MAX_BYTES, shipped_tariff, shipped_text, tariff_of, text_of, texts_of


def test_without_a_file_the_tariff_that_ships_holds() -> None:
    assert tariff_of(None) == shipped_tariff()
    assert shipped_tariff().first_day is None


def test_a_copy_of_the_tariff_that_ships_says_the_same(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(shipped_text(), encoding="utf-8-sig", newline="\r\n")
    assert tariff_of(mine) == shipped_tariff()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'name = "perch\xe9"', "byte 13: not UTF-8 text"),
        (b"#" * (MAX_BYTES + 1), "larger than"),
        (b"", "services: missing"),
        (b"nam = 5", "nam: unknown key"),
    ],
)
def test_a_file_that_is_no_tariff_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        tariff_of(mine)
    assert str(refused.value).startswith(f"{mine}:") and words in str(refused.value)


@pytest.mark.parametrize("name", ["nowhere.toml", ".", "nul\0.toml"])
def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot be read: ") as refused:
        tariff_of(tmp_path / name)
    assert len(str(refused.value).splitlines()) == 1


def test_what_never_ends_is_read_no_further_than_the_bound() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("this system has no file without an end")
    with pytest.raises(BadInput, match="larger than 1000 bytes"):
        text_of("/dev/zero", 1_000)


def test_a_folder_has_the_lists_that_are_named_as_such(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml", "notes.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert list(texts_of(tmp_path).values()) == ["a.toml", "b.toml"]
    assert list(texts_of(tmp_path / "notes.txt").values()) == ["notes.txt"]


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no price list in this folder \(put files named"):
        texts_of(tmp_path)
