"""The electronic invoice is read by an independent reader without a complaint, and keeps the published rules.

The rules here are those of the schema FatturaPA 1.2.2 (order, patterns, lengths) and of the exchange system's own
checks (sums and taxes); `a38` is the independent reader.
"""

import re
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import msgspec
import pytest
from a38 import fattura
from a38.validation import Validation
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.errors import BadInput
from collector.statements.document import Both, Credited, Document, Line, Rate
from collector.statements.fatturapa import fatturapa, faults, file_name, latin, unspelled
from tests.collector.statements.builders import FIRM, PAYER, a_document, a_line, an_intervention

# The children that each element has, in the schema's order; those with a question mark may be missing.
ORDER = {
    "FatturaElettronica": "FatturaElettronicaHeader FatturaElettronicaBody",
    "FatturaElettronicaHeader": "DatiTrasmissione CedentePrestatore CessionarioCommittente",
    "DatiTrasmissione": "IdTrasmittente ProgressivoInvio FormatoTrasmissione CodiceDestinatario PECDestinatario?",
    "IdTrasmittente": "IdPaese IdCodice",
    "IdFiscaleIVA": "IdPaese IdCodice",
    "CedentePrestatore": "DatiAnagrafici Sede",
    "CessionarioCommittente": "DatiAnagrafici Sede",
    "DatiAnagrafici": "IdFiscaleIVA? CodiceFiscale? Anagrafica RegimeFiscale?",
    "Anagrafica": "Denominazione",
    "Sede": "Indirizzo CAP Comune Provincia? Nazione",
    "FatturaElettronicaBody": "DatiGenerali DatiBeniServizi DatiPagamento?",
    "DatiGenerali": "DatiGeneraliDocumento DatiFattureCollegate?",
    "DatiGeneraliDocumento": "TipoDocumento Divisa Data Numero DatiBollo? ImportoTotaleDocumento Causale",
    "DatiBollo": "BolloVirtuale ImportoBollo",
    "DatiFattureCollegate": "IdDocumento Data",
    "DettaglioLinee": "NumeroLinea TipoCessionePrestazione? Descrizione Quantita UnitaMisura PrezzoUnitario "
    "PrezzoTotale AliquotaIVA Natura?",
    "DatiRiepilogo": "AliquotaIVA Natura? ImponibileImporto Imposta EsigibilitaIVA? RiferimentoNormativo?",
    "DatiPagamento": "CondizioniPagamento DettaglioPagamento",
    "DettaglioPagamento": "ModalitaPagamento DataScadenzaPagamento ImportoPagamento IBAN?",
}
LATIN = r"[\x20-\x7e\xa0-\xff]"
AMOUNT = r"-?[0-9]{1,11}\.[0-9]{2}"
PATTERNS = {
    "IdPaese": r"[A-Z]{2}",
    "IdCodice": r"\S{1,28}",
    "ProgressivoInvio": r"[A-Za-z0-9]{1,10}",
    "FormatoTrasmissione": "FPR12",
    "CodiceDestinatario": r"[A-Z0-9]{7}",
    "PECDestinatario": r"(?=.{7,256}$).+@.+[.]+.+",
    "CodiceFiscale": r"[A-Z0-9]{11,16}",
    "Denominazione": LATIN + "{1,80}",
    "RegimeFiscale": r"RF\d\d",
    "Indirizzo": LATIN + "{1,60}",
    "CAP": r"[0-9]{5}",
    "Comune": LATIN + "{1,60}",
    "Provincia": r"[A-Z]{2}",
    "Nazione": r"[A-Z]{2}",
    "TipoDocumento": "TD0[14]",
    "Divisa": "EUR",
    "Data": r"\d{4}-\d\d-\d\d",
    "DataScadenzaPagamento": r"\d{4}-\d\d-\d\d",
    "Numero": r"[\x20-\x7e]{1,20}",
    "IdDocumento": r"[\x20-\x7e]{1,20}",
    "ImportoTotaleDocumento": AMOUNT,
    "Causale": LATIN + "{1,200}",
    "NumeroLinea": r"[1-9]\d{0,3}",
    "TipoCessionePrestazione": "AB",
    "Descrizione": LATIN + "{1,1000}",
    "Quantita": r"[0-9]{1,12}\.[0-9]{2,8}",
    "UnitaMisura": r"[\x20-\x7e]{1,10}",
    "PrezzoUnitario": r"-?[0-9]{1,11}\.[0-9]{2,8}",
    "PrezzoTotale": r"-?[0-9]{1,11}\.[0-9]{2,8}",
    "AliquotaIVA": r"[0-9]{1,3}\.[0-9]{2}",
    "ImponibileImporto": AMOUNT,
    "Imposta": AMOUNT,
    "EsigibilitaIVA": "I",
    "Natura": r"N1|N2\.[12]|N3\.[1-6]|N4|N5|N6\.[1-9]|N7",
    "RiferimentoNormativo": LATIN + "{1,100}",
    "BolloVirtuale": "SI",
    "ImportoBollo": AMOUNT,
    "CondizioniPagamento": "TP02",
    "ModalitaPagamento": "MP05",
    "ImportoPagamento": AMOUNT,
    "IBAN": r"[a-zA-Z]{2}[0-9]{2}[a-zA-Z0-9]{11,30}",
}


