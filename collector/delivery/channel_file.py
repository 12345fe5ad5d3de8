"""The file `channels.toml` of the data folder: the channels, the hours, and the routes; read once, and strictly."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from collector.delivery.channel import Channel, Send
from collector.delivery.channels.mail import Mailbox, Security
from collector.delivery.channels.service import Service, loaded
from collector.delivery.channels.webhook import Webhook
from collector.delivery.secret import Secret
from collector.domain.office_hours import Hours, Shifts, Spell
from collector.domain.reasons import Language
from collector.domain.routes import KINDS, NOWHERE, Outside, Route, Routes, Severity
from collector.errors import BadInput
from shared.clock import Clock
from shared.moments import read_length, to_at

FILE = "channels.toml"
MOST_IN_A_MESSAGE = 500
MOST_IN_A_POST = 200
"""Alerts in one call of a webhook: a body that every receiver takes."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_Shape = TypeVar("_Shape")

_NAME = r"^[a-z0-9][a-z0-9-]{0,59}$"

Name = Annotated[str, Meta(pattern=_NAME)]
Text = Annotated[str, Meta(min_length=1, max_length=500)]


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a secret is kept: a file, seen from the data folder, or a variable of the environment."""

    file: Text | None = None
    env: Text | None = None


class Common(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: Language = "it"
    per_minute: Annotated[int, Meta(ge=1, le=1_000)] | None = None


class MailShape(Common, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="mail"):
    server: Text
    sender: Text
    to: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=50)]
    security: Security = Security.STARTTLS
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None
    user: Text | None = None
    password: Kept | None = None
    ca: Text | None = None


class WebhookShape(Common, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="webhook"):
    url: Text | Kept
    secret: Kept


class ServiceShape(Common, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="service"):
    url: Kept


class HoursShape(Struct, frozen=True, forbid_unknown_fields=True):
    days: Text | None = None
    hours: tuple[Text, ...] = ()
    closed: tuple[date, ...] = ()
    zone: Text | None = None
    outside: Name | None = None
    shifts: tuple[tuple[datetime, datetime], ...] = ()


class RouteShape(Struct, frozen=True, forbid_unknown_fields=True):
    to: Annotated[tuple[Name, ...], Meta(min_length=1)]
    kinds: Annotated[frozenset[Name], Meta(min_length=1)] = frozenset()
    severity: Severity = Severity.LOW
    customers: Annotated[tuple[Text, ...], Meta(min_length=1)] = ()
    hours: Name | None = None
    outside: Outside | None = None
    escalate_after: Text | None = None
    escalate_to: Annotated[tuple[Name, ...], Meta(min_length=1)] = ()


_KEPT = 'write { file = "NAME" } or { env = "NAME" }'
_WORDS: dict[str, Iterable[str]] = {
    "kind": ("mail", "webhook", "service"),
    "language": get_args(Language),
    "security": Security,
    "severity": Severity,
    "outside": Outside,
}


class FileShape(Struct, frozen=True, forbid_unknown_fields=True):
    channels: dict[Name, dict[str, Any]] = {}
    hours: dict[Name, dict[str, Any]] = {}
    routes: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Channels:
    """What the file says; nothing where there is none."""

    channels: tuple[Channel, ...] = ()
    routes: Routes = NOWHERE

    def named(self, name: str) -> Channel:
        for channel in self.channels:
            if channel.name == name:
                return channel
        known = ", ".join(each.name for each in self.channels) or "none"
        raise BadInput(FILE, f"there is no channel {name[:60]!r}", f"known: {known}")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reading the file stands on."""

    folder: Path
    env: Mapping[str, str]
    zone: ZoneInfo
    clock: Clock

    def secret(self, kept: Kept, place: str) -> Secret:
        if (kept.file is None) == (kept.env is None):
            raise BadInput(place, "is kept in one place", _KEPT)
        if kept.env is not None:
            text = self.env.get(kept.env, "")
            problem = f"the environment has no {kept.env}"
        else:
            file = self.folder / str(kept.file)
            problem = f"{file} is empty"
            try:
                text = file.read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                raise BadInput(place, f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
        if not text:
            raise BadInput(place, problem)
        return Secret(text)


def channels_text(folder: Path) -> str:
    """What the file of that data folder says; nothing where there is none."""
    try:
        return (folder / FILE).read_text(encoding="utf-8-sig")  # some editors of Windows begin it with a mark
    except (FileNotFoundError, NotADirectoryError):
        return ""


def read_channels(folder: Path, zone: ZoneInfo, env: Mapping[str, str], clock: Clock) -> Channels:
    """The channels and routes of that data folder; BadInput names the first thing that is wrong, and no secret."""
    path = folder / FILE
    try:
        values = tomllib.loads(channels_text(folder))
    except (OSError, ValueError) as error:
        raise BadInput(str(path), f"cannot be read: {error}") from None
    try:
        return _channels(_Reading(folder, env, zone, clock), values)
    except BadInput as error:
        raise error.inside(str(path)) from None


def _channels(reading: _Reading, values: Mapping[str, Any]) -> Channels:
    for section in ("channels", "hours"):
        for name in values[section] if isinstance(values.get(section), dict) else ():
            if not re.match(_NAME, name):
                raise BadInput(section, f"{name[:60]!r} is no name", "small letters, digits, hyphens, as in office-2")
    top = _shaped(values, FileShape, "")
    channels = tuple(_channel(reading, name, table) for name, table in top.channels.items())
    shapes = {name: _shaped(table, HoursShape, f"hours.{name}") for name, table in top.hours.items()}
    hours = {name: _hours(reading.zone, name, shapes) for name in shapes}
    names = {channel.name for channel in channels}
    routes = tuple(_route(n, table, names, hours) for n, table in enumerate(top.routes, 1))
    if not routes and channels:
        routes = (Route(tuple(channel.name for channel in channels)),)
    return Channels(channels, Routes(routes))


def _shaped(values: Any, shape: type[_Shape], place: str) -> _Shape:
    try:
        return msgspec.convert(values, shape)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at `$")
        inner = where.strip("`.").replace(".[...]", "").replace("[...]", "")
        full = ".".join(part for part in (place, inner) if part)
        raise BadInput(full or FILE, problem, _remedy(problem, full.rpartition(".")[2])) from None


def _remedy(problem: str, key: str) -> str | None:
    """What may be written instead, where the reader's complaint does not tell."""
    if problem.startswith("Invalid") and key in _WORDS:
        return f"write one of {', '.join(_WORDS[key])}"
    if re.match(r"Expected `object( \| null)?`, got `str`", problem):
        return _KEPT
    return None


def _channel(reading: _Reading, name: str, table: dict[str, Any]) -> Channel:
    place = f"channels.{name}"
    shape = _shaped(table, MailShape | WebhookShape | ServiceShape, place)  # type: ignore[arg-type]
    match shape:
        case MailShape():
            send, secrets = _mailbox(reading, place, shape)
            return Channel(name, shape.language, shape.per_minute or 6, MOST_IN_A_MESSAGE, send, secrets)
        case WebhookShape():
            send, secrets = _webhook(reading, place, shape)
            return Channel(name, shape.language, shape.per_minute, MOST_IN_A_POST, send, secrets)
        case ServiceShape():
            send, secrets = _service(reading, place, shape)
            return Channel(name, shape.language, shape.per_minute or 6, MOST_IN_A_MESSAGE, send, secrets)
    raise AssertionError(shape)


def _mailbox(reading: _Reading, place: str, shape: MailShape) -> tuple[Send, tuple[Secret, ...]]:
    for key, addresses in (("sender", (shape.sender,)), ("to", shape.to)):
        for text in addresses:
            address = parseaddr(text)[1]
            if not text.isprintable() or not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
                raise BadInput(f"{place}.{key}", f"{text[:60]!r} is no address", "write one as in name@example.it")
    if (shape.user is None) != (shape.password is None):
        raise BadInput(place, "user and password go together")
    if shape.password is not None and shape.security is Security.NONE and shape.server not in _LOOPBACK:
        raise BadInput(f"{place}.security", "everybody on the way could read the password", 'write "starttls" or "tls"')
    password = None if shape.password is None else reading.secret(shape.password, f"{place}.password")
    mailbox = Mailbox(
        server=shape.server,
        port=shape.port or _PORTS[shape.security],
        security=shape.security,
        user=shape.user,
        password=password,
        sender=shape.sender,
        to=shape.to,
        language=shape.language,
        ca=None if shape.ca is None else str(reading.folder / shape.ca),
    )
    return mailbox.send, () if password is None else (password,)


def _webhook(reading: _Reading, place: str, shape: WebhookShape) -> tuple[Send, tuple[Secret, ...]]:
    url = Secret(shape.url) if isinstance(shape.url, str) else reading.secret(shape.url, f"{place}.url")
    try:
        parts = urlsplit(url.reveal())
        port_told = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_told = urlsplit(""), False
    if parts.scheme not in ("https", "http") or not parts.hostname or not port_told or not url.reveal().isprintable():
        raise BadInput(f"{place}.url", "is no address", "write one as in https://example.it/alerts")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise BadInput(f"{place}.url", "everybody on the way could read along", "write an https:// address")
    secret = reading.secret(shape.secret, f"{place}.secret")
    return Webhook(url, secret, shape.language, reading.clock).send, (url, secret)


def _service(reading: _Reading, place: str, shape: ServiceShape) -> tuple[Send, tuple[Secret, ...]]:
    url = reading.secret(shape.url, f"{place}.url")
    known = loaded().Apprise.instantiate(url.reveal(), suppress_exceptions=True)
    if known is None or isinstance(known, bool):
        raise BadInput(f"{place}.url", "is no address that apprise understands", "see its list of services")
    return Service(url, shape.language).send, (url, *_keys(url))


def _keys(url: Secret) -> tuple[Secret, ...]:
    """The parts of an address that may be keys: a complaint may name them alone."""
    parts = re.split(r"[/:@?&=]+", url.reveal())
    return tuple(Secret(part) for part in parts[1:] if len(part) >= 8)


def _hours(zone: ZoneInfo, name: str, shapes: Mapping[str, HoursShape]) -> Hours | Shifts:
    shape, place = shapes[name], f"hours.{name}"
    if shape.shifts:
        return Shifts(_shifts(zone, shape.shifts, f"{place}.shifts"))
    if shape.outside is not None:
        inner = shapes.get(shape.outside)
        if inner is None or inner.days is None or inner.outside is not None:
            raise BadInput(f"{place}.outside", f"there are no hours {shape.outside!r} with days of their own")
        found = _hours(zone, shape.outside, shapes)
        assert isinstance(found, Hours)
        return Hours(found.zone, found.days, found.minutes, found.closed, outside=True)
    if shape.days is None or not shape.hours:
        raise BadInput(place, "says nothing", 'write days and hours, or shifts, or outside = "NAME"')
    return Hours(
        _zone(shape.zone, zone, f"{place}.zone"),
        _days(shape.days, f"{place}.days"),
        _minutes(shape.hours, f"{place}.hours"),
        frozenset(shape.closed),
    )


def _shifts(zone: ZoneInfo, told: tuple[tuple[datetime, datetime], ...], place: str) -> tuple[Spell, ...]:
    spells = sorted((_instant(begins, zone), _instant(ends, zone)) for begins, ends in told)
    if any(begins >= ends for begins, ends in spells):
        raise BadInput(place, "a shift ends before it begins")
    return tuple(spells)


def _instant(moment: datetime, zone: ZoneInfo) -> int:
    return to_at(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _zone(name: str | None, otherwise: ZoneInfo, place: str) -> ZoneInfo:
    try:
        return otherwise if name is None else ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise BadInput(place, f"{str(name)[:60]!r} is no time zone", 'write one as in "Europe/Rome"') from None


def _days(text: str, place: str) -> frozenset[int]:
    """Of "mon-fri" or "mon,wed-thu"."""
    days: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS or _DAYS.index(first) > _DAYS.index(last or first):
            raise BadInput(place, f"{text[:60]!r} are no days", 'write them as in "mon-fri" or "mon,wed,sat-sun"')
        days |= set(range(_DAYS.index(first), _DAYS.index(last or first) + 1))
    return frozenset(days)


def _minutes(texts: tuple[str, ...], place: str) -> tuple[Spell, ...]:
    spells: list[Spell] = []
    for text in texts:
        match = re.fullmatch(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)", text.replace(" ", ""), re.ASCII)
        begins, ends = (
            (0, 0) if match is None else (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4]))
        )
        if not (spells[-1][1] if spells else 0) <= begins < ends <= 24 * 60:
            raise BadInput(
                place, f"{text[:60]!r} are no hours", 'write them in order, as in ["09:00-13:00", "14:00-18:00"]'
            )
        spells.append((begins, ends))
    return tuple(spells)


