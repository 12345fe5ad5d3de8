from dataclasses import replace
from decimal import Decimal

import pytest

from collector.domain.decision import Goodwill, PriceNamed, Reason, Unsellable, UnsellableDecided
from collector.domain.entitlement import Customer, Terms
from collector.domain.reasons import (
    Words,
    category_words,
    length_words,
    of_base,
    of_declared,
    of_goodwill,
    of_overtime,
    of_price_named,
    of_unsold,
)
from collector.domain.tariff import CapAppliesTo
from tests.collector.domain.builders import OLD_WITH_CONTRACT, WITH_CONTRACT, WITHOUT, some_terms


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (1_201, "20 min 1 s"), (3_600, "1 h"), (5_701, "1 h 35 min 1 s")],
)
def test_a_length_is_told_to_the_second(seconds: int, words: str) -> None:
    assert length_words(seconds) == words


def test_a_category_is_called_by_its_name_and_a_firms_own_by_that_of_its_list() -> None:
    assert category_words("software-updates") == Words("software updates", "aggiornamenti software")
    assert category_words("data-entry") == Words("data entry", "data entry")


def test_words_are_told_in_the_language_asked_for() -> None:
    words = Words("yes", "sì").then(Words("no", "no"))
    assert (words.of("en"), words.of("it")) == ("yes; no", "sì; no")


# What the customer reads on his statement, to the letter.

ON_THE_WHOLE = CapAppliesTo.INTERVENTION


@pytest.mark.parametrize(
    ("customer", "category", "en", "it"),
    [
        (
            WITH_CONTRACT,
            None,
            "Intervention with a maintenance contract; includes 20 min of connection",
            "Intervento con contratto di manutenzione; comprende 20 min di collegamento",
        ),
        (
            OLD_WITH_CONTRACT,
            None,
            "Single intervention on a previous version; includes 20 min of connection",
            "Singolo intervento su versione precedente; comprende 20 min di collegamento",
        ),
        (
            WITHOUT,
            None,
            "Current version without a maintenance contract: nothing may be sold, to be decided",
            "Versione corrente senza contratto di manutenzione: nulla è vendibile, da decidere",
        ),
        (
            replace(WITH_CONTRACT, edition_covered=False),
            None,
            "This edition may not buy assistance: nothing may be sold, to be decided",
            "Edizione non ammessa all'assistenza: nulla è vendibile, da decidere",
        ),
        (
            WITH_CONTRACT,
            "download",
            "Always supported, never charged",
            "Sempre supportato, mai addebitato",
        ),
        (
            WITH_CONTRACT,
            "network",
            "Not covered by the service: nothing is charged, to be decided",
            "Escluso dal servizio: nulla è addebitato, da decidere",
        ),
        (
            WITH_CONTRACT,
            "file-recovery",
            "Recovery of files without a working backup: price to be agreed",
            "Recupero di file senza un backup valido: prezzo da concordare",
        ),
        (
            None,
            None,
            "Customer unknown: nothing is charged until assigned",
            "Cliente sconosciuto: nulla è addebitato finché non è assegnato",
        ),
    ],
)
def test_the_base_line_says_what_it_is_what_is_included_and_what_was_used(
    customer: Customer | None, category: str | None, en: str, it: str
) -> None:
    words = of_base(some_terms(customer=customer, category=category), 1_440, ON_THE_WHOLE)
    assert words == Words(f"{en}; 24 min of connection", f"{it}; collegamento di 24 min")


def test_a_cap_for_each_connection_says_so() -> None:
    assert of_base(some_terms(), 60, CapAppliesTo.CONNECTION) == Words(
        "Intervention with a maintenance contract; includes 20 min of each connection; 1 min of connection",
        "Intervento con contratto di manutenzione; comprende 20 min di ogni collegamento; collegamento di 1 min",
    )


def test_recovery_of_files_with_a_price_waits_for_none() -> None:
    priced = replace(some_terms(category="file-recovery"), price=Decimal("120.00"))
    assert of_base(priced, 60, ON_THE_WHOLE) == Words(
        "Recovery of files without a working backup; 1 min of connection",
        "Recupero di file senza un backup valido; collegamento di 1 min",
    )


def test_what_was_decided_waits_no_more() -> None:
    assert of_base(some_terms(category="network"), 60, ON_THE_WHOLE, decided=True) == Words(
        "Not covered by the service; 1 min of connection", "Escluso dal servizio; collegamento di 1 min"
    )


def test_declared_time_is_said_to_be_and_whether_it_counts() -> None:
    assert of_declared(600, counts=True) == Words(
        "of which 10 min declared by the technician", "di cui 10 min dichiarati dal tecnico"
    )
    assert of_declared(600, counts=False) == Words(
        "10 min declared by the technician, not counted", "10 min dichiarati dal tecnico, non contati"
    )


