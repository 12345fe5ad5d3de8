"""`mezzora serve` as a process: it starts, answers, stops, and leaves the folder to the next."""

import signal
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from collector.serve import address_of
from collector.settings import Settings
from tests.collector.command import mezzora, started


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_asked_with_status_zero_and_nothing_to_say(tmp_path: Path, number: signal.Signals) -> None:
    with started("serve", tmp_path) as collector:
        assert collector.get("/healthz") == {"status": "ok"}
        collector.process.send_signal(number)
        assert collector.process.wait(timeout=30) == 0
    assert (tmp_path / "errors.txt").read_text(encoding="utf-8") == ""


def test_the_second_on_a_folder_is_told_who_runs(tmp_path: Path) -> None:
    with started("serve", tmp_path) as collector:
        second = mezzora("serve", "--data", tmp_path, "--port", "0")
        assert second.returncode == 1
        assert collector.address in second.stderr and second.stderr.count("\n") == 1


def test_after_kill_9_the_next_one_starts_where_it_was(tmp_path: Path) -> None:
    with started("serve", tmp_path) as collector:
        token = mezzora("token", "create", "--role", "office", "--data", tmp_path).stdout.strip()
        collector.process.kill()
    with started("serve", tmp_path) as collector:
        assert collector.get("/api/v1/sessions", token)["items"] == []


def test_rubbish_instead_of_a_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "mezzora.sqlite3").write_bytes(b"no database at all" * 500)
    done = mezzora("serve", "--data", tmp_path, "--port", "0")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "restore it" in done.stderr


def test_every_answer_keeps_quiet_about_the_server(tmp_path: Path) -> None:
    with started("serve", tmp_path) as collector, urllib.request.urlopen(f"{collector.address}/healthz") as answer:
        assert answer.headers["server"] is None
    with sqlite3.connect(tmp_path / "mezzora.sqlite3") as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_addresses_are_written_as_browsers_want_them(tmp_path: Path) -> None:
    assert address_of(Settings(tmp_path, host="::1"), 80) == "http://[::1]:80"
    assert address_of(Settings(tmp_path, tls_cert=tmp_path), 443) == "https://127.0.0.1:443"


def a_certificate(folder: Path, *more: str) -> tuple[Path, Path]:
    """A certificate and its key, made by the real tool."""
    folder.mkdir()
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-subj", "/CN=x", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*made, *(more or ("-nodes",))], check=True, capture_output=True, timeout=30)
    return cert, key


@pytest.mark.needs("openssl")
def test_a_certificate_that_cannot_be_used_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    cert, key = a_certificate(tmp_path / "one")
    _, locked = a_certificate(tmp_path / "two", "-passout", "pass:secret")
    empty = tmp_path / "empty.pem"
    empty.touch()
    for pair in ((empty, key), (cert, empty), (cert, locked)):
        done = mezzora("serve", "--data", tmp_path / "d", "--port", "0", "--tls-cert", pair[0], "--tls-key", pair[1])
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
        assert str(pair[1]) in done.stderr and "--tls-key" in done.stderr
