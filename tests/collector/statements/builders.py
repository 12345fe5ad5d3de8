"""A statement to be written in any form: say only what matters."""

import msgspec

from collector.statements.document import (
    Both,
    Connection,
    Document,
    Gap,
    Intervention,
    Line,
    Payer,
    Rate,
    Sender,
)

FIRM = Sender(
    name="Assistenza Rossi S.r.l.",
    vat_number="01234567897",
    street="Via Garibaldi 12",
    postcode="20121",
    town="Milano",
    province="MI",
    regime="RF01",
    iban="IT60X0542811101000000123456",
    email="contabilita@rossi.example",
    phone="+39 02 123456",
)
PAYER = Payer(
    id=3,
    name="Studio Dentistico Bianchi",
    vat_number="07643520567",
    street="Corso Italia 5",
    postcode="10122",
    town="Torino",
    province="TO",
    recipient_code="ABC1234",
)


def a_connection(peer: str = "123456789", *, declared: bool = False, gaps: tuple[Gap, ...] = ()) -> Connection:
    return Connection(
        tool="TeamViewer",
        peer=peer,
        start="2026-10-05T09:30:00.000+02:00",
        end="2026-10-05T09:50:01.000+02:00",
        observed_ms=1_201_000,
        declared=declared,
        end_unconfirmed=False,
        gaps=gaps,
    )


def a_line(
    code: str = "base", quantity: int = 1, unit_price: str = "45.00", amount: str = "45.00", vat_rate: str = "22"
) -> Line:
    why = Both(
        "Intervention with a maintenance contract; includes 20 min", "Intervento con contratto; comprende 20 min"
    )
    return Line(
        code=code, quantity=quantity, unit_price=unit_price, amount=amount, vat_rate=vat_rate, why=why, connections=(0,)
    )


def an_intervention(
    id: int = 12, *lines: Line, subject: str = "", connections: tuple[Connection, ...] = (a_connection(),)
) -> Intervention:
    overtime = a_line("overtime", 1, "35.00", "35.00")
    return Intervention(
        id=id,
        subject=subject,
        category=None,
        service="contract",
        tariff="Listino 2026",
        opened="2026-10-05T09:30:00.000+02:00",
        closed="2026-10-05T10:00:00.000+02:00",
        outcome="solved",
        connection_seconds=1201,
        cap_seconds=1200,
        lines=lines or (a_line(), overtime),
        connections=connections,
        notes=(),
    )


def a_document(*interventions: Intervention, **changes: object) -> Document:
    """80.00 net unless told otherwise."""
    document = Document(
        kind="statement",
        number="2026-0007",
        month="2026-10",
        issued="2026-11-02T10:00:00.000+01:00",
        language="it",
        firm=FIRM,
        customer=PAYER,
        interventions=interventions or (an_intervention(),),
        rates=(Rate(rate="22", net="80.00", vat="17.60"),),
        net="80.00",
        vat="17.60",
        gross="97.60",
    )
    return msgspec.structs.replace(document, **changes)
