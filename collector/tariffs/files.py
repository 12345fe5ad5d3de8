"""Where a tariff comes from: the one that ships in the package, or a file."""

import sys
from importlib.resources import files
from pathlib import Path

from collector.domain.fault import refuse
from collector.domain.tariff import Tariff, date_faults, read_tariff
from collector.errors import BadInput

SHIPPED = "service-terms.toml"
MAX_BYTES = 1_000_000


def shipped_text() -> str:
    """The TOML text of the tariff that ships; a copy of it is where a firm's own begins."""
    return files("collector.tariffs").joinpath(SHIPPED).read_text(encoding="utf-8")


def shipped_tariff() -> Tariff:
    """The price list of the service terms; it has no first day."""
    return read_tariff(shipped_text(), SHIPPED)


def tariff_of(path: Path | None) -> Tariff:
    """The tariff in that file, or the one that ships; BadInput names file, key and remedy."""
    return shipped_tariff() if path is None else read_tariff(tariff_text(path), str(path))


def texts_of(path: Path) -> dict[str, str]:
    """The texts of a price list's file, or of all in a folder, by where they stand; BadInput where there is none."""
    if not path.is_dir():
        return {str(path): tariff_text(path)}
    files = sorted(path.glob("*.toml"))
    if not files:
        raise BadInput(str(path), "no price list in this folder", "put files named *.toml into it")
    return {str(file): tariff_text(file) for file in files}


def texts_that_hold(place: Path | None) -> dict[str, str]:
    """A firm's own price list, and the shipped one for the time before its first day; or all lists of a folder, which
    have to leave no hole. By where they stand; BadInput names file and key."""
    if place is None:
        return {SHIPPED: shipped_text()}
    texts = texts_of(place)
    own = [(source, read_tariff(text, source)) for source, text in texts.items()]
    if place.is_dir():
        refuse(date_faults(str(place), own))
        return texts
    ((_, tariff),) = own
    return texts if tariff.first_day is None else {**texts, SHIPPED: shipped_text()}


def tariff_text(path: Path) -> str:
    """The text of a tariff file, unread; BadInput names the file where that fails."""
    try:
        return text_of(str(path), MAX_BYTES)
    except BadInput as bad:
        raise bad.inside(str(path)) from None


def text_of(file: str, max_bytes: int) -> str:
    """The UTF-8 text of a file, or of standard input for "-"; BadInput says why it cannot be had."""
    content = _content(file, max_bytes + 1)
    if len(content) > max_bytes:
        raise BadInput("the file", f"larger than {max_bytes} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"byte {error.start}", "not UTF-8 text", "save it as UTF-8") from None


def _content(file: str, at_most: int) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read(at_most)
        with Path(file).open("rb") as opened:
            return opened.read(at_most)
    except (OSError, ValueError) as error:
        why = (isinstance(error, OSError) and error.strerror) or str(error)
        raise BadInput("the file", f"cannot be read: {why}") from None
