import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from collector.domain.tariff import (
    AtCap,
    CapAppliesTo,
    Overtime,
    ServicePrice,
    Tariff,
    checked,
    date_faults,
    in_force,
    read_tariff,
)
from collector.errors import BadInput
from collector.tariffs.files import shipped_text
from shared.moments import MINUTE_MS, to_at
from tests.collector.domain.builders import TARIFF

ROME = ZoneInfo("Europe/Rome")
EXEMPT = {"download", "defective-media", "installation", "activation"}
EXCLUDED = {
    "network", "shared-disks", "user-profiles", "e-mail", "other-software", "operating-system", "software-updates",
}  # fmt: skip

NOTHING_READ = Tariff(
    name="",
    contract=ServicePrice(0, Decimal("0.00")),
    previous_version=ServicePrice(0, Decimal("0.00")),
    overtime=Overtime(0, Decimal("0.00")),
    vat_rate=Decimal("0.00"),
    exempt=frozenset(),
    excluded=frozenset(),
)
"""What is read where nothing is: no price and no time that somebody could take for the list's."""


def changed(old: str, new: str) -> Tariff:
    """The tariff that ships, with this text in place of that one."""
    text = shipped_text()
    assert old in text
    return read_tariff(text.replace(old, new), "mine.toml")


def complaint(old: str, new: str) -> str:
    with pytest.raises(BadInput) as refused:
        changed(old, new)
    told = str(refused.value)
    assert re.match(r"mine\.toml:\d+: ", told) and told.splitlines() == [told]
    return told.partition(": ")[2]


def test_the_price_list_of_the_terms_is_the_one_that_ships() -> None:
    assert (TARIFF.contract.cap_ms, TARIFF.contract.price) == (20 * MINUTE_MS, Decimal("45.00"))
    assert (TARIFF.previous_version.cap_ms, TARIFF.previous_version.price) == (30 * MINUTE_MS, Decimal("160.00"))
    overtime = TARIFF.overtime
    assert (overtime.unit_ms, overtime.price, overtime.needs_contract) == (30 * MINUTE_MS, Decimal("35.00"), True)
    assert (overtime.courtesy_ms, TARIFF.vat_rate, TARIFF.first_day) == (0, Decimal("0.22"), None)
    assert (TARIFF.exempt, TARIFF.excluded, TARIFF.file_recovery_price) == (EXEMPT, EXCLUDED, None)
    assert (TARIFF.cap_applies_to, TARIFF.warn_before_ms) == (CapAppliesTo.INTERVENTION, (300_000, 60_000))
    assert TARIFF.declared_time_counts
    assert set(TARIFF.categories) == EXEMPT | EXCLUDED | {"file-recovery"}


def test_the_example_shows_keys_that_may_be_left_out_and_they_are_understood() -> None:
    text = shipped_text().replace('# price = "120.00"', 'price = "120.00"')
    mine = read_tariff(text.replace("# first_day", "first_day"), "mine.toml")
    assert (mine.file_recovery_price, mine.first_day) == (Decimal("120.00"), date(2026, 10, 1))


def test_short_caps_serve_demonstrations() -> None:
    mine = read_tariff(
        shipped_text()
        .replace('cap = "20m"', 'cap = "8s"')
        .replace('unit = "30m"', 'unit = "6s"')
        .replace('warn_before = ["5m", "1m"]', 'warn_before = ["2s", "4s"]'),
        "mine.toml",
    )
    assert (mine.contract.cap_ms, mine.overtime.unit_ms, mine.warn_before_ms) == (8_000, 6_000, (4_000, 2_000))


