"""A charge as command line and API show it: the answer to `request`."""

from collector.domain.money import plain
from collector.domain.rating import Charge
from collector.domain.reasons import Language


def as_json(charge: Charge, language: Language = "en") -> dict[str, object]:
    """The charge for JSON; money is text with two decimals."""
    return {
        "service": charge.service.value,
        "connection_seconds": charge.connection_seconds,
        "cap_seconds": charge.cap_seconds,
        "overtime_half_hours": charge.overtime_half_hours,
        "lines": [
            {
                "code": line.code.value,
                "quantity": line.quantity,
                "unit_price": plain(line.unit_price),
                "amount": plain(line.amount),
                "why": line.why.of(language),
            }
            for line in charge.lines
        ],
        "net": plain(charge.net),
        "vat": plain(charge.vat),
        "gross": plain(charge.gross),
        "flags": [flag.value for flag in charge.flags],
    }
