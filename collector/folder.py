"""The ledger in a data folder, opened for one command, also beside a collector that runs on it."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from collector.errors import CannotStart
from collector.ledger import schema
from collector.ledger.engine import Engines, name_of, open_engines
from collector.ledger.ledger import writing
from collector.ledger.lock import who_runs
from collector.ledger.pen import Pen
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists, read_price_lists
from collector.ledger.reading import Reading
from collector.settings import Settings, make_folder
from shared.clock import SystemClock

_Told = TypeVar("_Told")


def write(settings: Settings, act: Callable[[Pen], Awaitable[_Told]]) -> _Told:
    """What the act returns, once it is written; what it raises undoes it."""

    async def written(engines: Engines) -> _Told:
        async with writing(engines.writer, price_lists(settings), SystemClock()) as pen:
            return await act(pen)

    return opened(settings, written)


def read(settings: Settings, ask: Callable[[Reading], Awaitable[_Told]]) -> _Told:
    """What the question finds. Nobody knows here which agents are heard: every open session is silent."""

    async def asked(engines: Engines) -> _Told:
        return await ask(Reading(engines.readers, price_lists(settings), Presence(), SystemClock()))

    return opened(settings, asked)


def opened(settings: Settings, work: Callable[[Engines], Awaitable[_Told]]) -> _Told:
    """What the work returns, given the ledger of that folder, brought up to date."""

    async def with_engines(where: Path | str) -> _Told:
        engines = open_engines(where)
        try:
            await schema.prepare(engines, price_lists(settings), SystemClock())
            return await work(engines)
        finally:
            await engines.close()

    make_folder(settings.data)
    return asyncio.run(with_engines(_where(settings)))


def _where(settings: Settings) -> Path | str:
    """What the collector of that folder writes, where one runs (a demonstration, say); else what the settings say."""
    running = who_runs(settings.data)
    if running is None or running.database == name_of(settings.database):
        return settings.database
    if running.database.startswith("postgresql:") or isinstance(settings.database, str):
        raise CannotStart(
            f"the collector on {settings.data} writes {running.database}, and the settings of this command say"
            f" {name_of(settings.database)}: tell both the same `database`"
        )
    return Path(running.database)


def price_lists(settings: Settings) -> PriceLists:
    """Those of the collector that runs on that folder, whatever this command would use by itself."""
    running = who_runs(settings.data)
    if running is None:
        return read_price_lists(settings.tariff, settings.zone)
    return read_price_lists(None if running.tariff is None else Path(running.tariff), settings.zone)


def by() -> str:
    """Who types."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (OSError, KeyError, ImportError):
        return "command line"
