"""The PDF says what the statement says, in the customer's language, and shows every name as text."""

import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from collector.errors import BadInput
from collector.statements.document import Both, Credited, Document, Gap, Rate
from collector.statements.pdf import Press, content, read_logo
from tests.collector.statements.builders import FIRM, PAYER, a_connection, a_document, a_line, an_intervention


def a_png() -> bytes:
    """One red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00")) + chunk(b"IEND", b"")


@dataclass
class Printed:
    pages: int
    text: str

    def __contains__(self, words: str) -> bool:
        return squeezed(words) in squeezed(self.text)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


def printed(press: Press, document: Document) -> Printed:
    reader = PdfReader(io.BytesIO(press.pdf(document)))
    return Printed(len(reader.pages), "\n".join(page.extract_text() for page in reader.pages))


def test_it_has_the_letterhead_the_lines_the_totals_and_the_terms(press: Press) -> None:
    page = printed(press, a_document())
    assert page.pages == 1
    for words in (
        "Assistenza Rossi S.r.l.",
        "P. IVA IT01234567897",
        "Estratto conto assistenza",
        "2026-0007",
        "ottobre 2026",
        "Studio Dentistico Bianchi",
        "Intervento con contratto; comprende 20 min",
        "Imponibile",
        "80,00",
        "17,60",
        "97,60",
        "Pagamento entro il 02/12/2026",
        "IBAN IT60 X054 2811 1010 0000 0123 456",
        "Listino 2026",
    ):
        assert words in page, words


def test_it_has_the_time_that_proves_the_lines(press: Press) -> None:
    gap = Gap("2026-10-05T09:40:00.000+02:00", 12_000)
    connections = (a_connection(gaps=(gap,)), a_connection("PC-STUDIO", declared=True))
    page = printed(press, a_document(an_intervention(12, connections=connections)))
    for words in (
        "Il tempo che lo prova",
        "05/10/2026",
        "09:30:00",
        "09:50:01",
        "TeamViewer",
        "PC-STUDIO",
        "20 min 1 s",
        "dalle 09:40:00, 12 s: non osservato, non addebitato",
        "dichiarato dal tecnico",
    ):
        assert words in page, words


def test_a_customer_who_reads_english_gets_english(press: Press) -> None:
    page = printed(press, a_document(language="en"))
    for words in ("Support statement", "October 2026", "The time that proves it", "Total €", "97.60"):
        assert words in page, words
    assert "Imponibile" not in page


def test_both_languages_have_the_same_words() -> None:
    told = [content(a_document(language=language))["words"] for language in ("it", "en")]
    assert all(isinstance(words, dict) for words in told)
    assert told[0].keys() == told[1].keys()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x") #strong[a] $x^2$ *b* _c_ `d` <label> @ref \\ // gone /* gone */ = h',
        "W" * 200,
        "שלום עולם",
        "Studio 😀 Rossi",
        "{{7*7}} ${7*7} %s \\u0041",
    ],
)
def test_a_hostile_name_comes_out_as_text(press: Press, name: str) -> None:
    payer = type(PAYER)(id=1, name=name, street="Via 1", postcode="00100", town="Roma", province="RM", vat_number="1")
    why = Both(name, name)
    line = type(a_line())(
        code="base", quantity=1, unit_price="80.00", amount="80.00", vat_rate="22", why=why, connections=(0,)
    )
    document = a_document(an_intervention(12, line, subject=name, connections=(a_connection(name),)), customer=payer)
    page = printed(press, document)
    letters = sorted(squeezed(name)) if not name.isascii() else squeezed(name)
    if name.isascii():
        assert squeezed(page.text).count(str(letters)) >= 3
    else:  # a reader puts right-to-left text in its own order
        assert set(letters) <= set(squeezed(page.text))


def test_nothing_runs_over_the_edge_of_the_paper(press: Press) -> None:
    long = an_intervention(12, subject="W" * 200, connections=(a_connection("W" * 200),))
    reader = PdfReader(io.BytesIO(press.pdf(a_document(long))))
    rights: list[float] = []
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: rights.append(cm[4] + tm[4]))
    assert max(rights) < 595


def test_a_credit_note_says_what_it_takes_back_and_asks_for_no_money(press: Press) -> None:
    credits = Credited(number="2026-0003", day="2026-10-31", reason="intervento del collega")
    page = printed(press, a_document(kind="credit-note", credits=credits))
    for words in ("Nota di credito", "Storna", "2026-0003, 31/10/2026", "intervento del collega", "Totale a credito"):
        assert words in page, words
    part = msgspec.structs.replace(credits, lines=(2, 3))
    for words in ("Storna in parte", "2026-0003, 31/10/2026", "Righe stornate", "2, 3"):
        assert words in printed(press, a_document(kind="credit-note", credits=part)), words
    assert "IBAN" not in page


def archival(made: bytes) -> bool:
    """Whether it is PDF/A-2b: then it has its fonts, and a letter of each that it shows; typst makes no other."""
    metadata = PdfReader(io.BytesIO(made)).xmp_metadata
    told = b"" if metadata is None else metadata.stream.get_data()
    return b"<pdfaid:part>2</pdfaid:part>" in told and b"<pdfaid:conformance>B</pdfaid:conformance>" in told


def test_no_letter_is_a_box(press: Press) -> None:
    odd = an_intervention(12, subject="日本語の請求書 한국어 กรุงเทพ", connections=(a_connection("srv-東京"),))
    document = a_document(odd)
    assert archival(press.pdf(document))
    page = printed(press, document)
    for words in ("HanGugEo", "srv-DongJing"):
        assert words in page, words


def test_a_logo_that_no_archive_takes_is_shown_all_the_same(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><text y="20" font-size="20">&#x13000;</text></svg>'
    )
    assert not archival(made := Press(logo).pdf(a_document()))
    assert len(PdfReader(io.BytesIO(made)).pages) == 1


@pytest.mark.parametrize(("language", "told"), [("it", "aggiornamenti software"), ("en", "software updates")])
def test_a_category_and_the_shipped_price_list_speak_the_customers_language(
    press: Press, language: str, told: str
) -> None:
    of = msgspec.structs.replace(an_intervention(12), category="software-updates", tariff="Service terms")
    page = printed(press, a_document(of, language=language))
    assert told in page and "software-updates" not in page
    assert ("Condizioni di assistenza" in page) is (language == "it")


def test_lines_are_counted_through_all_interventions() -> None:
    told: Any = content(a_document(an_intervention(12), an_intervention(13)))
    assert [line["n"] for each in told["interventions"] for line in each["lines"]] == ["1", "2", "3", "4"]


def test_a_draft_is_called_one(press: Press) -> None:
    assert "bozza" in printed(press, a_document(number=""))


def test_many_interventions_take_many_pages(press: Press) -> None:
    page = printed(press, a_document(*(an_intervention(n) for n in range(1, 60))))
    assert page.pages > 3 and f"Pagina {page.pages} di {page.pages}" in page


def test_it_is_the_same_bytes_whenever_it_is_made(press: Press) -> None:
    assert press.pdf(a_document()) == Press().pdf(a_document())


def test_a_logo_stands_in_the_letterhead(tmp_path: Path, press: Press) -> None:
    (tmp_path / "logo.png").write_bytes(a_png())
    with_logo = Press(tmp_path / "logo.png").pdf(a_document())
    assert len(PdfReader(io.BytesIO(with_logo)).pages[0].images) == 1


def test_a_logo_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"no picture")
    (tmp_path / "damaged.png").write_bytes(a_png()[:-20])
    for file in (tmp_path / "logo.png", tmp_path / "missing.png", tmp_path / "damaged.png"):
        with pytest.raises(BadInput, match="firm_logo"):
            read_logo(file)


def test_its_terms_say_how_the_included_time_is_meant_and_why_nothing_is_taxed() -> None:
    def terms(**changes: Any) -> str:
        each = msgspec.structs.replace(
            an_intervention(12), cap_applies_to=changes.pop("cap_applies_to", "intervention")
        )
        return " ".join(content(a_document(each, **changes))["terms"])  # type: ignore[arg-type]

    assert "vale per l'intervento intero" in terms() and "senza IVA" not in terms()
    assert "vale per ogni collegamento" in terms(cap_applies_to="connection", language="it")
    assert "holds for each connection" in terms(cap_applies_to="connection", language="en")
    flat = msgspec.structs.replace(FIRM, vat_nature="N2.2", vat_law="L. 190/2014")
    assert "Operazione senza IVA: L. 190/2014." in terms(firm=flat, rates=(Rate(rate="0.00", net="80.00", vat="0.00"),))


def test_no_page_ends_with_a_heading(press: Press) -> None:
    for lines in (1, 3):
        first = an_intervention(100, *[a_line()] * lines)
        document = a_document(first, *(an_intervention(id) for id in range(101, 130)))
        for page in PdfReader(io.BytesIO(press.pdf(document))).pages:
            *_, last, _ = [line for line in page.extract_text().splitlines() if line.strip()]
            assert not last.startswith("Intervento 1")