@pytest.mark.parametrize(
    ("line", "attribute", "value"),
    [
        ('cap_applies_to = "intervention"', "cap_applies_to", CapAppliesTo.INTERVENTION),
        ('warn_before = ["5m", "1m"]', "warn_before_ms", ()),
        ("[file-recovery]", "file_recovery_price", None),
    ],
)
def test_what_may_be_left_out_has_a_plain_meaning(line: str, attribute: str, value: object) -> None:
    assert getattr(changed(line, ""), attribute) == value


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('cap = "20m"', "cap = 20", "services.contract.cap", "text with its unit"),
        ('cap = "20m"', 'cap = "20"', "services.contract.cap", '"20m", "8s"'),
        ('cap = "20m"', 'cap = "20 minutes"', "services.contract.cap", "unit"),
        ('cap = "20m"', 'cap = "0m"', "services.contract.cap", "at least one second"),
        ('cap = "20m"', 'cap = "1500ms"', "services.contract.cap", "whole seconds"),
        ('cap = "20m"', 'cap = "-20m"', "services.contract.cap", "unit"),
        ('cap = "20m"', 'cap = "99999h"', "services.contract.cap", "366 days"),
        ('cap = "20m"', "", "services.contract.cap", "missing"),
        ('# at_cap = "remind"', 'at_cap = "kill"', "services.contract.at_cap", '"disconnect"'),
        ('# countdown = "60s"', 'countdown = "59s"', "services.contract.countdown", "at least a minute"),
        ('unit = "30m"', 'unit = "0s"', "overtime.unit", "at least one second"),
        ('"45.00"', '"45,00"', "services.contract.price", "two decimals"),
        ('"45.00"', '"45.000"', "services.contract.price", "two decimals"),
        ('"45.00"', '"-45.00"', "services.contract.price", "two decimals"),
        ('"45.00"', '"NaN"', "services.contract.price", "two decimals"),
        ('"45.00"', "45.00", "services.contract.price", "as text, in quotes"),
        ('"45.00"', "nan", "services.contract.price", "as text, in quotes"),
        ('vat_rate = "22"', 'vat_rate = "22%"', "vat_rate", "percentage"),
        ('vat_rate = "22"', "vat_rate = 22", "vat_rate", "in quotes"),
        ('"intervention"', '"session"', "cap_applies_to", "connection"),
        ('"intervention"\n', "[]\n", "cap_applies_to", "connection"),
        ('["5m", "1m"]', '"5m"', "warn_before", "a list"),
        ('["5m", "1m"]', '["5m", "300s"]', "warn_before", "different"),
        ('["5m", "1m"]', '["5m", 1]', "warn_before", "text with its unit"),
        ('["5m", "1m"]', '["0s"]', "warn_before", "above zero"),
        ("needs_contract = true", 'needs_contract = "yes"', "overtime.needs_contract", "true or false"),
        ("needs_contract = true", "needs_contract = 1", "overtime.needs_contract", "true or false"),
        ("# first_day = 2026-10-01", 'first_day = "2026-10-01"', "first_day", "without quotes"),
        ("# first_day = 2026-10-01", "first_day = 2026-10-01T00:00:00", "first_day", "without quotes"),
        ("# first_day = 2026-10-01", "first_day = 9999-12-31", "first_day", "2026-10-01"),
        ('name = "Service terms"', 'name = ""', "name", "1 to 200"),
        ('"download"', '"Download"', "categories.exempt", "small letters"),
        ('"download"', '"activation"', "categories.exempt", "once"),
        ('"download"', '"network"', "categories.excluded", "exempt as well"),
        ('"download"', '"file-recovery"', "categories.exempt", "service of its own"),
        ("[categories]", "[categorie]", "categorie", "unknown key"),
        ("[services.contract]", "[services.kontract]", "services.kontract", "unknown key"),
        ('courtesy = "0s"', 'curtesy = "0s"', "overtime.curtesy", "unknown key (known: unit, price"),
        ("# price =", "cost =", "file-recovery.cost", "unknown key"),
        ("[services.contract]", "[contract]", "contract", "unknown key"),
        ("[overtime]", "[[overtime]]", "overtime", "a table"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(old: str, new: str, place: str, words: str) -> None:
    told = complaint(old, new)
    assert told.startswith(f"{place}: ") and words in told


def test_what_is_missing_is_named_once_and_not_all_that_would_be_in_it() -> None:
    read, faults = checked("", "empty.toml")
    assert sorted(map(str, faults)) == [
        f"empty.toml:1: {key}: missing" for key in ("categories", "name", "overtime", "services", "vat_rate")
    ]
    assert read == NOTHING_READ


def test_nothing_is_read_of_what_is_no_toml() -> None:
    assert checked("name = ", "mine.toml")[0] == NOTHING_READ


def test_everything_that_is_wrong_is_named_with_its_line() -> None:
    text = shipped_text().replace('"45.00"', '"45,00"').replace('cap = "30m"', "cap = 30").replace("vat_rate", "vat")
    _, faults = checked(text, "mine.toml")
    lines = text.splitlines()
    told = {fault.place.rpartition(" ")[2]: lines[int(fault.place.split(":")[1]) - 1] for fault in faults}
    assert told["services.contract.price"].startswith('price = "45,00"')
    assert told["services.previous-version.cap"].startswith("cap = 30")
    assert told["vat"].startswith("vat = ")
    assert len(faults) == 4 and "vat_rate" in told


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('name = "x"\n[services]\ncontract = { cap = 20, price = "1.00" }\n', "3: services.contract.cap"),
        ('[services]\ncontract = { cap = 20, price = "1.00" }\n', "2: services.contract.cap"),
        ("[services.contract]\ncap = 20\n", "2: services.contract.cap"),
        ("[overtime]\nunit = 30\n", "2: overtime.unit"),
        ('name = "x"\n[services.other]\ncap = "20m"\n', "2: services.other"),
        ('name = "x"\nservices.contract = 5\n', "2: services.contract"),
    ],
)
def test_a_line_is_found_however_the_table_is_written(text: str, place: str) -> None:
    _, faults = checked(text, "mine.toml")
    assert f"mine.toml:{place}" in [fault.place for fault in faults]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((None, date(2026, 1, 1), date(2027, 1, 1)), []),
        ((), []),
        (
            (date(2026, 1, 1), date(2027, 1, 1)),
            ["lists: a hole: before 2026-01-01 no list holds (keep one without a first_day)"],
        ),
        (
            (None, date(2026, 1, 1), date(2026, 1, 1)),
            ["2: first_day: 2026-01-01, as in 1 (let each begin on a day of its own)"],
        ),
        ((None, None), ["1: first_day: missing, as in 0 (one of them alone may be without)"]),
    ],
)
def test_holes_and_overlaps_of_several_lists_are_told(days: tuple[date | None, ...], told: list[str]) -> None:
    named = [(str(n), replace(TARIFF, first_day=day)) for n, day in enumerate(days)]
    assert list(map(str, date_faults("lists", named))) == told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "at end of document"),
        ("a = 1\nb = 'x\n", "at end of document"),
        ("a = 1\na = 2\n", "line 2"),
        ("a = 2026-13-45", "line 1"),
        ("a = " + "[" * 5_000, "TOML"),
        ("a = " + "1" * 5_000, "TOML"),
        ("\x00", "line 1"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_tariff(text, "mine.toml")
    told = str(refused.value)
    assert told.startswith("mine.toml: not a TOML file (") and words in told and len(told.splitlines()) == 1


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_tariff("\ufeff" + shipped_text(), "mine.toml") == TARIFF


def test_a_tariff_holds_from_the_first_instant_of_its_day_in_the_firms_zone() -> None:
    autumn = replace(TARIFF, name="autumn", first_day=date(2026, 10, 1))
    winter = replace(TARIFF, name="winter", first_day=date(2026, 12, 1))
    all_of_them = (winter, TARIFF, autumn)

    def name(iso: str) -> str:
        return in_force(all_of_them, to_at(datetime.fromisoformat(iso)), ROME).name

    assert name("2026-09-30T23:59:59+02:00") == TARIFF.name
    assert name("2026-09-30T22:00:00Z") == "autumn"
    assert name("2026-11-30T22:59:59Z") == "autumn"
    assert name("2026-12-01T00:00:00+01:00") == "winter"


def test_a_tariff_begins_with_its_day_to_the_millisecond_where_the_firm_is() -> None:
    autumn = replace(TARIFF, name="autumn", first_day=date(2026, 10, 1))
    begins_at = to_at(datetime.fromisoformat("2026-10-01T00:00:00+02:00"))
    assert in_force((TARIFF, autumn), begins_at, ROME) == autumn
    assert in_force((TARIFF, autumn), begins_at - 1, ROME) == TARIFF


def test_before_every_first_day_there_is_no_tariff() -> None:
    with pytest.raises(BadInput) as refused:
        in_force((replace(TARIFF, first_day=date(2026, 10, 1)),), 0, ROME)
    assert str(refused.value) == "tariffs: none has begun at that time (keep one without a first_day)"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"intervention"',
            '"session"',
            'cap_applies_to: "session" cannot be used (write "intervention" or "connection")',
        ),
        (
            "[categories]",
            "[categorie]",
            "categorie: unknown key (known: name, first_day, vat_rate, cap_applies_to, warn_before,"
            " declared_time_counts, terms_version, services, overtime, file-recovery, categories)",
        ),
        (
            "[services.contract]",
            "[services.kontract]",
            "services.kontract: unknown key (known: contract, previous-version)",
        ),
        ('cap = "20m"', 'Cap = "20m"', "services.contract.Cap: unknown key (known: cap, price, at_cap, countdown)"),
        (
            'courtesy = "0s"',
            'curtesy = "0s"',
            "overtime.curtesy: unknown key (known: unit, price, needs_contract, courtesy)",
        ),
        (
            '# at_cap = "remind"',
            'at_cap = "kill"',
            'services.contract.at_cap: "kill" cannot be used (write "remind", "consent" or "disconnect")',
        ),
        (
            '# countdown = "60s"',
            'countdown = "59s"',
            'services.contract.countdown: "59s" cannot be used (write at least a minute, as in "60s")',
        ),
        ("# price =", "cost =", "file-recovery.cost: unknown key (known: price)"),
        ("exempt = ", "Exempt = ", "categories.Exempt: unknown key (known: exempt, excluded)"),
        (
            '"download"',
            '"network", "e-mail"',
            'categories.excluded: "e-mail" is exempt as well (keep it in one)',
        ),
        (
            '"download"',
            '"file-recovery"',
            'categories.exempt: "file-recovery" is a service of its own'
            " (leave it out, its price goes into [file-recovery])",
        ),
        (
            '"network"',
            '"file-recovery"',
            'categories.excluded: "file-recovery" is a service of its own'
            " (leave it out, its price goes into [file-recovery])",
        ),
    ],
)
def test_what_is_refused_is_told_to_the_letter(old: str, new: str, said: str) -> None:
    _, faults = checked(shipped_text().replace(old, new), "mine.toml")
    assert said in [str(fault).partition(": ")[2] for fault in faults]


