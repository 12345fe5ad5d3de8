"""Arguments first, then the environment, then the file; what is wrong is one line with the remedy."""

from pathlib import Path

import pytest

from collector.errors import BadInput, CannotStart
from collector.settings import make_folder, read_settings


def test_arguments_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "mezzora.toml").write_text('port = 1\nhost = "127.0.0.3"\nzone = "Europe/Berlin"\n')
    settings = read_settings(tmp_path, {"port": "3", "host": None}, {"MEZZORA_PORT": "2", "MEZZORA_HOST": "127.0.0.2"})
    assert (settings.port, settings.host, settings.zone.key) == (3, "127.0.0.2", "Europe/Berlin")


def test_without_a_word_it_is_this_users_folder_and_loopback(tmp_path: Path) -> None:
    settings = read_settings(None, {}, {"MEZZORA_DATA": str(tmp_path)})
    assert (settings.data, settings.host, settings.port) == (tmp_path, "127.0.0.1", 8765)
    assert settings.zone.key == "Europe/Rome"


def test_made_up_data_have_a_database_of_their_own(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {}, {}).database != read_settings(tmp_path, {}, {}, demo=True).database


def test_the_address_of_a_postgresql_is_told_to_nobody_and_does_not_lie_beside_a_file(tmp_path: Path) -> None:
    told = {"MEZZORA_DATABASE": "postgresql://anna:geheim@localhost/mezzora"}
    settings = read_settings(tmp_path, {}, told)
    assert settings.database == told["MEZZORA_DATABASE"] and "geheim" not in repr(settings)
    assert isinstance(read_settings(tmp_path, {}, told, demo=True).database, Path)
    (tmp_path / "mezzora.sqlite3").touch()
    with pytest.raises(CannotStart, match="does not go over") as refused:
        read_settings(tmp_path, {}, told)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "mezzora.example"])
def test_beyond_loopback_without_tls_is_refused_with_the_remedy(tmp_path: Path, host: str) -> None:
    with pytest.raises(CannotStart, match="--tls-cert"):
        read_settings(tmp_path, {"host": host}, {})


def test_beyond_loopback_with_tls_is_taken(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.touch()
    with pytest.raises(CannotStart, match="together"):
        read_settings(tmp_path, {"tls_cert": str(cert)}, {})
    with pytest.raises(CannotStart, match=r"key\.pem is no file"):
        read_settings(tmp_path, {"tls_cert": str(cert), "tls_key": str(key)}, {})
    key.touch()
    assert read_settings(tmp_path, {"host": "0.0.0.0", "tls_cert": str(cert), "tls_key": str(key)}, {}).secure


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("prot = 1", "prot"),
        ("port = ", "mezzora.toml"),
        ("host = true", "host"),
        ('port = "x"', "port"),
        ('firm_vat_number = "IT01234567890"', "firm_vat_number: .*last digit"),
        ('firm_iban = "IT00"', "firm_iban"),
    ],
)
def test_a_file_with_a_fault_is_refused_by_name(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "mezzora.toml").write_text(text)
    with pytest.raises(BadInput, match=place):
        read_settings(tmp_path, {}, {})


@pytest.mark.parametrize(
    "told", [{"port": "70000"}, {"port": "-1"}, {"port": "80a"}, {"zone": "Rome"}, {"zone": "/x"}, {"quiet_days": "0"}]
)
def test_a_wrong_value_is_refused_by_name(tmp_path: Path, told: dict[str, str]) -> None:
    with pytest.raises(BadInput, match=next(iter(told))):
        read_settings(tmp_path, told, {})


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="--data"):
        make_folder(tmp_path / "file" / "folder")