def _route(n: int, table: dict[str, Any], channels: set[str], hours: Mapping[str, Hours | Shifts]) -> Route:
    place = f"routes, number {n}"
    shape = _shaped(table, RouteShape, place)
    for name in (*shape.to, *shape.escalate_to):
        if name not in channels:
            raise BadInput(place, f"there is no channel {name!r}", f"known: {', '.join(sorted(channels)) or 'none'}")
    if strange := sorted(shape.kinds - KINDS):
        raise BadInput(f"{place}.kinds", f"there is no kind {strange[0]!r}", f"known: {', '.join(sorted(KINDS))}")
    if shape.hours is not None and shape.hours not in hours:
        raise BadInput(place, f"there are no hours {shape.hours!r}", f"known: {', '.join(sorted(hours)) or 'none'}")
    if shape.outside is not None and shape.hours is None:
        raise BadInput(
            place, "outside says nothing without hours", 'name them, as in hours = "office", or leave it out'
        )
    if (shape.escalate_after is None) != (not shape.escalate_to):
        raise BadInput(place, "escalate_after and escalate_to go together")
    return Route(
        to=shape.to,
        kinds=frozenset(shape.kinds),
        severity=shape.severity,
        customers=shape.customers,
        hours=None if shape.hours is None else hours[shape.hours],
        outside=shape.outside or Outside.SKIP,
        escalate_after_ms=None if shape.escalate_after is None else _length(shape.escalate_after, place),
        escalate_to=shape.escalate_to,
    )


def _length(text: str, place: str) -> int:
    try:
        length_ms = read_length(text)
    except ValueError as error:
        raise BadInput(f"{place}.escalate_after", str(error)) from None
    if length_ms == 0:
        raise BadInput(f"{place}.escalate_after", "nobody could acknowledge it by then", 'write a time, as in "10m"')
    return length_ms