def read(document: Document) -> Element:
    """The invoice, once it has passed all checks."""
    xml = fatturapa(document)
    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    root = ElementTree.fromstring(xml)
    assert root.tag == "{http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2}FatturaElettronica"
    assert root.get("versione") == "FPR12"
    keeps_the_schema(root)
    adds_up(root)
    independently_read(xml)
    return root


def keeps_the_schema(root: Element) -> None:
    for element in root.iter():
        name = element.tag.partition("}")[2] or element.tag
        children = [child.tag for child in element]
        if name == "DatiBeniServizi":
            kinds = list(dict.fromkeys(children))
            assert kinds == ["DettaglioLinee", "DatiRiepilogo"] and children == sorted(children, key=kinds.index)
        elif children:
            wanted = ORDER[name].split()
            assert children == [each.rstrip("?") for each in wanted if each.rstrip("?") in children]
            assert {each for each in wanted if not each.endswith("?")} <= set(children)
        else:
            assert re.fullmatch(PATTERNS[name], element.text or ""), f"{name}: {element.text!r}"


def adds_up(root: Element) -> None:
    """What the exchange system computes anew: 00419, 00421, 00422, 00423."""
    of_rate: dict[str, Decimal] = {}
    for line in root.iter("DettaglioLinee"):
        amount = number(line, "Quantita") * number(line, "PrezzoUnitario")
        assert amount == number(line, "PrezzoTotale")
        rate = line.findtext("AliquotaIVA") or ""
        of_rate[rate] = of_rate.get(rate, Decimal(0)) + amount
    summaries = list(root.iter("DatiRiepilogo"))
    assert {each.findtext("AliquotaIVA"): number(each, "ImponibileImporto") for each in summaries} == of_rate
    for each in summaries:
        exact = number(each, "ImponibileImporto") * number(each, "AliquotaIVA") / 100
        assert abs(number(each, "Imposta") - exact) <= Decimal("0.01")
    whole = sum(number(each, "ImponibileImporto") + number(each, "Imposta") for each in summaries)
    assert number(next(root.iter("DatiGeneraliDocumento")), "ImportoTotaleDocumento") == whole


def number(element: Element, name: str) -> Decimal:
    return Decimal(element.findtext(name) or "")


def independently_read(xml: bytes) -> None:
    validation = Validation()
    fattura.auto_from_etree(ElementTree.fromstring(xml)).validate(validation)
    assert [str(each) for each in validation.errors] == []


def text(root: Element, path: str) -> str | None:
    return root.findtext(f".//{path}")


def test_a_statement_becomes_an_invoice() -> None:
    root = read(a_document())
    assert text(root, "TipoDocumento") == "TD01" and text(root, "Numero") == "2026-0007"
    assert text(root, "CodiceDestinatario") == "ABC1234" and root.find(".//PECDestinatario") is None
    assert text(root, "Causale") == "Assistenza remota, ottobre 2026"
    assert text(root, "ImportoTotaleDocumento") == "97.60"