def test_what_a_tariff_says_is_what_holds() -> None:
    text = shipped_text()
    for old, new in (
        (
            'cap_applies_to = "intervention"',
            'cap_applies_to = "connection"\ndeclared_time_counts = false\nterms_version = "2026-09"',
        ),
        ("needs_contract = true", "needs_contract = false"),
        ('courtesy = "0s"', 'courtesy = "90s"'),
        ('# at_cap = "remind"', 'at_cap = "disconnect"'),
        ('# countdown = "60s"', 'countdown = "60s"'),
    ):
        assert old in text
        text = text.replace(old, new)
    mine = read_tariff(text, "mine.toml")
    assert (mine.cap_applies_to, mine.declared_time_counts) == (CapAppliesTo.CONNECTION, False)
    assert mine.terms_version == "2026-09"
    assert (mine.contract.at_cap, mine.contract.countdown_ms) == (AtCap.DISCONNECT, MINUTE_MS)
    assert (mine.overtime.needs_contract, mine.overtime.courtesy_ms) == (False, 90_000)
    plain = text.replace("needs_contract = false", "").replace('courtesy = "90s"', "")
    overtime = read_tariff(plain.replace("declared_time_counts = false", ""), "mine.toml").overtime
    assert (overtime.needs_contract, overtime.courtesy_ms) == (True, 0)


def test_its_categories_are_in_order_of_the_alphabet() -> None:
    assert list(TARIFF.categories) == sorted(EXEMPT | EXCLUDED | {"file-recovery"})
