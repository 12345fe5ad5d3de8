import json

from collector.domain.answer import as_json
from tests.collector.domain.builders import OLD_WITHOUT, WITHOUT, a_charge


def test_a_charge_is_shown_with_money_as_text_and_reasons_in_words() -> None:
    shown = as_json(a_charge("50:01", agreed=False))
    lines = shown.pop("lines")
    assert shown == {
        "service": "contract",
        "connection_seconds": 3_001,
        "cap_seconds": 1_200,
        "overtime_half_hours": 2,
        "net": "115.00",
        "vat": "25.30",
        "gross": "140.30",
        "flags": ["overtime-not-agreed"],
    }
    assert isinstance(lines, list)
    assert json.dumps(shown["cap_seconds"]) == "1200"
    amounts = [(line["code"], line["quantity"], line["unit_price"], line["amount"]) for line in lines]
    assert amounts == [("base", 1, "45.00", "45.00"), ("overtime", 2, "35.00", "70.00")]


def test_the_words_are_plain_values_in_the_language_asked_for() -> None:
    shown = json.loads(json.dumps(as_json(a_charge("5:00", customer=OLD_WITHOUT), "it")))
    assert shown["lines"][0]["why"].startswith("Singolo intervento su versione precedente")


def test_what_has_no_cap_shows_none() -> None:
    shown = as_json(a_charge("5:00", customer=WITHOUT))
    assert (shown["cap_seconds"], shown["net"], shown["flags"]) == (None, "0.00", ["not-entitled"])


def test_the_words_are_english_unless_asked_otherwise() -> None:
    shown = json.loads(json.dumps(as_json(a_charge("5:00"))))
    assert shown["lines"][0]["why"].startswith("Intervention with a maintenance contract")
