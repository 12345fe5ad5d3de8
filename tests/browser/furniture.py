"""An office in which every page has something to show, and everything may be done: shared by the tests of a file."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.real.desk import free_port
from tests.real.program import until

FIRM = """\
firm_name = "Assistenza Rossi S.r.l."
firm_street = "Via Garibaldi 12"
firm_postcode = "20121"
firm_town = "Milano"
firm_province = "MI"
firm_vat_number = "01234567897"
"""
CHANNELS = """\
[channels.tickets]
kind = "webhook"
url = "http://127.0.0.1:{port}/nobody"
secret = {{ file = "tickets-secret" }}
"""
PAYER = {
    "vat_number": "07643520567",
    "street": "Corso Italia 5",
    "postcode": "10122",
    "town": "Torino",
    "province": "TO",
    "recipient_code": "ABC1234",
}


def furnished_office(folder: Path) -> Office:
    """With a firm that may issue statements, and a channel over which nothing arrives."""
    channels = CHANNELS.format(port=free_port())
    return Office(folder, files={"mezzora.toml": FIRM, "channels.toml": channels, "tickets-secret": "a" * 32})


@dataclass(frozen=True)
class Scene:
    """What one reader finds: his own customer, so that readers of one office do not meet."""

    customer: int
    ended: int  # an intervention with overtime that nobody agreed to
    billed_month: str  # has an intervention that may be billed


def furnish(office: Office, desk: Desk, name: str, peer: str) -> Scene:
    """A customer with a session that ended beyond the cap, one that goes on, and something to be billed."""
    customer = office.customer(name, peer=peer)
    office.change("PATCH", f"customers/{customer}", {"tax": PAYER})
    session = desk.connect(peer=peer, since_s=26 * 60)
    desk.end(session)
    until(lambda: office.ask(f"sessions/{session}")["state"] == "ended", "the end of the session")
    (ended,) = office.ask(f"sessions/{session}")["interventions"]
    office.ask(f"interventions/{ended}/close", {"outcome": "solved"})
    last_month = datetime.now(UTC).replace(day=1, hour=9, minute=0, second=0, microsecond=0) - timedelta(days=10)
    request = {"customer": customer, "opened_at": last_month.isoformat(), "problem": "Indici da riallineare"}
    opened = office.ask("interventions", request)["id"]
    declared = {"start": last_month.isoformat(), "end": (last_month + timedelta(minutes=12)).isoformat()}
    office.ask(f"interventions/{opened}/declared", {**declared, "tool": "telephone"})
    office.ask(f"interventions/{opened}/close", {"outcome": "solved"})
    desk.connect(peer=peer, since_s=16 * 60)
    return Scene(customer, ended, last_month.strftime("%Y-%m"))
