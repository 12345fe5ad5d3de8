"""`mezzora alerts`: the alerts and who was told of them, seen to or put off, and a test of a channel."""

import argparse
import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from collector import folder
from collector.delivery.channel import NotDelivered
from collector.delivery.channel_file import read_channels
from collector.delivery.message import Message
from collector.delivery.sender import send
from collector.errors import BadInput
from collector.ledger import decisions, outbox
from collector.ledger.pen import Pen
from collector.ledger.reading import Reading
from collector.ledger.views import AlertView, DeliveryView
from collector.settings import Settings
from shared.clock import SystemClock
from shared.moments import iso, read_length

MOST = 2**53 - 1
Told = tuple[AlertView, list[DeliveryView]]


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command; `settings_of` reads where the ledger is."""
    acts = parser.add_subparsers(required=True, metavar="list|ack|snooze|test")
    listing = acts.add_parser("list", help="the newest first, and over which channels each was told")
    listing.add_argument("--open", action="store_true", help="only those that nobody has acknowledged")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default: 50)")
    listing.add_argument("--json", action="store_true", help="for programs")
    acknowledging = acts.add_parser("ack", help="somebody has seen to these: no escalation or reminder comes")
    snoozing = acts.add_parser("snooze", help="somebody will see to these later: they are told again then")
    snoozing.add_argument(
        "--for", dest="length", default="30m", metavar="LENGTH", help="2h, say; at most 168h (default: 30m)"
    )
    for one in (acknowledging, snoozing):
        one.add_argument("alerts", type=int, nargs="+", metavar="ALERT", help="its number")
    testing = acts.add_parser("test", help="send a test message over a channel, and say whether it arrived")
    testing.add_argument("channel", metavar="CHANNEL", help="its name in channels.toml")
    for act, run in ((listing, list_alerts), (acknowledging, acknowledge), (snoozing, snooze), (testing, test)):
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def list_alerts(settings: Settings, args: argparse.Namespace) -> int:
    """A line for each alert, and one for each channel that it goes to."""

    async def ask(reading: Reading) -> list[Told]:
        limit = min(max(args.limit, 1), MOST)
        alerts, _ = await reading.alerts(acknowledged=False if args.open else None, limit=limit)
        deliveries = await reading.deliveries([alert.id for alert in alerts])
        return [(alert, deliveries[alert.id]) for alert in alerts]

    for alert, deliveries in folder.read(settings, ask):
        print(as_json(alert, deliveries) if args.json else "\n".join(lines(alert, deliveries)))
    return 0


def acknowledge(settings: Settings, args: argparse.Namespace) -> int:
    """All of them, or with one that there is not, none."""
    by = folder.by()

    async def act(pen: Pen) -> None:
        for id in args.alerts:
            await decisions.acknowledge(pen, id, by=by)

    folder.write(settings, act)
    return 0


def snooze(settings: Settings, args: argparse.Namespace) -> int:
    try:
        until_at = SystemClock().wall_ms() + read_length(args.length)
    except ValueError as error:
        raise BadInput("--for", str(error)) from None
    by = folder.by()

    async def act(pen: Pen) -> None:
        for id in args.alerts:
            await outbox.snooze(pen, id, until_at, by=by)

    folder.write(settings, act)
    return 0


def test(settings: Settings, args: argparse.Namespace) -> int:
    """0 where it arrived; NotDelivered says why it did not."""
    clock = SystemClock()
    channel = read_channels(settings.data, settings.zone, os.environ, clock).named(args.channel)
    try:
        trouble = asyncio.run(send(channel, Message(uuid4().hex, clock.wall_ms(), (), settings.zone)))
    except NotDelivered as error:
        raise NotDelivered(f"{channel.name}: {error}") from None
    print(f"{channel.name}: delivered" + (f", but {trouble}" if trouble else ""))
    return 0


def lines(alert: AlertView, deliveries: list[DeliveryView]) -> list[str]:
    """For people."""
    if alert.withdrawn_at is not None:
        state = f"taken back {iso(alert.withdrawn_at)}"
    elif alert.acknowledged_by is not None:
        state = f"acknowledged by {alert.acknowledged_by}"
    elif alert.snoozed_until is not None:
        state = f"snoozed until {iso(alert.snoozed_until)} by {alert.snoozed_by}"
    else:
        state = "open"
    return [f"{alert.id:>6}  {iso(alert.due_at)}  {state}  {alert.text}", *map(delivery_line, deliveries)]


def delivery_line(delivery: DeliveryView) -> str:
    told = f"        {delivery.channel}: {delivery.state}"
    if delivery.told_at is not None:
        told += f" {iso(delivery.told_at)}"
    elif delivery.due_at is not None:
        told += f" until {iso(delivery.due_at)}"
    if delivery.why != "made":
        told += f" ({delivery.why})"
    if delivery.tries:
        told += f", failed {delivery.tries} times"
    return told + (f": {delivery.trouble}" if delivery.trouble else "")


def as_json(alert: AlertView, deliveries: list[DeliveryView]) -> str:
    def moment(at: int | None) -> str | None:
        return None if at is None else iso(at)

    return json.dumps(
        {
            "id": alert.id,
            "key": alert.key,
            "kind": alert.kind,
            "intervention": alert.intervention,
            "due_at": iso(alert.due_at),
            "text": alert.text,
            "text_it": alert.text_it,
            "acknowledged_by": alert.acknowledged_by,
            "snoozed_until": moment(alert.snoozed_until),
            "withdrawn_at": moment(alert.withdrawn_at),
            "deliveries": [
                {
                    "channel": each.channel,
                    "why": each.why,
                    "state": each.state,
                    "due_at": moment(each.due_at),
                    "told_at": moment(each.told_at),
                    "tries": each.tries,
                    "trouble": each.trouble,
                    "message": each.message,
                }
                for each in deliveries
            ],
        },
        ensure_ascii=False,
    )
