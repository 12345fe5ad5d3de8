import json
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.connection import Span, connected_ms
from collector.domain.entitlement import Customer, Version
from collector.domain.request import Request, read_request
from collector.errors import BadInput
from shared.moments import to_at
from shared.session import MAX_AT

GOOD = {
    "customer": {"contract": True, "version": "current"},
    "category": None,
    "opened_at": "2026-10-05T09:30:00+02:00",
    "spans": [
        {"start": "2026-10-05T09:31:00+02:00", "end": "2026-10-05T09:39:00.250+02:00"},
        {"start": "2026-10-05T07:40:00Z", "end": "2026-10-05T07:40:00Z"},
    ],
    "overtime_agreed": False,
}
OPENED_AT = to_at(datetime(2026, 10, 5, 7, 30, tzinfo=UTC))


def written(instant: str) -> dict[str, object]:
    """An intervention that was opened at this instant, as it was written."""
    return {**GOOD, "opened_at": instant}


def complaint(text: str) -> str:
    with pytest.raises(BadInput) as refused:
        read_request(text)
    told = str(refused.value)
    assert told.splitlines() == [told]
    return told


def test_an_intervention_is_read_as_it_is_written() -> None:
    assert read_request(json.dumps(GOOD)) == Request(
        customer=Customer(contract=True, version=Version.CURRENT),
        category=None,
        opened_at=OPENED_AT,
        spans=(
            Span(OPENED_AT + 60_000, OPENED_AT + 540_250),
            Span(OPENED_AT + 600_000, OPENED_AT + 600_000),
        ),
        overtime_agreed=False,
    )


def test_there_may_be_no_spans_and_they_may_begin_before_the_opening() -> None:
    assert read_request(json.dumps({**GOOD, "spans": []})).spans == ()
    early = {"start": "2026-10-04T07:40:00Z", "end": "2026-10-04T07:41:00Z"}
    assert connected_ms(read_request(json.dumps({**GOOD, "spans": [early]})).spans) == 60_000


@pytest.mark.parametrize(
    "instant",
    [
        "2026-10-05T07:30:00Z", "2026-10-05T07:30:00z", "2026-10-05t07:30:00z", "2026-10-05 07:30:00Z",
        "2026-10-05T09:30+02:00", "2026-10-05T09:30:00+0200", "2026-10-05T09:30:00+02", "2026-10-05T07:30:00,0Z",
        "2026-10-04T21:30:00-10:00", "2026-10-05T07:30:00.000000000Z",
    ],
)  # fmt: skip
def test_one_instant_may_be_written_in_many_ways(instant: str) -> None:
    assert read_request(json.dumps(written(instant))).opened_at == OPENED_AT


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-10-05T09:30:00", "without an offset"),
        ("2026-10-05T09:30", "without an offset"),
        ("2026-10-05", "is not a time"),
        ("2026-10-05T09:30.5Z", "is not a time"),
        ("yesterday", "is not a time"),
        ("", "is not a time"),
        ("2026-10-05T09:30:00+02:00 ", "is not a time"),
        ("2026-10-05T09:30:00+02:00\n", "is not a time"),
        ("20261005T093000Z", "is not a time"),
        ("2026-10-05x09:30:00Z", "is not a time"),
        ("٢٠٢٦-10-05T09:30:00Z", "is not a time"),
        ("2026-02-29T09:30:00Z", "does not exist"),
        ("2026-13-01T09:30:00Z", "does not exist"),
        ("2026-10-05T25:30:00Z", "does not exist"),
        ("2026-10-05T09:30:60Z", "does not exist"),
        ("2026-10-05T09:30:00+99:00", "does not exist: an offset is less than a day"),
        ("0000-01-01T00:00:00Z", "does not exist"),
        ("0001-01-01T00:00:00+01:00", "out of range"),
        ("1969-12-31T23:59:59.999Z", "out of range"),
        ("9999-12-31T23:59:59-01:00", "out of range"),
    ],
)
def test_what_is_no_instant_is_refused_with_an_example(instant: str, words: str) -> None:
    told = complaint(json.dumps(written(instant)))
    assert told.startswith("opened_at: ") and words in told


def test_fractions_of_a_second_are_read_to_the_last_digit() -> None:
    span = {"start": "2026-10-05T07:30:00.0005Z", "end": "2026-10-05T07:30:01.000499999Z"}
    (read,) = read_request(json.dumps({**GOOD, "spans": [span]})).spans
    assert read.start_at == OPENED_AT + Fraction(1, 2)
    assert connected_ms([read]) == 999


def without(field: str) -> dict[str, object]:
    return {name: value for name, value in GOOD.items() if name != field}


