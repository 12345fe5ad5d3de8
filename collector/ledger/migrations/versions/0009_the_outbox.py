"""The outbox: what is still to be told of each alert, over which channel; and alerts that are snoozed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("alert", sa.Column("snoozed_by", sa.String(length=200)))
    op.add_column("alert", sa.Column("snoozed_until", sa.BigInteger()))
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String(length=500)),
        sa.Column("settled_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_waiting", "message", ["channel"], sqlite_where=sa.text("state = 'waiting'"))
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("alert_id", NUMBER, nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("message_id", sa.String(length=32)),
        sa.Column("spared_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_outbox_alert_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_outbox_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_alert_id"), "outbox", ["alert_id"])
    op.create_index(op.f("ix_outbox_message_id"), "outbox", ["message_id"])
    waiting = sa.text("message_id IS NULL AND spared_at IS NULL")
    op.create_index("ix_outbox_waiting", "outbox", ["channel"], sqlite_where=waiting)
