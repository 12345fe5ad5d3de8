"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("system", sa.String(length=200)),
        sa.Column("version", sa.String(length=200)),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("last_seen_at", sa.BigInteger()),
        sa.Column("clock_offset_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("name", name=op.f("uq_agent_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_agent_token_hash")),
    )
    op.create_table(
        "browser_session",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_browser_session")),
    )
    op.create_table(
        "customer",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contract_from_day", sa.String(length=10)),
        sa.Column("contract_until_day", sa.String(length=10)),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_table(
        "enrolment",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment")),
    )
    op.create_table(
        "signin",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_signin")),
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_day", sa.String(length=10)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
    )
    op.create_table(
        "token",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_token_hash")),
    )
    op.create_table(
        "intervention",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER),
        sa.Column("tariff_id", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.Boolean(), nullable=False),
        sa.Column("contract_until_day", sa.String(length=10)),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=64)),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20)),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("agreed_by", sa.String(length=200)),
        sa.Column("agreed_at", sa.BigInteger()),
        sa.Column("agreed_how", sa.String(length=200)),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_intervention_customer_id")),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariff.id"], name=op.f("fk_intervention_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.create_index(op.f("ix_intervention_customer_id"), "intervention", ["customer_id"])
    op.create_index("ix_intervention_open", "intervention", ["customer_id"], sqlite_where=sa.text("state = 'open'"))
    op.create_index(op.f("ix_intervention_opened_at"), "intervention", ["opened_at"])
    op.create_table(
        "peer",
        sa.Column("tool", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=200), nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_peer_customer_id")),
        sa.PrimaryKeyConstraint("tool", "peer", name=op.f("pk_peer")),
    )
    op.create_index(op.f("ix_peer_customer_id"), "peer", ["customer_id"])
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", NUMBER, nullable=False),
        sa.Column("tool", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=200)),
        sa.Column("peer_name", sa.String(length=200)),
        sa.Column("evidence", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_session_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index("ix_session_agent_id", "session", ["agent_id"], sqlite_where=sa.text("state <> 'ended'"))
    op.create_index(op.f("ix_session_first_seen_at"), "session", ["first_seen_at"])
    op.create_index("ix_session_not_ended", "session", ["last_seen_at"], sqlite_where=sa.text("state <> 'ended'"))
    op.create_index("ix_session_peer", "session", ["tool", "peer"])
    op.create_table(
        "alert",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("intervention_id", NUMBER, nullable=False),
        sa.Column("session_id", sa.String(length=32)),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=200)),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["intervention_id"], ["intervention.id"], name=op.f("fk_alert_intervention_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_alert_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_key")),
    )
    op.create_index(op.f("ix_alert_intervention_id"), "alert", ["intervention_id"])
    op.create_table(
        "credit",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("intervention_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["intervention_id"], ["intervention.id"], name=op.f("fk_credit_intervention_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_credit_session_id")),
        sa.PrimaryKeyConstraint("session_id", "from_at", name=op.f("pk_credit")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_credit_intervention_id"), "credit", ["intervention_id"])
    op.create_table(
        "decision",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("intervention_id", NUMBER, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["intervention_id"], ["intervention.id"], name=op.f("fk_decision_intervention_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_intervention_id"), "decision", ["intervention_id"])
    op.create_table(
        "stretch",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("lasted_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_stretch_session_id")),
        sa.PrimaryKeyConstraint("session_id", "n", name=op.f("pk_stretch")),
        sqlite_with_rowid=False,
    )
