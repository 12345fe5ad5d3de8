"""The electronic invoice: FatturaPA, format FPR12 of schema 1.2, TD01 for a statement and TD04 for a credit note.

Written from the published rules of the exchange system (Specifiche tecniche FatturaPA, allegato A): the order of the
elements, the lengths, two decimals, and letters of Latin-1 only. What is missing is named here, not at the authority.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from collector.domain.customer import ABROAD, ITALY, TO_PEC
from collector.domain.fault import Fault, refuse
from collector.domain.firm import MOST_LAW
from collector.statements import wording
from collector.statements.document import Credited, Document, Intervention, Line, Party, is_nought
from collector.statements.lettering import spelled
from collector.statements.wording import shown

NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
FORMAT = "FPR12"
INVOICE, CREDIT_NOTE = "TD01", "TD04"
ALLOWANCE = "AB"  # abbuono
PAID_IN_FULL, BY_TRANSFER = "TP02", "MP05"
STAMPED = frozenset({"N2.1", "N2.2", "N3.5", "N3.6", "N4"})
"""Of these an invoice over 77.47 bears a stamp of 2.00 (DPR 642/1972, tariff, art. 13; DM 17.6.2014, art. 6)."""
MOST_NAMED = 8
MOST_LINES = 9999
STAMP_OVER, STAMP = Decimal("77.47"), "2.00"
IN_LATIN = "write it in Latin letters"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

ElementTree.register_namespace("p", NAMESPACE)


def fatturapa(document: Document) -> bytes:
    """The invoice as XML; BadInput names everything that it lacks."""
    refuse(faults(document))
    root = Element(f"{{{NAMESPACE}}}FatturaElettronica", versione=FORMAT)
    _header(SubElement(root, "FatturaElettronicaHeader"), document)
    _body(SubElement(root, "FatturaElettronicaBody"), document)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True))


def file_name(document: Document) -> str:
    """As the exchange system wants it: country and code of the sender, and five characters that never come again."""
    year, count = document.number.split("-")
    return f"{document.firm.country}{_sender(document)}_{_in_36(int(year) - 2020, 1)}{_in_36(int(count), 4)}.xml"


def faults(document: Document) -> Iterator[Fault]:
    """Everything that the exchange system would refuse."""
    place = f"statement {document.number}"
    if not document.number:
        yield Fault(place, "not issued yet", "issue it first")
    if (lines := sum(len(each.lines) for each in document.interventions)) > MOST_LINES:
        yield Fault(place, f"{lines} lines, and an electronic invoice has at most {MOST_LINES}")
    if not Decimal(document.gross):
        yield Fault(place, "nothing to invoice: its total is 0.00")
    if document.is_untaxed:
        for field in ("vat_nature", "vat_law"):
            if not getattr(document.firm, field):
                why = "missing when it was issued, and VAT is 0 %"
                yield Fault(f"{place}: firm.{field}", why, "credit it, write it into the settings, issue it again")
    for who, party in (("firm", document.firm), ("customer", document.customer)):
        yield from _party_faults(f"{place}: {who}", party)
    if not document.firm.vat_number:
        yield Fault(f"{place}: firm.vat_number", "missing")
    payer = document.customer
    if payer.country == ITALY and not payer.recipient_code and not payer.pec:
        yield Fault(f"{place}: customer.recipient_code", "missing", "a codice destinatario or a PEC")


def latin(text: str, most: int) -> str:
    """The text in the letters that the schema takes (Basic Latin and Latin-1), no longer than it takes."""
    plain = shown(text).translate(_INSTEAD)
    letters = "".join(c if c <= "\xff" else _latin(c) for c in plain)
    return " ".join(letters.split())[:most].rstrip() or "-"


def _latin(character: str) -> str:
    nearest = _nearest(character)
    return spelled(character) if nearest == "?" else nearest


def unspelled(text: str) -> str:
    """The letters of it, each once, that are no Latin ones with marks: how a name in them is written on an invoice, its
    owner says himself."""
    plain = shown(text).translate(_INSTEAD)
    return "".join(dict.fromkeys(c for c in plain if c > "\xff" and _nearest(c) == "?"))


# What people type, and what stands for it.
_INSTEAD = str.maketrans(
    {
        "€": "EUR",
        "’": "'",
        "‘": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "œ": "oe",
        "Œ": "OE",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "ħ": "h",
        "Ħ": "H",
        "ŧ": "t",
        "Ŧ": "T",
        "‐": "-",
        "‑": "-",
        "ʼ": "'",
        "™": "(TM)",
    }
)


def _nearest(character: str) -> str:
    """The letter without what the schema does not know of it; a question mark for what has none."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if c <= "\xff")
    return bare or ("" if unicodedata.combining(character) else "?")