def test_a_credit_note_names_its_invoice_and_asks_for_no_payment() -> None:
    credits = Credited(number="2026-0003", day="2026-10-31", reason="già pagato")
    root = read(a_document(kind="credit-note", number="2026-0009", credits=credits))
    assert text(root, "TipoDocumento") == "TD04" and root.find(".//DatiPagamento") is None
    assert text(root, "DatiFattureCollegate/IdDocumento") == "2026-0003"
    assert text(root, "DatiFattureCollegate/Data") == "2026-10-31"
    assert text(root, "Causale") == "Storno: già pagato"


def test_a_credit_note_for_part_of_it_names_the_lines() -> None:
    def causale(*lines: int) -> str:
        credits = Credited(number="2026-0003", day="2026-10-31", reason="già pagato", lines=lines)
        return text(read(a_document(kind="credit-note", number="2026-0009", credits=credits)), "Causale")

    assert causale(2) == "Storno parziale, riga 2: già pagato"
    assert causale(1, 3) == "Storno parziale, righe 1, 3: già pagato"
    assert causale(*range(1, 200)) == "Storno parziale, righe 1, 2, 3, 4, 5, 6, 7, 8 e altre: già pagato"


def test_more_lines_than_an_invoice_counts_are_named() -> None:
    many = an_intervention(12, *[a_line(unit_price="0.01", amount="0.01")] * 10_000)
    assert "statement 2026-0007: 10000 lines, and an electronic invoice has at most 9999" in map(
        str, faults(a_document(many))
    )


def test_who_has_a_pec_and_no_code_is_reached_by_it() -> None:
    root = read(a_document(customer=msgspec.structs.replace(PAYER, recipient_code="", pec="studio@pec.example")))
    assert (text(root, "CodiceDestinatario"), text(root, "PECDestinatario")) == ("0000000", "studio@pec.example")


def test_a_person_is_known_by_his_codice_fiscale_alone() -> None:
    payer = msgspec.structs.replace(PAYER, vat_number="", tax_code="RSSMRA80A01H501U")
    buyer = read(a_document(customer=payer)).find(".//CessionarioCommittente")
    assert buyer is not None and buyer.find(".//IdFiscaleIVA") is None
    assert buyer.findtext(".//CodiceFiscale") == "RSSMRA80A01H501U"


def test_a_customer_abroad_has_no_italian_postcode_nor_province() -> None:
    payer = msgspec.structs.replace(
        PAYER, country="AT", province="", postcode="A-1010", recipient_code="", vat_number="U12345678"
    )
    root = read(a_document(customer=payer))
    seat = root.find(".//CessionarioCommittente/Sede")
    assert seat is not None
    assert (seat.findtext("CAP"), seat.find("Provincia"), seat.findtext("Nazione")) == ("00000", None, "AT")
    assert text(root, "CodiceDestinatario") == "XXXXXXX"


def test_lines_of_nothing_stay_with_the_rate_of_the_others() -> None:
    free = a_line("base", 1, "0.00", "0.00")
    root = read(a_document(an_intervention(12), an_intervention(13, free)))
    assert [each.text for each in root.iter("PrezzoTotale")] == ["45.00", "35.00", "0.00"]
    assert len(list(root.iter("DatiRiepilogo"))) == 1


def test_what_is_given_away_is_an_allowance() -> None:
    given = a_line("goodwill", 1, "-35.00", "-35.00")
    rates = (Rate(rate="22", net="45.00", vat="9.90"),)
    lines = (a_line(), a_line("overtime", 1, "35.00", "35.00"), given)
    root = read(a_document(an_intervention(12, *lines), rates=rates, net="45.00", vat="9.90", gross="54.90"))
    assert [each.findtext("TipoCessionePrestazione") for each in root.iter("DettaglioLinee")] == [None, None, "AB"]


def test_every_rate_has_its_own_summary() -> None:
    rates = (Rate(rate="22", net="45.00", vat="9.90"), Rate(rate="10", net="35.00", vat="3.50"))
    lines = (a_line(), a_line("overtime", 1, "35.00", "35.00", vat_rate="10"))
    root = read(a_document(an_intervention(12, *lines), rates=rates, vat="13.40", gross="93.40"))
    assert [each.text for each in root.findall(".//DatiRiepilogo/AliquotaIVA")] == ["22.00", "10.00"]


