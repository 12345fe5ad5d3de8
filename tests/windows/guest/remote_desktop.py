"""What a played mstsc.exe does: stays open and, where its arguments name a server, talks to it until told to close.

    mstsc.exe /v:HOST:PORT          connects, says "connected"
    mstsc.exe /v:HOST:PORT /prompt  shows its dialog for ever: a window, but no connection

It ends when its standard input does.
"""

import socket
import sys


def main(arguments: list[str]) -> None:
    host, port = arguments[0].removeprefix("/v:").rsplit(":", 1)
    if "/prompt" in arguments:
        wait_at("dialog")
        return
    with socket.create_connection((host, int(port)), timeout=20):
        wait_at("connected")


def wait_at(state: str) -> None:
    print(state, flush=True)
    sys.stdin.read()


main(sys.argv[1:])
