"""A mailbox that speaks IMAP4rev1 (RFC 3501) over TLS on loopback, as far as it is asked: one user, one folder."""

import re
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "help@rossi.example", 'se"cret\\'


@dataclass
class PostOffice:
    """The messages by their numbers, and what was done to them."""

    messages: dict[int, bytes]
    certificate: Path
    port: int = 0
    seen: set[int] = field(default_factory=set)
    claimed: dict[int, int] = field(default_factory=dict)  # sizes that it says of a message


@contextmanager
def a_post_office(folder: Path, *messages: bytes) -> Iterator[PostOffice]:
    """It answers inside the block."""
    cert, key = folder / "imap.pem", folder / "imap.key"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    office = PostOffice(dict(enumerate(messages, 1)), cert)

    class Clerk(socketserver.StreamRequestHandler):
        def setup(self) -> None:
            self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()

        def handle(self) -> None:
            serve(office, self)

    class Door(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Who does not trust the certificate hangs up."""

    with Door(("127.0.0.1", 0), Clerk) as door:
        office.port = door.server_address[1]
        threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield office
        finally:
            door.shutdown()


def serve(office: PostOffice, clerk: socketserver.StreamRequestHandler) -> None:
    """One visitor, to his logout."""
    clerk.wfile.write(b"* OK ready\r\n")
    for line in clerk.rfile:
        tag, command, rest = (*line.decode().rstrip("\r\n").split(" ", 2), "")[:3]
        told, status = answer(office, command.upper(), rest)
        clerk.wfile.write(b"".join(b"* " + each + b"\r\n" for each in told) + f"{tag} {status}\r\n".encode())
        if command.upper() == "LOGOUT":
            return


def answer(office: PostOffice, command: str, rest: str) -> tuple[list[bytes], str]:
    quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    match command:
        case "CAPABILITY":
            return [b"CAPABILITY IMAP4rev1"], "OK done"
        case "LOGIN" if rest.replace(f'"{USER}"', USER) != f'{USER} "{quoted}"':
            return [], "NO wrong user or password"
        case "SELECT" if rest != '"INBOX"':
            return [], "NO no such folder"
        case "SELECT":
            return [f"{len(office.messages)} EXISTS".encode()], "OK [READ-WRITE] open"
        case "LOGOUT":
            return [b"BYE"], "OK"
        case "UID":
            return asked(office, rest), "OK done"
    return [], "OK done"


def asked(office: PostOffice, rest: str) -> list[bytes]:
    verb, _, words = rest.partition(" ")
    if verb == "SEARCH":
        unseen = [str(uid) for uid in reversed(office.messages) if uid not in office.seen]
        return [" ".join(("SEARCH", *unseen)).encode()]
    uid = int(re.match(r"\d+", words)[0])  # type: ignore[index]
    if verb == "STORE":
        office.seen.add(uid)
        return []
    data = office.messages[uid]
    if "SIZE" in words:
        return [f"{uid} FETCH (UID {uid} RFC822.SIZE {office.claimed.get(uid, len(data))})".encode()]
    return [f"{uid} FETCH (UID {uid} BODY[] {{{len(data)}}}".encode() + b"\r\n" + data + b")"]