@pytest.mark.parametrize(
    ("nature", "unit_price", "stamp"), [("N2.2", "77.48", "2.00"), ("N2.2", "77.47", None), ("N3.1", "80.00", None)]
)
def test_what_is_not_taxed_says_why_and_bears_a_stamp_where_one_is_due(
    nature: str, unit_price: str, stamp: str | None
) -> None:
    flat = msgspec.structs.replace(FIRM, regime="RF19", vat_nature=nature, vat_law="Art. 1, c. 54-89, L. 190/2014")
    rates = (Rate(rate="0.00", net=unit_price, vat="0.00"),)
    lines = (a_line(unit_price=unit_price, amount=unit_price, vat_rate="0.00"),)
    sums = {"net": unit_price, "vat": "0.00", "gross": unit_price}
    root = read(a_document(an_intervention(12, *lines), firm=flat, rates=rates, **sums))
    assert text(root, "DettaglioLinee/Natura") == text(root, "DatiRiepilogo/Natura") == nature
    assert text(root, "RiferimentoNormativo") == "Art. 1, c. 54-89, L. 190/2014"
    assert text(root, "EsigibilitaIVA") is None and text(root, "ImportoBollo") == stamp


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_something_is_called_the_letters_and_lengths_are_the_schema_s(name: str, reason: str) -> None:
    why = Both(reason, reason)
    line = Line(code="base", quantity=1, unit_price="80.00", amount="80.00", vat_rate="22", why=why, connections=())
    told = "x" + "".join(letter for letter in name if not unspelled(letter))
    payer = msgspec.structs.replace(PAYER, name=told, street=told, town=told)
    read(a_document(an_intervention(12, line, subject=name), customer=payer))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("50 € l’ora", "50 EUR l'ora"),
        ("“così” – cioè…", '"così" - cioè...'),
        ("Łódź Čapek œuvre", "Lódz Capek oeuvre"),
        ("日本 Київ 한국어 \ue000", "RiBen Kiiv HanGugEo"),
        ("", "-"),
        ("a\nb\tc\x00d", "a b c d"),
        ("à" * 300, "à" * 80),
    ],
)
def test_letters_that_the_schema_does_not_know_become_ones_that_it_does(typed: str, written: str) -> None:
    assert latin(typed, 80) == written


def test_a_name_without_latin_letters_is_named_before_the_export() -> None:
    payer = msgspec.structs.replace(PAYER, name="日本歯科 Łódź ő", town="Łódź")
    assert [str(fault) for fault in faults(a_document(customer=payer))] == [
        'statement 2026-0007: customer.name: no Latin letters for "日本歯科" (write it in Latin letters)'
    ]


def test_everything_that_is_missing_is_named_at_once_before_the_export() -> None:
    payer = msgspec.structs.replace(PAYER, vat_number="", street="", postcode="1012", province="", recipient_code="")
    firm = msgspec.structs.replace(FIRM, vat_number="")
    with pytest.raises(BadInput) as refused:
        fatturapa(a_document(customer=payer, firm=firm))
    for place in (
        "firm.vat_number",
        "customer.vat_number",
        "customer.street",
        "customer.postcode",
        "customer.province",
        "customer.recipient_code",
    ):
        assert f"statement 2026-0007: {place}" in str(refused.value)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (a_document(number=""), "not issued yet"),
        (a_document(net="0.00", vat="0.00", gross="0.00"), "nothing to invoice"),
        (a_document(rates=(Rate(rate="0", net="80.00", vat="0.00"),)), "firm.vat_nature: missing when it was issued"),
        (a_document(customer=msgspec.structs.replace(PAYER, country="AT", vat_number="", tax_code="X")), "abroad"),
    ],
)
def test_what_cannot_be_an_invoice_is_refused_with_the_reason(document: Document, said: str) -> None:
    assert any(said in str(fault) for fault in faults(document))
    with pytest.raises(BadInput, match=said):
        fatturapa(document)


def test_a_file_name_is_the_sender_s_and_never_comes_twice() -> None:
    assert file_name(a_document()) == "IT01234567897_60007.xml"
    names = [file_name(a_document(number=f"{year}-{n:04}")) for year in (2026, 2027) for n in (1, 35, 36, 99_999)]
    assert len(set(names)) == len(names) and all(re.fullmatch(r"IT\d{11}_[0-9A-Z]{5}\.xml", name) for name in names)