@pytest.mark.parametrize(
    ("named", "en", "it"),
    [
        (PriceNamed(Decimal("0.00")), "decided: nothing is charged", "deciso: nulla è addebitato"),
        (PriceNamed(Decimal("120.00")), "price agreed: 120.00 euro", "prezzo concordato: 120.00 euro"),
        (
            PriceNamed(Decimal(9), "by mail"),
            "price agreed: 9.00 euro; by mail",
            "prezzo concordato: 9.00 euro; by mail",
        ),
    ],
)
def test_a_price_is_told_with_what_was_said_of_it(named: PriceNamed, en: str, it: str) -> None:
    assert of_price_named(named) == Words(en, it)


@pytest.mark.parametrize(
    ("reason", "en", "it"),
    [
        (Reason.COURTESY, "Goodwill: a courtesy", "Abbuono: a titolo di cortesia"),
        (Reason.OUR_FAULT, "Goodwill: our fault", "Abbuono: per nostro errore"),
        (Reason.UNRESOLVED, "Goodwill: the problem was not solved", "Abbuono: problema non risolto"),
        (Reason.SLOW_LINE, "Goodwill: the connection was slow", "Abbuono: collegamento lento"),
        (
            Reason.NOT_INFORMED,
            "Goodwill: the customer was not told in time",
            "Abbuono: cliente non avvisato in tempo",
        ),
        (Reason.OTHER, "Goodwill", "Abbuono"),
    ],
)
def test_what_is_given_away_says_why_and_what_was_told(reason: Reason, en: str, it: str) -> None:
    assert of_goodwill(Goodwill(reason)) == Words(en, it)
    assert of_goodwill(Goodwill(reason, "by Anna")) == Words(f"{en}; by Anna", f"{it}; by Anna")


OVER = Words("1 s beyond the included time, each 30 min begun", "1 s oltre il tempo compreso, ogni 30 min iniziati")
AGREED = Words("agreed with the customer", "concordato con il cliente")
NOT_AGREED = Words("no one has agreed to it yet", "nessuno lo ha ancora concordato")


def test_overtime_says_how_far_beyond_and_whether_it_was_agreed_or_settled() -> None:
    assert of_overtime(1, some_terms(), 1, agreed=1) == OVER.then(AGREED)
    assert of_overtime(1, some_terms(), 1, agreed=1, waived=1) == OVER.then(AGREED)
    assert of_overtime(1, some_terms(), 1, agreed=0) == OVER.then(NOT_AGREED)
    assert of_overtime(1, some_terms(), 1, agreed=0, waived=1) == OVER


def test_overtime_of_which_only_some_was_agreed_says_how_much() -> None:
    some = Words("agreed with the customer: 1 of 3", "concordati con il cliente: 1 di 3")
    assert of_overtime(1, some_terms(), 3, agreed=1) == OVER.then(some).then(NOT_AGREED)
    assert of_overtime(1, some_terms(), 3, agreed=1, waived=1) == OVER.then(some).then(NOT_AGREED)
    assert of_overtime(1, some_terms(), 3, agreed=1, waived=2) == OVER.then(some)


WAITING = Words(
    "overtime begun without a contract, to be decided: 2", "eccedenze iniziate senza contratto, da decidere: 2"
)
BEGUN = Words(
    "overtime begun without a contract, not charged: 2", "eccedenze iniziate senza contratto, non addebitate: 2"
)


@pytest.mark.parametrize(
    ("terms", "decided", "words"),
    [
        (some_terms(customer=None), None, Words("overtime begun: 2", "eccedenze iniziate: 2")),
        (some_terms(), None, WAITING),
        (some_terms(), UnsellableDecided(Unsellable.STOP, 1), WAITING),
        (
            some_terms(),
            UnsellableDecided(Unsellable.STOP, 2),
            BEGUN.then(Words("decided: stopped there", "deciso: terminato lì")),
        ),
        (
            some_terms(),
            UnsellableDecided(Unsellable.NEW_INTERVENTION, 3),
            BEGUN.then(Words("decided: a new intervention follows", "deciso: segue un nuovo intervento")),
        ),
        (
            some_terms(),
            UnsellableDecided(Unsellable.GOODWILL, 2),
            BEGUN.then(Words("decided: given away", "deciso: abbuonate")),
        ),
    ],
)
def test_overtime_that_is_not_charged_says_why(terms: Terms, decided: UnsellableDecided | None, words: Words) -> None:
    assert of_unsold(2, terms, decided) == words
