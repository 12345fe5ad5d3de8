"""A customer's month: totals that always add up, what is left to bill, and what keeps a statement back."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.connection import Span
from collector.domain.decision import Decisions, Goodwill, Reason
from collector.domain.entitlement import Service
from collector.domain.money import CENT
from collector.domain.month import Month
from collector.domain.rating import Charge, Code, nothing
from collector.domain.reasons import Words
from collector.domain.review import review
from collector.domain.statement import (
    Billed,
    BilledLine,
    Candidate,
    Proof,
    item,
    month_words,
    outstanding,
    totals,
    waiting,
)
from shared.moments import MINUTE_MS
from tests.collector.domain.builders import OLD_WITHOUT, START_AT, TARIFF, WITH_CONTRACT, WITHOUT, a_charge, a_span

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
DEAR = Decimal("0.22")


def a_proof(*spans: Span, declared: bool = False) -> Proof:
    return Proof("TeamViewer", "123", declared=declared, end_unconfirmed=False, spans=spans or (a_span("0m", "20:01"),))


def a_candidate(
    charge: Charge,
    *proofs: Proof,
    month: Month = OCTOBER,
    closed: bool = True,
    billed: Billed | None = None,
    unresolved: bool = False,
) -> Candidate:
    looked_at = review(charge, closed=closed, unresolved=unresolved, customer_told=False)
    return Candidate(12, month, closed, charge, looked_at, proofs, billed)


def billed(*lines: tuple[str, int, str]) -> Billed:
    return Billed("2026-0007", tuple(BilledLine(code, quantity, Decimal(price)) for code, quantity, price in lines))


# --- money ---

prices = st.integers(0, 10**9).map(lambda cents: Decimal(cents) * CENT)
rates = st.sampled_from([Decimal(text) for text in ("0", "0.04", "0.05", "0.10", "0.22", "0.0725")])


@given(st.lists(st.tuples(rates, prices), max_size=60))
def test_net_and_vat_are_the_gross_to_the_cent(amounts: list[tuple[Decimal, Decimal]]) -> None:
    owed = totals(amounts)
    assert owed.net + owed.vat == owed.gross
    assert owed.net == sum((net for _, net in amounts), Decimal(0))
    for value in (owed.net, owed.vat, owed.gross, *(each.vat for each in owed.rates)):
        assert value == value.quantize(CENT)


@given(st.lists(st.tuples(rates, prices), max_size=60))
def test_each_rate_is_taxed_once_and_half_a_cent_goes_up(amounts: list[tuple[Decimal, Decimal]]) -> None:
    for each in totals(amounts).rates:
        exact = each.net * each.rate
        assert -CENT / 2 < each.vat - exact <= CENT / 2
    assert len({each.rate for each in totals(amounts).rates}) == len(totals(amounts).rates)


@given(st.lists(st.tuples(rates, prices), max_size=20), st.randoms())
def test_the_order_of_the_lines_changes_nothing(amounts: list[tuple[Decimal, Decimal]], chance: object) -> None:
    shuffled = list(amounts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert totals(shuffled) == totals(amounts)


minutes = st.integers(0, 200).map(lambda count: f"{count}m")
charges = st.builds(
    lambda lasting, customer, category, waived: a_charge(
        lasting, customer=customer, category=category, decisions=Decisions(waived=waived)
    ),
    minutes,
    st.sampled_from([WITH_CONTRACT, OLD_WITHOUT, WITHOUT]),
    st.none() | st.sampled_from(TARIFF.categories),
    st.none() | st.just(Goodwill(Reason.COURTESY)),
)


@given(st.lists(st.tuples(rates, charges), max_size=6))
def test_a_statement_of_any_charges_adds_up(taxed: list[tuple[Decimal, Charge]]) -> None:
    entries = [(rate, item(a_candidate(charge, a_proof()), OCTOBER)) for rate, charge in taxed]
    owed = totals((rate, line.amount) for rate, entry in entries if entry is not None for line in entry.lines)
    assert owed.net + owed.vat == owed.gross
    assert owed.net == sum((charge.net for _, charge in taxed), Decimal(0))
    assert all(value == value.quantize(CENT) >= 0 for value in (owed.net, owed.vat, owed.gross))


def test_vat_is_rounded_for_the_statement_and_not_for_the_line() -> None:
    thirds = [(DEAR, Decimal("0.02"))] * 3  # 0.0044 each, 0.0132 together
    assert totals(thirds).vat == Decimal("0.01")


def test_the_worked_value_of_the_price_list() -> None:
    owed = totals([(DEAR, Decimal("45.00")), (DEAR, Decimal("70.00"))])
    assert (owed.net, owed.vat, owed.gross) == (Decimal("115.00"), Decimal("25.30"), Decimal("140.30"))


# --- what goes onto it ---


def test_everything_of_an_intervention_that_no_statement_has_yet() -> None:
    entry = item(a_candidate(a_charge("20:01"), a_proof()), OCTOBER)
    assert entry is not None and [line.amount for line in entry.lines] == [Decimal("45.00"), Decimal("35.00")]
    assert entry.notes == ()


def test_a_line_of_nothing_goes_onto_it_too() -> None:
    entry = item(a_candidate(a_charge("10m", category="installation"), a_proof()), OCTOBER)
    assert entry is not None and [line.amount for line in entry.lines] == [Decimal("0.00")]


def test_what_was_billed_does_not_come_again() -> None:
    charge = a_charge("20:01")
    same = billed(("base", 1, "45.00"), ("overtime", 1, "35.00"))
    assert item(a_candidate(charge, a_proof(), billed=same), NOVEMBER) is None


def test_what_was_reported_since_comes_alone_and_says_so() -> None:
    entry = item(a_candidate(a_charge("50:01"), a_proof(), billed=billed(("base", 1, "45.00"))), NOVEMBER)
    assert entry is not None and entry.id == 12
    assert [(line.code.value, line.quantity) for line in entry.lines] == [("overtime", 2)]
    assert entry.notes == (
        Words(
            "time that was reported after statement 2026-0007 was issued",
            "tempo comunicato dopo l'emissione dell'estratto conto 2026-0007",
        ),
    )


def test_what_belongs_to_a_month_before_says_which() -> None:
    entry = item(a_candidate(a_charge("20:01"), a_proof()), NOVEMBER)
    assert entry is not None and entry.notes == (
        Words(
            "of October 2026: it came after that month's statement",
            "di ottobre 2026: giunto dopo l'estratto conto di quel mese",
        ),
    )


def test_what_is_taken_back_says_from_where_and_comes_from_no_span() -> None:
    charge = a_charge("10m", category="installation")
    back = outstanding(charge.lines, billed(("base", 2, "45.00"), ("base", 1, "45.00")))[-1]
    assert (back.code, back.quantity, back.unit_price, back.spans) == (Code.BASE, 3, Decimal("-45.00"), ())
    assert back.why == Words("as on statement 2026-0007, taken back", "come nell'estratto conto 2026-0007, stornato")


def test_nothing_at_all_is_nothing_to_the_cent() -> None:
    owed = totals([])
    assert (str(owed.net), str(owed.vat), str(owed.gross)) == ("0.00", "0.00", "0.00")
    assert str(billed().net) == "0.00"


def test_the_highest_rate_comes_first() -> None:
    each = [Decimal("0.04"), DEAR, Decimal("0.10")]
    assert [total.rate for total in totals((rate, Decimal(1)) for rate in each).rates] == [each[1], each[2], each[0]]


had_lines = st.lists(
    st.builds(
        BilledLine,
        st.sampled_from(["base", "overtime", "goodwill"]),
        st.integers(-4, 4),
        st.sampled_from([Decimal(price) for price in ("45.00", "35.00", "0.00", "-35.00", "-45.00", "160.00")]),
    ),
    max_size=5,
)


@given(had_lines)
def test_what_stands_and_what_is_left_are_the_whole_charge(had: list[BilledLine]) -> None:
    charge = a_charge("80:01")  # base, and three half hours
    stands = Billed("2026-0007", tuple(had))
    left = outstanding(charge.lines, stands)
    assert sum((line.amount for line in left), Decimal(0)) + stands.net == charge.net
    assert all(line.quantity > 0 for line in left)


def test_what_was_taken_off_again_weighs_against_what_was_put_on() -> None:
    charge = a_charge("50:01")  # base, and two half hours
    had = billed(("base", 1, "45.00"), ("overtime", 2, "35.00"), ("overtime", -1, "35.00"))
    assert [(line.code.value, line.quantity) for line in outstanding(charge.lines, had)] == [("overtime", 1)]
    settled = billed(("base", 1, "45.00"), ("overtime", 3, "35.00"), ("overtime", 1, "-35.00"))
    assert outstanding(charge.lines, settled) == ()
    too_little = outstanding(charge.lines, billed(("base", 1, "45.00"), ("overtime", -1, "35.00")))
    assert [(line.quantity, line.unit_price) for line in too_little] == [(2, Decimal("35.00")), (1, Decimal("35.00"))]


def test_what_a_credit_note_took_back_comes_again_and_says_so() -> None:
    credited = replace(billed(("base", 1, "45.00"), ("base", -1, "45.00")), credited_by="2026-0008")
    entry = item(a_candidate(a_charge("10m"), a_proof(), billed=credited), NOVEMBER)
    assert entry is not None and [line.amount for line in entry.lines] == [Decimal("45.00")]
    told = "billed anew after credit note 2026-0008", "addebitato di nuovo dopo la nota di credito 2026-0008"
    assert entry.notes == (Words(*told),)


def test_what_was_given_away_stays_given_away_when_more_is_reported() -> None:
    given_away = billed(("base", 1, "45.00"), ("goodwill", 1, "-45.00"))
    waived = Decisions(waived=Goodwill(Reason.COURTESY))
    entry = item(a_candidate(a_charge("20:01", decisions=waived), a_proof(), billed=given_away), NOVEMBER)
    assert entry is not None
    assert [(line.code.value, line.quantity, line.unit_price) for line in entry.lines] == [
        ("overtime", 1, Decimal("35.00")),
        ("goodwill", 1, Decimal("-80.00")),
        ("goodwill", 1, Decimal("45.00")),
    ]
    assert sum(line.amount for line in entry.lines) == 0


def test_what_is_no_intervention_of_its_own_any_more_is_on_no_statement() -> None:
    assert item(a_candidate(nothing(TARIFF, Service.CONTRACT)), OCTOBER) is None


# --- what is said of time that nobody pays ---


def test_gaps_are_told_with_their_length_and_are_not_observed() -> None:
    proof = a_proof(a_span("0m", "5m"), a_span("6m", "10m"))
    assert proof.gaps == ((a_span("5m", "6m").start_at, 60_000),) and proof.observed_ms == 9 * 60_000
    entry = item(a_candidate(a_charge("5m", "4m"), proof, proof), OCTOBER)
    assert entry is not None and entry.notes == (
        Words("1 min in which nothing was observed: not billed", "1 min senza osservazione: non addebitati"),
        Words(
            "9 min in several connections at once: counted once",
            "9 min in più collegamenti contemporanei: contati una volta",
        ),
    )


def test_a_gap_in_which_another_connection_was_observed_is_none() -> None:
    proofs = (a_proof(a_span("0m", "5m"), a_span("6m", "10m")), a_proof(a_span("5m", "5:30")))
    entry = item(a_candidate(a_charge("9:30"), *proofs), OCTOBER)
    assert entry is not None and [note.en for note in entry.notes] == ["30 s in which nothing was observed: not billed"]


def test_declared_time_that_does_not_count_is_not_said_to_be_counted_once() -> None:
    proofs = (a_proof(a_span("0m", "10m")), a_proof(a_span("20m", "30m"), declared=True))
    entry = item(a_candidate(a_charge("10m"), *proofs), OCTOBER)
    assert entry is not None and entry.notes == ()


def test_a_proof_begins_with_its_first_span_and_ends_with_its_last_end() -> None:
    proof = a_proof(a_span("0m", "8m"), a_span("2m", "5m"))
    assert (proof.start_at, proof.end_at) == (START_AT, START_AT + 8 * MINUTE_MS)
    assert proof.gaps == () and proof.observed_ms == 11 * MINUTE_MS


def test_a_proof_is_told_in_whole_milliseconds_that_never_say_too_much() -> None:
    third = Fraction(1, 3)
    proof = a_proof(Span(third, 1 + 2 * third), Span(3 + third, 5 + 2 * third))
    assert [proof.start_at, proof.end_at, proof.observed_ms, proof.gaps] == [0, 5, 3, ((1, 1),)]
    assert all(type(value) is int for value in (proof.start_at, proof.end_at, proof.observed_ms, *proof.gaps[0]))
    assert a_proof(Span(0, 1), Span(1 + third, 2), Span(3, 4)).gaps == ((2, 1),)


def test_less_than_a_second_in_which_nothing_was_observed_is_not_worth_a_word() -> None:
    def notes(gap_ms: int) -> list[str]:
        proof = a_proof(Span(0, 300_000), Span(300_000 + gap_ms, 600_000 + gap_ms))
        entry = item(a_candidate(a_charge("10m"), proof), OCTOBER)
        assert entry is not None
        return [note.en for note in entry.notes]

    assert notes(999) == []
    assert notes(1_000) == ["1 s in which nothing was observed: not billed"]
    assert notes(1_999) == ["1 s in which nothing was observed: not billed"]


def test_a_second_that_was_observed_twice_is_said_to_count_once() -> None:
    def notes(twice_ms: int) -> list[str]:
        proofs = (a_proof(Span(0, 600_000)), a_proof(Span(600_000 - twice_ms, 600_000)))
        entry = item(a_candidate(a_charge("10m"), *proofs), OCTOBER)
        assert entry is not None
        return [note.en for note in entry.notes]

    assert notes(999) == []
    assert notes(1_000) == ["1 s in several connections at once: counted once"]
    assert notes(600_000) == ["10 min in several connections at once: counted once"]


def test_touching_spans_leave_no_gap() -> None:
    assert a_proof(a_span("0m", "5m"), a_span("5m", "10m")).gaps == ()


# --- what keeps it back ---


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (a_candidate(a_charge("10m"), closed=False), "still open (close it as solved or unresolved)"),
        (
            a_candidate(a_charge("20:01", agreed=False)),
            "waits in review: overtime-not-agreed (write down who agreed to it, or waive it)",
        ),
        (
            a_candidate(a_charge("30:01", customer=OLD_WITHOUT)),
            "waits in review: overtime-not-sellable (decide what becomes of it)",
        ),
        (
            a_candidate(a_charge("10m", customer=WITHOUT)),
            "waits in review: not-entitled (decide what becomes of it)",
        ),
        (
            a_candidate(a_charge("10m"), unresolved=True),
            "waits in review: customer-not-told (tell him that it was given up, and write down how)",
        ),
        (
            a_candidate(a_charge("10m", category="file-recovery")),
            "waits in review: price-to-be-agreed (name its price)",
        ),
        (a_candidate(a_charge("10m", customer=None)), "waits in review: unassigned (say whose it is)"),
        (
            a_candidate(a_charge("10m", category="installation"), billed=billed(("base", 1, "45.00"))),
            "costs 45.00 less than statement 2026-0007 says (credit that statement)",
        ),
        (
            a_candidate(a_charge("10m"), billed=billed(("base", 1, "45.00"), ("overtime", 1, "35.00"))),
            "costs 35.00 less than statement 2026-0007 says (credit that statement)",
        ),
    ],
)
def test_what_a_person_has_yet_to_say_is_named_with_its_place(candidate: Candidate, said: str) -> None:
    assert [str(fault) for fault in waiting(candidate)] == [f"intervention 12: {said}"]


def test_what_costs_as_much_as_was_billed_needs_no_credit() -> None:
    assert list(waiting(a_candidate(a_charge("10m"), billed=billed(("base", 1, "45.00"))))) == []


def test_what_is_closed_and_decided_waits_for_nothing() -> None:
    assert list(waiting(a_candidate(a_charge("20:01")))) == []


MONTHS = {
    "January": "gennaio",
    "February": "febbraio",
    "March": "marzo",
    "April": "aprile",
    "May": "maggio",
    "June": "giugno",
    "July": "luglio",
    "August": "agosto",
    "September": "settembre",
    "October": "ottobre",
    "November": "novembre",
    "December": "dicembre",
}


def test_a_month_is_called_by_its_name() -> None:
    for number, (en, it) in enumerate(MONTHS.items(), 1):
        assert month_words(Month(2026, number)) == Words(f"{en} 2026", f"{it} 2026")
