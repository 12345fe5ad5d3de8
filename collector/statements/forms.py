"""Every form that a statement can be had in, by name: what it is called, and who makes it."""

from enum import StrEnum
from pathlib import Path

from collector.statements.document import Document, canonical
from collector.statements.fatturapa import fatturapa, file_name
from collector.statements.pdf import Press
from collector.statements.separated import lines_csv
from collector.statements.signed import signing_key
from collector.statements.xlsx import xlsx


class Form(StrEnum):
    """The forms of one statement."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    SIGNED = "signed"
    FATTURAPA = "fatturapa"


MEDIA_TYPES = {
    Form.PDF: "application/pdf",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv",
    Form.JSON: "application/json",
    Form.SIGNED: "application/vnd.mezzora.signed+json",
    Form.FATTURAPA: "application/xml",
}
_ENDINGS = {Form.SIGNED: "signed.json", Form.FATTURAPA: "xml"}


class Forms:
    """Makes them; the key and the press are got ready when they are first needed."""

    def __init__(self, data: Path, logo: Path | None) -> None:
        self._data = data
        self._logo = logo
        self._press: Press | None = None

    def made(self, document: Document, form: Form) -> bytes:
        """The document in that form; BadInput where it cannot be, with all that it lacks."""
        match form:
            case Form.PDF:
                return self._pdf(document)
            case Form.XLSX:
                return xlsx(document)
            case Form.CSV:
                return lines_csv(document).encode()
            case Form.JSON:
                return canonical(document).encode()
            case Form.SIGNED:
                return signing_key(self._data).sign(document).encode()
            case Form.FATTURAPA:
                return fatturapa(document)

    def _pdf(self, document: Document) -> bytes:
        if self._press is None:
            self._press = Press(self._logo)
        return self._press.pdf(document)

    def public_key(self) -> str:
        """What whoever gets a signed statement verifies it with."""
        return signing_key(self._data).public


def called(document: Document, form: Form) -> str:
    """The name of its file."""
    if form is Form.FATTURAPA:
        return file_name(document)
    return f"{document.number}.{_ENDINGS.get(form, form.value)}"
