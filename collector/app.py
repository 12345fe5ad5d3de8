"""Builds clock, ledger, loops and routes, and hands each what it needs. The only place that knows all the rooms."""

import asyncio
import contextlib
import logging
import os
import platform
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI

from collector.delivery.channel_file import Channels, channels_text, read_channels
from collector.delivery.sender import Sender
from collector.domain.firm import MADE_UP
from collector.errors import CannotStart
from collector.intake import endpoint
from collector.intake.endpoint import AgentsDoor
from collector.ledger import postgres, schema
from collector.ledger.bell import Bell
from collector.ledger.board import Board
from collector.ledger.conditions import Conditions, digest
from collector.ledger.engine import Engines, open_engines
from collector.ledger.exchange import Exchange
from collector.ledger.issued import Issued
from collector.ledger.ledger import Ledger
from collector.ledger.post import Post
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists, read_price_lists
from collector.ledger.reading import Reading
from collector.live.hub import Hub
from collector.settings import Settings
from collector.statements.forms import Forms
from collector.statements.office import Office
from collector.tariffs import terms_texts
from collector.watch import silence
from collector.watch.watch import Watch
from collector.web import routes
from collector.web.oidc import Client, Service
from collector.web.parts import Parts
from shared.clock import Clock
from shared.moments import HOUR_MS

STOP_S = 1.5  # for what is under way when the collector stops

MISSED_MS = HOUR_MS
"""While the other collectors could not be heard they changed nothing that is older, as far as anybody watches it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Collector:
    """The parts of a running collector."""

    settings: Settings
    clock: Clock
    channels: Channels
    engines: Engines
    lists: PriceLists
    bell: Bell
    presence: Presence
    ledger: Ledger
    reading: Reading
    watch: Watch
    hub: Hub
    sender: Sender
    door: AgentsDoor
    office: Office
    exchange: Exchange | None  # where other collectors may write into the same database
    crashed: "asyncio.Future[None]"  # done when a loop ended that should not


def channels_of(settings: Settings, clock: Clock) -> Channels:
    """As the data folder's file says. Nobody is told of what was made up."""
    return Channels() if settings.demo else read_channels(settings.data, settings.zone, os.environ, clock)


def conditions_of(settings: Settings, lists: PriceLists) -> Conditions:
    """What has to be the same for all collectors on one database."""
    return Conditions(
        name=f"{platform.node()} ({settings.data})",
        price_lists=digest(*(id for id, _ in lists.current)),
        channels=digest(channels_text(settings.data)),
        settings=digest(str(settings.zone), str(settings.quiet_days), repr(settings.firm)),
    )


def build(settings: Settings, clock: Clock) -> Collector:
    """All parts, none of them running; inside a running event loop."""
    lists, bell, presence = read_price_lists(settings.tariff, settings.zone), Bell(), Presence()
    channels = channels_of(settings, clock)
    post = Post(channels.routes)
    engines = open_engines(settings.database)
    ledger = Ledger(engines.writer, lists, bell, clock, post)
    reading = Reading(engines.readers, lists, presence, clock)
    door = AgentsDoor(ledger, presence, bell, clock)
    exchange = _exchange(settings, lists, engines, bell, presence, post, clock, reading, door)
    board = Board(reading, lists, presence, bell, post.bell, clock, demo=settings.demo)
    return Collector(
        settings=settings,
        clock=clock,
        channels=channels,
        engines=engines,
        lists=lists,
        bell=bell,
        presence=presence,
        ledger=ledger,
        reading=reading,
        watch=Watch(ledger, reading, presence, bell, clock, quiet_days=settings.quiet_days, tell=door.tell),
        hub=Hub(board.look, bell, clock),
        sender=Sender(
            ledger,
            reading,
            channels.channels,
            post.bell,
            settings.zone,
            clock,
            random.random,
            lambda: uuid4().hex,
            None if exchange is None else exchange.has_turn,
        ),
        door=door,
        exchange=exchange,
        office=Office(
            write=ledger.write,
            issued=Issued(engines.readers, lists),
            firm=MADE_UP if settings.demo else settings.firm,
            forms=Forms(settings.data, settings.firm_logo),
            zone=settings.zone,
            clock=clock,
        ),
        crashed=asyncio.get_running_loop().create_future(),
    )


def _exchange(
    settings: Settings,
    lists: PriceLists,
    engines: Engines,
    bell: Bell,
    presence: Presence,
    post: Post,
    clock: Clock,
    reading: Reading,
    door: AgentsDoor,
) -> Exchange | None:
    if not isinstance(settings.database, str):
        return None

    async def missed() -> frozenset[int]:
        return await reading.changed_last(MISSED_MS) | await reading.with_open_sessions()

    me, under = postgres.writer_of(engines.writer), conditions_of(settings, lists)
    return Exchange(settings.database, me, under, bell, presence, post, clock, missed, door.tell)


@asynccontextmanager
async def running(collector: Collector) -> AsyncIterator[None]:
    """Its loops run inside the block; at the end what waits is written, and the files are closed."""
    try:
        await schema.prepare(collector.engines, collector.lists, collector.clock)
        await collector.ledger.listen()
        writer = _loop(collector, "ledger", collector.ledger.run())
        others = [
            _loop(collector, "watch", collector.watch.run()),
            _loop(collector, "hub", collector.hub.run()),
            _loop(collector, "sender", collector.sender.run()),
            _loop(collector, "silence", silence.run(collector.presence, collector.bell, collector.clock)),
        ]
        if collector.exchange is not None:
            others.append(_loop(collector, "exchange", collector.exchange.run()))
        try:
            yield
        finally:
            await collector.door.close()
            await collector.office.stop()
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            collector.ledger.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(writer, return_exceptions=True), STOP_S)
    finally:
        await collector.engines.close()


def service_of(settings: Settings, clock: Clock) -> Service | None:
    """By which the firm's people sign in, where it has one; CannotStart where it could not work."""
    if settings.oidc_issuer is None:
        return None
    secret, file = settings.oidc_client_secret, settings.oidc_client_secret_file
    if file is not None:
        try:
            secret = file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise CannotStart(f"oidc_client_secret_file: {file} cannot be read: {error}") from None
    client = Client(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_claim, settings.oidc_name)
    return Service(client, clock)


def make_app(collector: Collector) -> FastAPI:
    """The application with every door; it answers while the collector is `running`."""
    app = FastAPI(title="Mezzora", docs_url=None, redoc_url=None, openapi_url=None)
    endpoint.install(app, collector.door)
    routes.install(
        app,
        Parts(
            clock=collector.clock,
            ledger=collector.ledger,
            reading=collector.reading,
            hub=collector.hub,
            zone=collector.settings.zone,
            office=collector.office,
            secure=collector.settings.secure,
            channels=collector.channels,
            order=collector.door.tell if collector.exchange is None else collector.exchange.pass_on,
            bell=collector.bell,
            hang_up=collector.door.hang_up,
            differences=tuple if collector.exchange is None else collector.exchange.differences,
            service=service_of(collector.settings, collector.clock),
            terms=collector.settings.data / terms_texts.FOLDER,
        ),
    )
    return app


def _loop(collector: Collector, name: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """A loop that should not end by itself; when it fails, the collector does, loudly: it is safe to start again."""

    def ended(task: "asyncio.Task[None]") -> None:
        if task.cancelled() or task.exception() is None or collector.crashed.done():
            return
        _log.critical("the %s loop failed", name, exc_info=task.exception())
        collector.crashed.set_result(None)

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(ended)
    return task
