"""Interventions made up without a ledger: say only what matters."""

from typing import Any

from collector.domain.entitlement import Version
from collector.domain.tariff import read_tariff
from collector.ledger.intervention import Credit, Intervention, SeenSession
from collector.tariffs.files import shipped_text
from shared.moments import SECOND_MS
from shared.session import SessionState, Stretch
from tests.collector.room import ROME

SHIPPED = read_tariff(shipped_text(), "shipped")
BEGAN_AT = 1_795_000_000_000  # 12:06:40 on Wednesday in Rome
ANNA = 1


def a_seen(number: int, *stretches: tuple[int, int], **told: Any) -> SeenSession:
    """A session of Anna's PC with these stretches in seconds (start, length), live and heard at its end unless told."""
    lasted = tuple(Stretch(BEGAN_AT + start * SECOND_MS, length * SECOND_MS) for start, length in stretches)
    ended_at = lasted[-1].ended_at
    values: dict[str, Any] = {
        "agent_id": ANNA,
        "agent": "PC Anna",
        "tool": "tigervnc",
        "peer": "192.0.2.7:5900",
        "peer_name": None,
        "evidence": "socket",
        "also": (),
        "start_unsure_ms": None,
        "end_unsure_ms": None,
        "state": SessionState.LIVE,
        "marks": (),
        "first_seen_at": lasted[0].started_at,
        "last_seen_at": ended_at,
        "heard_at": ended_at,
        "stretches": lasted,
        "credits": (Credit(0, 1),),
    }
    return SeenSession(id=f"{number:032x}", **{**values, **told})


def an_intervention(*sessions: SeenSession, **told: Any) -> Intervention:
    """Studio Bianchi's, under contract, unless told."""
    values: dict[str, Any] = {
        "customer_id": 1,
        "customer_name": "Studio Bianchi",
        "tariff_id": "",
        "tariff": SHIPPED,
        "opened_at": BEGAN_AT,
        "contract": True,
        "contract_until_day": None,
        "version": Version.CURRENT,
        "edition": None,
        "category": None,
        "state": "open",
        "outcome": None,
        "closed_at": None,
        "agreed": None,
        "zone": ROME,
    }
    return Intervention(id=1, sessions=sessions, **{**values, **told})
