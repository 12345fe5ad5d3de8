"""The price list: services with their caps and prices, overtime, and what is exempt or excluded.

A tariff is a TOML text; the one that ships (`collector/tariffs/service-terms.toml`) explains every
key. What is not understood is refused by name: a price list is never guessed.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from collector.domain import tariff_table as kind
from collector.domain.fault import Fault, refuse
from collector.domain.money import NOTHING
from collector.domain.tariff_table import Table
from collector.errors import BadInput
from shared.moments import MINUTE_MS, day_bounds
from shared.position import line_of

FILE_RECOVERY = "file-recovery"
"""The category that is a service of its own; it is in no list of exempt or excluded ones."""


class CapAppliesTo(StrEnum):
    """What the cap is measured on."""

    INTERVENTION = "intervention"  # all its connections together, as the terms price it
    CONNECTION = "connection"  # each connection anew, for a firm that reads its terms so


class AtCap(StrEnum):
    """What happens at the cap, unless somebody has agreed to overtime."""

    REMIND = "remind"
    CONSENT = "consent"  # the technician is asked until somebody agrees or waives; work goes on
    DISCONNECT = "disconnect"  # announced on his desk, stopped by a consent or by critical work


LEAST_COUNTDOWN_MS = MINUTE_MS
"""No session is ended sooner after it was announced."""


@dataclass(frozen=True, slots=True)
class ServicePrice:
    """One service: the connection time that its price includes, the price in euro, and what happens at the cap."""

    cap_ms: int
    price: Decimal
    at_cap: AtCap = AtCap.REMIND
    countdown_ms: int = LEAST_COUNTDOWN_MS  # so long before the cap an end is announced


@dataclass(frozen=True, slots=True)
class Overtime:
    """What connection time beyond the cap costs, by the unit begun (the half hour of the terms)."""

    unit_ms: int
    price: Decimal
    needs_contract: bool = True
    courtesy_ms: int = 0  # after the cap: no unit begins in it; once passed, counting is from the cap


@dataclass(frozen=True, slots=True)
class Tariff:
    """One price list; without a `first_day` it holds for every instant before the next begins."""

    name: str
    contract: ServicePrice
    previous_version: ServicePrice
    overtime: Overtime
    vat_rate: Decimal  # a fraction of one
    exempt: frozenset[str]
    excluded: frozenset[str]
    file_recovery_price: Decimal | None = None
    cap_applies_to: CapAppliesTo = CapAppliesTo.INTERVENTION
    warn_before_ms: tuple[int, ...] = ()  # longest first
    declared_time_counts: bool = True  # what a technician declares by hand is connection time too
    first_day: date | None = None
    terms_version: str | None = None  # of the service terms that a customer must have accepted; None: nobody is asked

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category that this tariff knows, in alphabetical order."""
        return tuple(sorted({*self.exempt, *self.excluded, FILE_RECOVERY}))


def in_force(tariffs: Sequence[Tariff], at: int, zone: ZoneInfo) -> Tariff:
    """The tariff of an instant: of those whose first day has begun in the zone, the latest.

    BadInput when all of them begin later.
    """
    begun = [t for t in tariffs if t.first_day is None or day_bounds(t.first_day, zone)[0] <= at]
    if not begun:
        raise BadInput("tariffs", "none has begun at that time", "keep one without a first_day")
    return max(begun, key=lambda tariff: tariff.first_day or date.min)


def date_faults(source: str, named: Sequence[tuple[str, Tariff]]) -> Iterator[Fault]:
    """What is wrong with the first days of these price lists together: two that begin at once, a time before all."""
    begun: dict[date | None, str] = {}
    for name, tariff in named:
        day = tariff.first_day
        if day not in begun:
            begun[day] = name
        elif day is None:
            yield Fault(f"{name}: first_day", f"missing, as in {begun[day]}", "one of them alone may be without")
        else:
            yield Fault(f"{name}: first_day", f"{day}, as in {begun[day]}", "let each begin on a day of its own")
    days = sorted(day for day in begun if day is not None)
    if days and None not in begun:
        yield Fault(source, f"a hole: before {days[0]} no list holds", "keep one without a first_day")


def read_tariff(text: str, source: str) -> Tariff:
    """The tariff that a TOML text says; BadInput names the source, and of all that is wrong line, key and remedy."""
    tariff, faults = checked(text, source)
    refuse(faults)
    return tariff


