"""The chain says more of a session: its tool, whether it was declared, and once it has ended its peer and its marks."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    context.config.attributes.setdefault("as_left", []).extend(_as_the_chain_left_them())


def _as_the_chain_left_them() -> list[tuple[str, str, str]]:
    """What the last entries say of the sessions whose rows say the same, in the form of until now."""
    ask = op.get_bind().execute
    told: dict[str, dict[str, Any]] = {}
    for id, agent, state in ask(sa.text("SELECT id, agent_id, state FROM session ORDER BY id")):
        told[id] = {"agent": agent} | ({"stretches": []} if state == "ended" else {})
    for id, *owned in ask(
        sa.text("SELECT session_id, from_at, intervention_id FROM credit ORDER BY session_id, from_at")
    ):
        told[id].setdefault("credits", []).append(owned)
    for id, *lasted in ask(sa.text("SELECT session_id, started_at, lasted_ms FROM stretch ORDER BY session_id, n")):
        if "stretches" in told[id]:
            told[id]["stretches"].append(lasted)
    last = "SELECT max(n) FROM audit WHERE kind = 'session' GROUP BY subject"
    left = {row.subject: row.after for row in ask(sa.text(f"SELECT subject, after FROM audit WHERE n IN ({last})"))}
    found: list[tuple[str, str, str]] = []
    for id, of in told.items():
        there = {key: value for key, value in of.items() if value != []}
        text = json.dumps(there, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if left.get(id) == text:
            found.append(("session", id, text))
    return found
