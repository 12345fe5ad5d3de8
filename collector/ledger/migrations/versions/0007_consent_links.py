"""Links by which customers are asked for their consent to overtime."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "consent_link",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("intervention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["intervention_id"], ["intervention.id"], name=op.f("fk_consent_link_intervention_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_consent_link")),
    )
    op.create_index(op.f("ix_consent_link_intervention_id"), "consent_link", ["intervention_id"])
