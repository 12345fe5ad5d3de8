"""Interventions in full: the request, its facts, what was decided as values, and time declared by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for column in (
        sa.Column("problem", sa.Text()),
        sa.Column("notes", sa.Text()),
        sa.Column("backup_at", sa.BigInteger()),
        sa.Column("works_on_database", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("critical", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("told_by", sa.String(length=200)),
        sa.Column("told_at", sa.BigInteger()),
        sa.Column("told_how", sa.String(length=200)),
        sa.Column("merged_into", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("intervention", column)
    for column in (
        sa.Column("choice", sa.String(length=40)),
        sa.Column("reason", sa.String(length=40)),
        sa.Column("half_hours", sa.BigInteger()),
        sa.Column("price_cents", sa.BigInteger()),
    ):
        op.add_column("decision", column)
    op.add_column("agent", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_intervention_of_customer", "intervention", ["customer_id", "opened_at"])
    op.create_index("ix_intervention_state", "intervention", ["state", "opened_at"])
    op.create_index("ix_intervention_unsettled", "intervention", ["opened_at"], sqlite_where=sa.text("settled = 0"))