def with_span(**fields: object) -> dict[str, object]:
    first, second = GOOD["spans"]  # type: ignore[misc]
    return {**GOOD, "spans": [first, {**second, **fields}]}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (without("customer"), "customer: missing"),
        (without("category"), "category: missing"),
        (without("opened_at"), "opened_at: missing"),
        (without("spans"), "spans: missing"),
        (without("overtime_agreed"), "overtime_agreed: missing"),
        ({**GOOD, "note": 1}, "note: unknown field"),
        ({**GOOD, "customer": {"contract": True}}, "customer.version: missing"),
        ({**GOOD, "customer": {"version": "current"}}, "customer.contract: missing"),
        ({**GOOD, "customer": {**GOOD["customer"], "name": "x"}}, "customer.name: unknown field"),  # type: ignore[dict-item]
        ({**GOOD, "customer": None}, "customer: null where an object belongs"),
        (
            {**GOOD, "customer": {"contract": 1, "version": "current"}},
            "customer.contract: a number where true or false",
        ),
        ({**GOOD, "customer": {"contract": True, "version": "old"}}, 'customer.version: unknown version "old"'),
        ({**GOOD, "customer": {"contract": True, "version": None}}, "customer.version: null where text"),
        ({**GOOD, "category": 7}, "category: a number where text belongs"),
        ({**GOOD, "category": ["network"]}, "category: a list where text belongs"),
        ({**GOOD, "opened_at": 1_791_187_200}, "opened_at: a number where text belongs"),
        ({**GOOD, "opened_at": None}, "opened_at: null where text belongs"),
        ({**GOOD, "overtime_agreed": "yes"}, "overtime_agreed: text where true or false"),
        ({**GOOD, "overtime_agreed": 0}, "overtime_agreed: a number where true or false"),
        ({**GOOD, "overtime_agreed": None}, "overtime_agreed: null where true or false"),
        ({**GOOD, "spans": {}}, "spans: an object where a list belongs"),
        ({**GOOD, "spans": None}, "spans: null where a list belongs"),
        ({**GOOD, "spans": [[]]}, "spans[0]: a list where an object belongs"),
        (with_span(start=5), "spans[1].start: a number where text belongs"),
        (with_span(end=True), "spans[1].end: true or false where text belongs"),
        (with_span(end="2026-10-05T07:39:59.999Z"), "spans[1].end: 2026-10-05T07:39:59.999Z is before the start"),
        (with_span(end="2026-10-05T09:39:59"), 'spans[1].end: "2026-10-05T09:39:59" is a time without an offset'),
        (with_span(note="x"), "spans[1].note: unknown field"),
        ([GOOD], "line 1: a list where an object belongs"),
        ("text", "line 1: text where an object belongs"),
        (None, "line 1: null where an object belongs"),
    ],
)
def test_bad_input_is_one_line_that_names_the_place(fields: object, told: str) -> None:
    assert complaint(json.dumps(fields)).startswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: nothing in it"),
        (" \n\t", "line 1: nothing in it"),
        ("{", "line 1 column 2: not JSON"),
        ('{"customer": {},\n  "category" null}', "line 2 column 14: not JSON"),
        ("{} {}", "line 1 column 4: not JSON"),
        ("[" * 200_000, "line 1: not an intervention: nested too deeply"),
        ("NaN", "line 1: a number where an object belongs"),
        ("1" * 5_000, "line 1: a number where an object belongs"),
        ('{"category": null, "category": "network"}', "category: said twice"),
        ('{"customer": {"contract": true, "contract": true}, "a\\nb": 1}', "a\\nb: unknown field"),
        ('{"\\ud800\\u2028": 1}', "\\ud800\\u2028: unknown field"),
    ],
)
def test_what_is_broken_is_told_with_its_place(text: str, told: str) -> None:
    assert complaint(text).startswith(told)


def test_a_field_said_twice_is_named_with_its_place() -> None:
    text = json.dumps(GOOD).replace('"contract": true', '"contract": true, "contract": false')
    assert complaint(text).startswith("customer.contract: said twice")
    assert complaint(json.dumps(GOOD).replace('{"start"', '{"end": "", "start"', 1)).startswith(
        "spans[0].end: said twice"
    )


