"""Who may come in: the commands that make codes, tokens and links, also beside a running collector."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from collector.errors import BadInput
from collector.ledger import keys, schema
from collector.ledger.engine import Engines, open_engines
from collector.ledger.keys import Role
from collector.ledger.ledger import writing
from collector.ledger.lock import who_runs
from collector.ledger.pen import Pen
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists, read_price_lists
from collector.ledger.reading import Reading
from collector.settings import Settings, make_folder
from shared.clock import SystemClock
from shared.moments import iso

_Told = TypeVar("_Told")


def enrol(settings: Settings, name: str) -> int:
    """Print a one-time code for the PC of that name, and on standard error what to do with it."""
    code = _write(settings, lambda pen: keys.make_code(pen, a_name(name)))
    print(code)
    url = _address(settings)
    print(f"On that PC, within 24 hours: mezzora-agent enrol {url} {code}", file=sys.stderr)
    return 0


def create_token(settings: Settings, role: Role, name: str | None) -> int:
    """Print a new token; it is shown this once."""
    called = None if name is None else a_name(name)
    print(_write(settings, lambda pen: keys.make_token(pen, called, role)))
    return 0


def revoke_token(settings: Settings, name: str) -> int:
    """The token of that name is void from now on."""
    _write(settings, lambda pen: keys.revoke_token(pen, name))
    return 0


def list_tokens(settings: Settings) -> int:
    """Print the tokens: name, role, since when, until when."""

    async def ask(engines: Engines) -> None:
        lists = _price_lists(settings)
        for token in await Reading(engines.readers, lists, Presence(), SystemClock()).tokens():
            until = "" if token.revoked_at is None else f"  revoked {iso(token.revoked_at)}"
            print(f"{token.name:<24} {token.role:<12} made {iso(token.made_at)}{until}")

    _with_ledger(settings, ask)
    return 0


def sign_in(settings: Settings, role: Role, name: str | None) -> int:
    """Print a sign-in link: good once, for a quarter of an hour."""
    code = _write(settings, lambda pen: keys.make_link(pen, a_name(name or role.value), role))
    print(link(_address(settings), code))
    return 0


def migrate(settings: Settings) -> int:
    """Bring the tables up to date and say nothing, as nothing is to be done."""

    async def nothing(engines: Engines) -> None:
        del engines

    _with_ledger(settings, nothing)
    return 0


def link(address: str, code: str) -> str:
    """What is opened in a browser to sign in."""
    return f"{address}/signin?code={code}"


def a_name(text: str) -> str:
    """A name fit to be shown; BadInput for any other."""
    name = text.strip()
    if not 0 < len(name) <= 200 or not name.isprintable():
        raise BadInput("NAME", "write 1 to 200 characters on one line")
    return name


def _address(settings: Settings) -> str:
    """The running collector's own word, else where it would be."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    configured = f"{'https' if settings.secure else 'http'}://{host}:{settings.port}"
    running = who_runs(settings.data)
    return running.address if running else configured


def _write(settings: Settings, act: Callable[[Pen], Awaitable[_Told]]) -> _Told:
    async def write(engines: Engines) -> _Told:
        async with writing(engines.writer, _price_lists(settings), SystemClock()) as pen:
            return await act(pen)

    return _with_ledger(settings, write)


def _with_ledger(settings: Settings, work: Callable[[Engines], Awaitable[_Told]]) -> _Told:
    """The ledger of that folder, brought up to date; a collector may run on it meanwhile."""

    async def opened(file: Path) -> _Told:
        engines = open_engines(file)
        try:
            await schema.prepare(engines, _price_lists(settings), SystemClock())
            return await work(engines)
        finally:
            await engines.close()

    make_folder(settings.data)
    running = who_runs(settings.data)
    return asyncio.run(opened(Path(running.database) if running else settings.database))


def _price_lists(settings: Settings) -> PriceLists:
    return read_price_lists(settings.tariff, settings.zone)
