"""What a command asks of the collector that runs."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from collector import folder, running
from collector.errors import Conflict, NotFound, Unavailable
from collector.ledger.lock import FolderLock
from collector.ledger.reading import Reading
from collector.settings import Settings
from tests.collector.test_serve import a_certificate


class Answers(BaseHTTPRequestHandler):
    """Says back who asked for what; paths of digits are refused with that status."""

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.send_response(int(name) if name.isdigit() else 200)
        self.end_headers()
        told = {"detail": f"no {name}", "path": self.path, "bearer": self.headers["Authorization"]}
        self.wfile.write(b"x" if name == "500" else json.dumps(told).encode())

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def a_collector(data: Path, certificate: tuple[Path, Path] | None = None) -> Iterator[Settings]:
    """Something that holds the folder's lock and answers."""
    server = HTTPServer(("127.0.0.1", 0), Answers)
    scheme, settings = "http", Settings(data)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme, settings = "https", Settings(data, tls_cert=certificate[0], tls_key=certificate[1])
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        with FolderLock(data, f"{scheme}://0.0.0.0:{server.server_port}", str(settings.database)):
            yield settings
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_is_asked_with_a_token_that_is_gone_afterwards_and_refuses_in_its_own_words(tmp_path: Path) -> None:
    with a_collector(tmp_path) as settings:
        assert running.runs(settings)
        told = running.ask(settings, "GET", "/sessions")
        assert told["path"] == "/api/v1/sessions" and told["bearer"].startswith("Bearer ")
        assert folder.read(settings, Reading.tokens) == []
        for path, kind, why in (
            ("/404", NotFound, "no 404"),
            ("/409", Conflict, "no 409"),
            ("/500", Unavailable, "500"),
        ):
            with pytest.raises(kind, match=why):
                running.ask(settings, "GET", path)


@pytest.mark.needs("openssl")
def test_its_own_certificate_is_trusted_under_whatever_name(tmp_path: Path) -> None:
    with a_collector(tmp_path, a_certificate(tmp_path / "tls")) as settings:
        assert running.ask(settings, "GET", "/agents")["path"] == "/api/v1/agents"


def test_where_none_runs_it_is_said_what_to_do(tmp_path: Path) -> None:
    assert not running.runs(Settings(tmp_path))
    with pytest.raises(Conflict, match="start it"):
        running.ask(Settings(tmp_path), "GET", "/agents")