AS_IN = 'write it as "2026-10-05T09:30:00+02:00"'
TWICE = "customer.contract: an object where true or false belongs"
KNOWN = "known: customer, category, opened_at, spans, overtime_agreed"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({**GOOD, "x" * 61: 1}, f"{'x' * 57}...: unknown field ({KNOWN})"),
        ({**GOOD, "x" * 60: 1}, f"{'x' * 60}: unknown field ({KNOWN})"),
        (
            {**GOOD, "customer": {**GOOD["customer"], "x": 1}},  # type: ignore[dict-item]
            "customer.x: unknown field (known: contract, version)",
        ),
        (with_span(x=1), "spans[1].x: unknown field (known: start, end)"),
        (
            {**GOOD, "customer": {"contract": True, "version": "old"}},
            'customer.version: unknown version "old" (write "current" or "previous")',
        ),
        (
            {**GOOD, "customer": {"contract": True, "version": 1}},
            'customer.version: a number where text belongs (write "current" or "previous")',
        ),
        ({**GOOD, "category": 7}, "category: a number where text belongs (or null)"),
        ({**GOOD, "spans": [7]}, "spans[0]: a number where an object belongs"),
        (with_span(start={}), f"spans[1].start: an object where text belongs ({AS_IN})"),
        (with_span(start=[]), f"spans[1].start: a list where text belongs ({AS_IN})"),
        (
            with_span(end="2026-10-05T07:39:59Z"),
            "spans[1].end: 2026-10-05T07:39:59Z is before the start, 2026-10-05T07:40:00Z",
        ),
        (written("noon"), f'opened_at: "noon" is not a time ({AS_IN})'),
        (
            written("2026-10-05T09:30"),
            f'opened_at: "2026-10-05T09:30" is a time without an offset ({AS_IN})',
        ),
        (
            written("1969-12-31T23:59:59Z"),
            'opened_at: "1969-12-31T23:59:59Z" is out of range (years 1970 to 9999)',
        ),
        (
            written("2026-02-29T09:30Z"),
            'opened_at: "2026-02-29T09:30Z" does not exist: day is out of range for month',
        ),
        (7, "line 1: a number where an object belongs"),
        (True, "line 1: true or false where an object belongs"),
    ],
)
def test_what_is_refused_is_told_to_the_letter(fields: object, said: str) -> None:
    assert complaint(json.dumps(fields)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: nothing in it (write one intervention as JSON)"),
        ("{", "line 1 column 2: not JSON: Expecting property name enclosed in double quotes"),
        ('{"x": 1, "x": 2}', "x: said twice (say it once)"),
        (json.dumps(GOOD).replace('"contract": true', '"contract": {"a": 1, "a": 1}'), TWICE),
    ],
)
def test_what_is_broken_is_told_to_the_letter(text: str, said: str) -> None:
    assert complaint(text) == said


def test_the_first_and_the_last_instant_that_can_be_told() -> None:
    assert read_request(json.dumps(written("1970-01-01T00:00:00Z"))).opened_at == 0
    assert read_request(json.dumps(written("9999-12-31T23:59:59.999Z"))).opened_at == MAX_AT
    assert complaint(json.dumps(written("9999-12-31T23:59:59.9995Z"))).endswith("out of range (years 1970 to 9999)")


def test_an_instant_is_whole_inside_unless_it_was_written_finer() -> None:
    def start(rest: str) -> object:
        span = {"start": f"2026-10-05T07:30:00.{rest}Z", "end": "2026-10-05T08:00Z"}
        return read_request(json.dumps({**GOOD, "spans": [span]})).spans[0].start_at

    assert type(start("250")) is int and start("250") == OPENED_AT + 250
    assert start("2505") == OPENED_AT + 250 + Fraction(1, 2)
    opened = read_request(json.dumps(written("2026-10-05T07:30:00.2509Z"))).opened_at
    assert type(opened) is int and opened == OPENED_AT + 250


moments = st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1))  # noqa: DTZ001 - the zone is drawn beside it
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, offsets, offsets)
def test_the_offset_in_which_an_instant_is_written_changes_nothing(
    moment: datetime, here: timezone, there: timezone
) -> None:
    aware = moment.replace(tzinfo=here)
    texts = [aware.isoformat(), aware.astimezone(there).isoformat()]
    spans = [{"start": text, "end": text} for text in texts]
    first, second = read_request(json.dumps({**GOOD, "spans": spans})).spans
    assert first == second


ZONES = [
    ZoneInfo(name) for name in ("Europe/Rome", "UTC", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe")
]
nights = st.sampled_from([datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)])
lengths = st.integers(0, 8 * 3_600)


@given(nights, lengths, lengths, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_in_the_night_in_which_clocks_change_a_stretch_lasts_as_long_as_it_took(
    night: datetime, later: int, lasting: int, here: ZoneInfo, there: ZoneInfo
) -> None:
    start = night + timedelta(seconds=later)
    end = start + timedelta(seconds=lasting)
    span = {"start": start.astimezone(here).isoformat(), "end": end.astimezone(there).isoformat()}
    assert connected_ms(read_request(json.dumps({**GOOD, "spans": [span]})).spans) == lasting * 1_000
