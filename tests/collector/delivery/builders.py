"""Messages to send, and channels that send them."""

from collector.delivery.message import Item, Message
from collector.domain.routes import Why
from collector.ledger.views import AlertView
from tests.collector.room import ROME

ID = "0123456789abcdef" * 2
AT = 1_795_000_000_000


def an_alert(id: int = 1, *, intervention: int = 1, kind: str = "cap") -> AlertView:
    return AlertView(
        id=id,
        key=f"{intervention}/{kind}",
        intervention=intervention,
        session=None,
        kind=kind,
        n=0,
        due_at=AT,
        made_at=AT,
        late=False,
        confirmed=True,
        customer="Studio Bianchi",
        tool_name="TigerVNC",
        peer="192.0.2.7",
        connected_ms=1_200_000,
        text=f"Studio Bianchi: cap {id}.",
        text_it=f"Studio Bianchi: tetto n° {id}.",
        acknowledged_by=None,
        acknowledged_at=None,
        snoozed_by=None,
        snoozed_until=None,
        withdrawn_at=None,
    )


def a_message(count: int = 1, why: Why = Why.MADE) -> Message:
    return Message(ID, AT, tuple(Item(an_alert(n), why) for n in range(1, count + 1)), ROME)
