"""What an agent reported becomes committed, and only then is answered."""

from collections.abc import Sequence

from collector.intake.admission import Admitted
from collector.ledger.ledger import Ledger
from collector.ledger.sessions import Report
from shared.messages import Progress, Rejected
from shared.protocol import CollectorSide


async def commit(ledger: Ledger, agent: Admitted, told: Sequence[Progress | Rejected]) -> list[Rejected]:
    """Everything that can be taken is committed when this returns; what never can be is returned, with the reason.

    Those of all agents that arrive meanwhile share one commit. Unavailable when nothing could be written.
    """
    progresses = [each for each in told if isinstance(each, Progress)]
    verdicts = await ledger.record([Report(agent.agent_id, agent.offset_ms, each, agent.line) for each in progresses])
    return [each for each in told if isinstance(each, Rejected)] + [
        Rejected(seq=each.seq, why=why) for each, why in zip(progresses, verdicts, strict=True) if why is not None
    ]


def answer(side: CollectorSide, told: Sequence[Progress | Rejected], rejected: Sequence[Rejected]) -> bytes:
    """The frame for them, once they are committed."""
    return side.answer(told[-1].seq, rejected)
