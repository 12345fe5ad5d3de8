"""What an alert says, to the word."""

import msgspec
import pytest

from collector.domain.caps import DeadlineKind
from collector.ledger.alert_words import words_of, words_taken_back
from collector.ledger.alerts import Told
from collector.watch.findings import Kind
from tests.collector.room import ROME

AT = 1_795_000_000_000  # 12:06:40 in Rome
TOLD = Told("Studio Bianchi", "TeamViewer", "123", 1_200_000, 1_200_000, None, AT, "35.00")


def test_the_cap_says_when_the_half_hour_begins_and_its_price() -> None:
    words = words_of("cap", 0, TOLD, ROME, late=False, confirmed=True)
    assert words.en == (
        "Studio Bianchi (TeamViewer 123): the included time of 20 min is used up;"
        " the next half hour begins at 12:06:40 and costs EUR 35.00;"
        " ask the customer, or end here."
    )
    assert words.it == (
        "Studio Bianchi (TeamViewer 123): il tempo compreso di 20 min è esaurito;"
        " la prossima mezz'ora inizia alle 12:06:40 e costa € 35,00;"
        " chiedere al cliente, o finire qui."
    )


def test_late_and_unconfirmed_are_said() -> None:
    words = words_of("warning", 300_000, TOLD, ROME, late=True, confirmed=False)
    assert words.en.endswith("the agent has not confirmed it yet; told late.")
    assert words.it.endswith("l'agente non l'ha ancora confermato; segnalato in ritardo.")


def test_what_may_be_days_old_is_told_with_its_day() -> None:
    told = msgspec.structs.replace(TOLD, at=AT)
    assert "(TeamViewer 123), 18/11/2026 12:06:40: " in words_of("cap", 0, told, ROME, late=True, confirmed=True).en
    quiet = words_of("no-contact", 14, told, ROME, late=False, confirmed=True)
    assert "without contact since 04/11/2026; close it" in quiet.en
    assert "senza contatti dal 04/11/2026; chiuderlo" in quiet.it


def test_why_nothing_may_be_sold_is_said() -> None:
    contract, edition = (
        words_of(
            "not-entitled", 0, Told("X", "mstsc", None, 0, edition_covered=covered), ROME, late=False, confirmed=True
        )
        for covered in (True, False)
    )
    assert "the current version without a maintenance contract" in contract.en and "edition" not in contract.en
    assert "edizione non ammessa" in edition.it and "contratto" not in edition.it


def test_overtime_that_may_not_be_sold_says_so() -> None:
    told = Told("X", "mstsc", None, 1_801_000, 1_800_000, None, AT, None, sellable=False)
    words = words_of("half-hour", 1, told, ROME, late=False, confirmed=True)
    assert "may not be sold" in words.en and "non vendibile" in words.it
    assert "€" not in words.it


def test_an_unknown_peer_is_not_given_a_name() -> None:
    words = words_of("unknown-peer", 0, Told(None, "AnyDesk", "9", 120_000), ROME, late=False, confirmed=True)
    assert words.en.startswith("Unknown peer (AnyDesk 9):")


def test_when_it_became_true_is_told() -> None:
    told = msgspec.structs.replace(TOLD, at=AT - 60_000, technician="PC Anna")
    words = words_of("agent-silent", 0, told, ROME, late=False, confirmed=True)
    assert words.en == (
        "Studio Bianchi (TeamViewer 123), 12:05:40: the agent of PC Anna is silent while a session is live;"
        " the next half hour begins at 12:06:40 and costs EUR 35.00; see whether that PC and its line are up."
    )


def test_a_clock_is_fast_or_slow() -> None:
    told = msgspec.structs.replace(TOLD, technician="PC Anna")
    assert "PC Anna is 2.5 s fast" in words_of("clock-off", -2_500, told, ROME, late=False, confirmed=True).en
    assert "PC Anna è indietro di 2,5 s" in words_of("clock-off", 2_500, told, ROME, late=False, confirmed=True).it


def test_every_kind_has_words_and_any_other_is_a_mistake_of_ours() -> None:
    for kind in (*DeadlineKind, *Kind):
        for n in (0, 1, 2):
            assert words_of(kind, n, TOLD, ROME, late=False, confirmed=True).it.endswith(".")
    with pytest.raises(AssertionError):
        words_of("weather", 1, TOLD, ROME, late=False, confirmed=True)


def test_after_a_no_nobody_is_told_to_ask_again() -> None:
    told = msgspec.structs.replace(TOLD, declined_at=AT - 60_000)
    for kind in ("warning", "cap", "half-hour"):
        words = words_of(kind, 1, told, ROME, late=False, confirmed=True)
        assert "ask the customer" not in words.en and "chiedere al cliente" not in words.it
        assert words.en.endswith(
            "the customer said no at 12:05:40: end here, begin another intervention, or waive it as goodwill."
        )
        assert words.it.endswith(
            "il cliente ha detto di no alle 12:05:40: finire qui, aprire un altro intervento, o rinunciarvi."
        )


def test_after_a_yes_it_is_said_when_and_how_far_and_nobody_is_told_to_ask() -> None:
    for kind in ("warning", "cap", "half-hour"):
        told = msgspec.structs.replace(TOLD, agreed_at=AT - 60_000)
        words = words_of(kind, 1, told, ROME, late=False, confirmed=True)
        assert words.en.endswith("the customer agreed at 12:05:40.") and "ask" not in words.en
        for most, up_to in ((1, "una mezz'ora"), (2, "2 mezz'ore")):
            far = msgspec.structs.replace(told, agreed_up_to=most)
            words = words_of(kind, 1, far, ROME, late=False, confirmed=True)
            assert words.it.endswith(f"il cliente ha accettato alle 12:05:40, fino a {up_to} in tutto.")


def test_of_what_is_waived_nothing_is_asked_and_no_price_is_told() -> None:
    for kind in ("warning", "cap", "half-hour"):
        told = msgspec.structs.replace(TOLD, waived=True, amount="35.00", declined_at=AT)
        words = words_of(kind, 1, told, ROME, late=False, confirmed=True)
        assert words.en.endswith("; nothing is charged: all of it is waived.") and "35" not in words.en + words.it


def test_a_warning_says_what_can_be_done() -> None:
    sold = words_of("warning", 60_000, TOLD, ROME, late=False, confirmed=True)
    assert sold.en.endswith("end before that, or ask the customer.")
    assert sold.it.endswith("finire prima, o chiedere al cliente.")
    unsold = words_of(
        "warning", 60_000, msgspec.structs.replace(TOLD, next_amount=None), ROME, late=False, confirmed=True
    )
    assert unsold.en.endswith("end before that, or agree anew.")
    for kind in ("warning", "cap", "half-hour"):
        unknown = words_of(kind, 1, Told(None, "AnyDesk", "9", 1_200_000), ROME, late=False, confirmed=True)
        assert unknown.en.endswith("assign a customer.") and unknown.it.endswith("assegnare un cliente.")


def test_what_is_taken_back_says_so_first_and_asks_for_nothing() -> None:
    words = words_taken_back("cap", 0, TOLD, ROME)
    assert words.en == (
        "Taken back: Studio Bianchi (TeamViewer 123): the included time of 20 min is used up;"
        " by the time and terms that are known now it is not so."
    )
    assert words.it == (
        "Ritirato: Studio Bianchi (TeamViewer 123): il tempo compreso di 20 min è esaurito;"
        " in base al tempo e alle condizioni noti ora non è così."
    )