def checked(text: str, source: str) -> tuple[Tariff, tuple[Fault, ...]]:
    """What a TOML text says, and everything that is wrong with it; with a fault it is no tariff to be used."""
    faults: list[Fault] = []

    def note(table: str, key: str, problem: str, remedy: str | None) -> None:
        line = line_of(text, _path(text, table, key))
        place = f"{table}.{key}" if table else key
        faults.append(Fault(f"{source}:{line}: {place}", problem, remedy))

    try:
        values = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        return _tariff(Table(None, note)), (Fault(source, "not a TOML file", str(error)),)
    return _tariff(Table(values, note)), tuple(faults)


def _path(text: str, table: str, key: str) -> tuple[str, ...]:
    """The way to the key as the file has written it: below its table's header, in a line above, or with its tables
    before it."""
    outer, _, name = table.rpartition(".")
    whole = f"{table}.{key}" if table else key
    ways = ((table, key), (outer, name), (name,), (whole,)) if outer else ((table, key), (whole,))
    return next((way for way in ways if line_of(text, way) > 1), ways[0])


_KEYS = ("name", "first_day", "vat_rate", "cap_applies_to", "warn_before", "declared_time_counts", "terms_version")
_TABLES = ("services", "overtime", "file-recovery", "categories")
_NO_NAMES: frozenset[str] = frozenset()


def _tariff(top: Table) -> Tariff:
    top.only(*_KEYS, *_TABLES)
    services = top.table("services")
    services.only("contract", "previous-version")
    exempt, excluded = _categories(top.table("categories"))
    return Tariff(
        name=top.read("name", kind.a_name, ""),
        first_day=top.read_or("first_day", kind.a_day, None),
        terms_version=top.read_or("terms_version", kind.a_name, None),
        vat_rate=top.read("vat_rate", kind.a_percentage, NOTHING),
        cap_applies_to=top.read_or("cap_applies_to", _cap_applies_to, CapAppliesTo.INTERVENTION),
        warn_before_ms=top.read_or("warn_before", kind.different_lengths, ()),
        declared_time_counts=top.read_or("declared_time_counts", kind.yes_or_no, True),
        contract=_service(services.table("contract")),
        previous_version=_service(services.table("previous-version")),
        overtime=_overtime(top.table("overtime")),
        file_recovery_price=_file_recovery_price(top.table_or_none(FILE_RECOVERY)),
        exempt=exempt,
        excluded=excluded,
    )


def _service(table: Table) -> ServicePrice:
    table.only("cap", "price", "at_cap", "countdown")
    return ServicePrice(
        table.read("cap", kind.some_seconds, 0),
        table.read("price", kind.a_price, NOTHING),
        table.read_or("at_cap", _at_cap, AtCap.REMIND),
        table.read_or("countdown", _countdown, LEAST_COUNTDOWN_MS),
    )


def _at_cap(value: object) -> AtCap:
    if value not in list(AtCap):
        raise ValueError('write "remind", "consent" or "disconnect"')
    return AtCap(str(value))


def _countdown(value: object) -> int:
    length_ms = kind.whole_seconds(value)
    if length_ms < LEAST_COUNTDOWN_MS:
        raise ValueError('write at least a minute, as in "60s"')
    return length_ms


def _overtime(table: Table) -> Overtime:
    table.only("unit", "price", "needs_contract", "courtesy")
    return Overtime(
        unit_ms=table.read("unit", kind.some_seconds, 0),
        price=table.read("price", kind.a_price, NOTHING),
        needs_contract=table.read_or("needs_contract", kind.yes_or_no, True),
        courtesy_ms=table.read_or("courtesy", kind.whole_seconds, 0),
    )


def _file_recovery_price(table: Table) -> Decimal | None:
    table.only("price")
    return table.read_or("price", kind.a_price, None)


def _categories(table: Table) -> tuple[frozenset[str], frozenset[str]]:
    table.only("exempt", "excluded")
    exempt = table.read("exempt", kind.category_names, _NO_NAMES)
    excluded = table.read("excluded", kind.category_names, _NO_NAMES)
    for name in sorted(exempt & excluded):
        table.fault("excluded", f'"{name}" is exempt as well', "keep it in one")
    for key, names in (("exempt", exempt), ("excluded", excluded)):
        if FILE_RECOVERY in names:
            remedy = f"leave it out, its price goes into [{FILE_RECOVERY}]"
            table.fault(key, f'"{FILE_RECOVERY}" is a service of its own', remedy)
    return exempt, excluded


def _cap_applies_to(value: object) -> CapAppliesTo:
    if value not in list(CapAppliesTo):
        raise ValueError('write "intervention" or "connection"')
    return CapAppliesTo(str(value))