def _party_faults(place: str, party: Party) -> Iterator[Fault]:
    if not party.vat_number and not party.tax_code:
        yield Fault(f"{place}.vat_number", "missing", "a partita IVA or a codice fiscale")
    elif party.country != ITALY and not party.vat_number:
        yield Fault(f"{place}.vat_number", "missing", "abroad a VAT number is needed")
    for field in ("name", "street", "postcode", "town"):
        if not getattr(party, field).strip():
            yield Fault(f"{place}.{field}", "missing")
        elif letters := unspelled(getattr(party, field)):
            yield Fault(f"{place}.{field}", f'no Latin letters for "{letters[:20]}"', IN_LATIN)
    if party.country == ITALY:
        if party.postcode and not re.fullmatch(r"\d{5}", party.postcode, re.ASCII):
            yield Fault(f"{place}.postcode", f'"{party.postcode[:20]}" is no CAP', "five digits")
        if not re.fullmatch(r"[A-Z]{2}", party.province):
            yield Fault(f"{place}.province", "missing" if not party.province else "not two capital letters")


def _header(header: Element, document: Document) -> None:
    payer, firm = document.customer, document.firm
    sending = SubElement(header, "DatiTrasmissione")
    _id(sending, "IdTrasmittente", firm.country, _sender(document))
    _put(sending, "ProgressivoInvio", document.number.replace("-", ""))
    _put(sending, "FormatoTrasmissione", FORMAT)
    code = payer.recipient_code or (TO_PEC if payer.country == ITALY else ABROAD)
    _put(sending, "CodiceDestinatario", code)
    if code == TO_PEC and payer.pec:
        _put(sending, "PECDestinatario", payer.pec)
    seller = SubElement(header, "CedentePrestatore")
    _put(_register(seller, firm), "RegimeFiscale", firm.regime)
    _seat(seller, firm)
    buyer = SubElement(header, "CessionarioCommittente")
    _register(buyer, payer)
    _seat(buyer, payer)


def _body(body: Element, document: Document) -> None:
    _general(SubElement(body, "DatiGenerali"), document)
    goods = SubElement(body, "DatiBeniServizi")
    lines = [(each, line) for each in document.interventions for line in each.lines]
    for n, (each, line) in enumerate(lines, 1):
        of = _line(SubElement(goods, "DettaglioLinee"), n, each, line)
        if is_nought(line.vat_rate):
            _put(of, "Natura", document.firm.vat_nature)
    for rate in document.rates:
        summed = SubElement(goods, "DatiRiepilogo")
        _put(summed, "AliquotaIVA", _two(rate.rate))
        if is_nought(rate.rate):
            _put(summed, "Natura", document.firm.vat_nature)
        _put(summed, "ImponibileImporto", _two(rate.net))
        _put(summed, "Imposta", _two(rate.vat))
        if is_nought(rate.rate):
            _put(summed, "RiferimentoNormativo", latin(document.firm.vat_law, MOST_LAW))
        else:
            _put(summed, "EsigibilitaIVA", "I")
    if not document.is_credit:
        _payment(SubElement(body, "DatiPagamento"), document)


