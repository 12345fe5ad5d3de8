"""The words for slugs cover what the rules can say."""

import pytest

from collector.domain.customer import CustomerCard
from collector.domain.entitlement import Service
from collector.domain.rating import Code, Flag
from collector.domain.reasons import category_words
from collector.ledger.decisions import Outcome
from collector.ledger.keys import Role
from collector.ledger.views import CustomerView, DecisionView
from collector.tariffs.files import shipped_tariff
from collector.web import terms
from collector.web.language import read_words
from shared.session import Evidence, Mark

WORDS = read_words()


def test_every_slug_has_its_words() -> None:
    assert set(terms.ROLES) == set(Role)
    assert set(terms.STATES) >= set(Outcome)
    assert set(terms.FLAGS) == set(Flag)
    assert set(terms.SERVICES) == set(Service)
    assert set(terms.LINES) == set(Code)
    assert set(terms.EVIDENCE) == set(Evidence)
    assert set(terms.MARKS) == set(Mark)
    assert set(terms.CATEGORIES) == set(shipped_tariff().categories)


@pytest.mark.parametrize(
    ("first", "last", "italian", "english"),
    [
        (None, None, "senza contratto", "no contract"),
        ("1970-01-01", None, "in vigore", "in force"),
        ("1970-01-01", "2026-12-31", "fino al 31 dic 2026", "until 31 Dec 2026"),
        ("2026-01-01", None, "dal 1 gen 2026", "from 1 Jan 2026"),
    ],
)
def test_a_contract_is_told_in_words(first: str | None, last: str | None, italian: str, english: str) -> None:
    customer = CustomerView(1, "Studio", first, last, True, False, "current", (), CustomerCard("Studio"), ())
    assert terms.contract(customer, WORDS["it"]) == italian
    assert terms.contract(customer, WORDS["en"]) == english


def test_a_decision_is_told_in_words() -> None:
    def told(what: str, how: str) -> str:
        return terms.decision_told(DecisionView(what, "Laura", 0, how), WORDS["it"])

    assert told("closed", "solved") == "risolto"
    assert told("overtime-agreed", "phone") == "al telefono"
    assert told("category", "- > network") == "- > rete"
    assert told("customer", "- > 1 Studio") == "- > 1 Studio"


def test_documents_call_a_category_as_the_pages_do() -> None:
    for name in shipped_tariff().categories:
        words = category_words(name)
        assert (words.en, words.it) == (terms.CATEGORIES[name], WORDS["it"](terms.CATEGORIES[name]))
