"""What a credit note takes back: chosen lines, each once, and together never more than the statement."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.money import CENT
from collector.domain.statement import BilledLine, totals
from collector.errors import BadInput, Conflict
from collector.statements.credit_note import Numbered, chosen, credit_note, numbered, taken_off
from collector.statements.document import Document, Rate
from tests.collector.statements.builders import a_document, a_line, an_intervention

GIVEN_AWAY = an_intervention(
    12, a_line(), a_line("overtime", 2, "35.00", "70.00"), a_line("goodwill", 1, "-35.00", "-35.00")
)
OTHER = an_intervention(13, a_line())


def a_statement(*lines: tuple[str, str]) -> Document:
    """Of lines of one intervention each: VAT rate and amount."""
    owed = totals((Decimal(rate) / 100, Decimal(amount)) for rate, amount in lines)
    rates = tuple(Rate(rate=str(each.rate * 100), net=str(each.net), vat=str(each.vat)) for each in owed.rates)
    interventions = [
        an_intervention(n, a_line(unit_price=amount, amount=amount, vat_rate=str(Decimal(rate) / 100 * 100)))
        for n, (rate, amount) in enumerate(lines, 1)
    ]
    sums = {"net": str(owed.net), "vat": str(owed.vat), "gross": str(owed.gross)}
    return a_document(*interventions, rates=rates, **sums)


def take(of: Document, *lines: int, notes: tuple[Document, ...] = ()) -> Document:
    """The next credit note over these lines, or over all that stands."""
    every = numbered(of, notes)
    made = credit_note(of, every, chosen(every, lines or None), reason="un errore")
    return msgspec.structs.replace(made, number=f"2026-{10 + len(notes):04}")


def told(of: list[Numbered]) -> list[tuple[int, int, str, str | None]]:
    return [(each.n, each.intervention.id, each.line.code, each.credited_by) for each in of]


def test_lines_are_counted_through_all_interventions() -> None:
    assert told(numbered(a_document(GIVEN_AWAY, OTHER))) == [
        (1, 12, "base", None),
        (2, 12, "overtime", None),
        (3, 12, "goodwill", None),
        (4, 13, "base", None),
    ]


def test_a_note_has_the_chosen_lines_their_time_and_their_sums_and_says_which_they_were() -> None:
    note = take(a_document(GIVEN_AWAY, OTHER, rates=(Rate(rate="22", net="125.00", vat="27.50"),)), 2, 3)
    (only,) = note.interventions
    assert (only.id, [line.code for line in only.lines]) == (12, ["overtime", "goodwill"])
    assert only.connections == GIVEN_AWAY.connections
    assert (note.kind, note.net, note.vat, note.gross) == ("credit-note", "35.00", "7.70", "42.70")
    assert note.rates == (Rate(rate="22", net="35.00", vat="7.70"),)
    assert note.credits is not None
    assert (note.credits.number, note.credits.reason, note.credits.lines) == ("2026-0007", "un errore", (2, 3))


def test_a_note_over_all_is_the_statement_itself_and_names_no_lines() -> None:
    of = a_statement(("22", "45.00"), ("10", "0.33"), ("22", "0.01"))
    note = take(of)
    assert (note.interventions, note.rates, note.gross) == (of.interventions, of.rates, of.gross)
    assert note.credits is not None and note.credits.lines == ()
    assert take(of, 1, 2, 3) == note
    assert b'"lines"' not in msgspec.json.encode(note.credits)


def test_what_is_left_is_taken_back_without_naming_it() -> None:
    of = a_document(GIVEN_AWAY, OTHER, rates=(Rate(rate="22", net="125.00", vat="27.50"),))
    first = take(of, 4)
    rest = take(of, notes=(first,))
    assert (first.net, rest.net) == ("45.00", "80.00")
    assert rest.credits is not None and rest.credits.lines == (1, 2, 3)


cents = st.integers(1, 9_999).map(lambda n: str(n * CENT))
statements = st.lists(st.tuples(st.sampled_from(["4", "5", "10", "22", "7.25"]), cents), min_size=1, max_size=8)


@given(statements, st.data())
def test_however_many_notes_take_it_back_together_they_are_the_statement_to_the_cent(
    lines: list[tuple[str, str]], data: st.DataObject
) -> None:
    of, notes = a_statement(*lines), tuple[Document, ...]()
    left = set(range(1, len(lines) + 1))
    while left:
        some = data.draw(st.sets(st.sampled_from(sorted(left)), min_size=1))
        note = take(of, *some, notes=notes)
        notes += (note,)
        left -= some
        assert Decimal(note.net) + Decimal(note.vat) == Decimal(note.gross)
        for rate in note.rates:
            exact = Decimal(rate.net) * Decimal(rate.rate) / 100
            assert abs(Decimal(rate.vat) - exact) <= CENT  # what the exchange system bears
    for sum_of in ("net", "vat", "gross"):
        assert sum(Decimal(getattr(note, sum_of)) for note in notes) == Decimal(getattr(of, sum_of))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((), "lines: none is named (name at least one, or leave them out for all)"),
        ((5,), "lines: there is no line 5 (write numbers from 1 to 4)"),
        ((0,), "lines: there is no line 0 (write numbers from 1 to 4)"),
        ((3,), "lines: together they are -35.00, and 160.00 is left"),
        ((1, 2, 4), "lines: together they are 160.00, and -35.00 is left"),
    ],
)
def test_what_cannot_be_taken_back_is_told(asked: tuple[int, ...], told: str) -> None:
    with pytest.raises(BadInput) as refused:
        chosen(numbered(a_document(GIVEN_AWAY, OTHER)), asked)
    assert str(refused.value).startswith(told)


def test_no_line_is_taken_back_twice() -> None:
    of = a_document(GIVEN_AWAY, OTHER)
    with pytest.raises(Conflict, match="line 4 was taken back by 2026-0010 already"):
        take(of, 1, 4, notes=(take(of, 4),))


def test_what_a_note_takes_off_each_intervention_is_below_nothing() -> None:
    assert taken_off(take(a_document(GIVEN_AWAY, OTHER), 2, 3)) == {
        12: [BilledLine("overtime", -2, Decimal("35.00")), BilledLine("goodwill", -1, Decimal("-35.00"))]
    }