def _general(general: Element, document: Document) -> None:
    told = SubElement(general, "DatiGeneraliDocumento")
    _put(told, "TipoDocumento", CREDIT_NOTE if document.is_credit else INVOICE)
    _put(told, "Divisa", "EUR")
    _put(told, "Data", document.day)
    _put(told, "Numero", document.number)
    if _is_stamped(document):
        stamp = SubElement(told, "DatiBollo")
        _put(stamp, "BolloVirtuale", "SI")
        _put(stamp, "ImportoBollo", STAMP)
    _put(told, "ImportoTotaleDocumento", _two(document.gross))
    if document.credits is not None:
        _put(told, "Causale", latin(f"{_storno(document.credits)}: {document.credits.reason}", 200))
        linked = SubElement(general, "DatiFattureCollegate")
        _put(linked, "IdDocumento", document.credits.number)
        _put(linked, "Data", document.credits.day)
    else:
        _put(told, "Causale", latin(f"Assistenza remota, {wording.month(document, 'it')}", 200))


def _storno(of: Credited) -> str:
    """Of many lines the first are named: the reason has to find room."""
    if not of.lines:
        return "Storno"
    some = ", ".join(map(str, of.lines[:MOST_NAMED])) + (" e altre" if len(of.lines) > MOST_NAMED else "")
    return f"Storno parziale, {'riga' if len(of.lines) == 1 else 'righe'} {some}"


def _is_stamped(document: Document) -> bool:
    """The firm bears it: it is not added to what the customer owes."""
    untaxed = sum(Decimal(each.net) for each in document.rates if is_nought(each.rate))
    return not document.is_credit and document.firm.vat_nature in STAMPED and untaxed > STAMP_OVER


def _line(into: Element, n: int, of: Intervention, line: Line) -> Element:
    _put(into, "NumeroLinea", str(n))
    if Decimal(line.amount) < 0:
        _put(into, "TipoCessionePrestazione", ALLOWANCE)
    about = f" ({of.subject})" if of.subject else ""
    told = f"Intervento {of.id} del {wording.day(of.opened, 'it')}{about}: {line.why.it}"
    _put(into, "Descrizione", latin(told, 1000))
    _put(into, "Quantita", _two(str(line.quantity)))
    _put(into, "UnitaMisura", "NR")
    _put(into, "PrezzoUnitario", _two(line.unit_price))
    _put(into, "PrezzoTotale", _two(line.amount))
    _put(into, "AliquotaIVA", _two(line.vat_rate))
    return into


def _payment(payment: Element, document: Document) -> None:
    _put(payment, "CondizioniPagamento", PAID_IN_FULL)
    told = SubElement(payment, "DettaglioPagamento")
    _put(told, "ModalitaPagamento", BY_TRANSFER)
    _put(told, "DataScadenzaPagamento", wording.due_day(document))
    _put(told, "ImportoPagamento", _two(document.gross))
    if document.firm.iban:
        _put(told, "IBAN", document.firm.iban.replace(" ", "").upper())


def _register(into: Element, party: Party) -> Element:
    known = SubElement(into, "DatiAnagrafici")
    if party.vat_number:
        _id(known, "IdFiscaleIVA", party.country, party.vat_number)
    if party.tax_code and party.country == ITALY:
        _put(known, "CodiceFiscale", party.tax_code)
    _put(SubElement(known, "Anagrafica"), "Denominazione", latin(party.name, 80))
    return known


def _seat(into: Element, party: Party) -> None:
    seat = SubElement(into, "Sede")
    _put(seat, "Indirizzo", latin(party.street, 60))
    _put(seat, "CAP", party.postcode if party.country == ITALY else "00000")
    _put(seat, "Comune", latin(party.town, 60))
    if party.country == ITALY:
        _put(seat, "Provincia", party.province)
    _put(seat, "Nazione", party.country)


def _sender(document: Document) -> str:
    return document.firm.tax_code or document.firm.vat_number


def _id(into: Element, name: str, country: str, code: str) -> None:
    told = SubElement(into, name)
    _put(told, "IdPaese", country)
    _put(told, "IdCodice", code)


def _put(into: Element, name: str, text: str) -> None:
    SubElement(into, name).text = text


def _two(number: str) -> str:
    return f"{Decimal(number):.2f}"


def _in_36(number: int, width: int) -> str:
    """In digits and letters, so long at least."""
    digits = ""
    while number or len(digits) < width:
        number, last = divmod(number, 36)
        digits = _DIGITS[last] + digits
    return digits
