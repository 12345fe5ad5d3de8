"""Statements, their numbers, what is on them, and the months that are closed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "closed_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_closed_month")),
    )
    op.create_table(
        "statement_series",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_statement_series")),
    )
    op.create_table(
        "statement",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("customer_name", sa.String(length=200), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("gross_cents", sa.BigInteger(), nullable=False),
        sa.Column("credits_id", NUMBER),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["credits_id"], ["statement.id"], name=op.f("fk_statement_credits_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_statement_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("credits_id", name=op.f("uq_statement_credits_id")),
        sa.UniqueConstraint("number", name=op.f("uq_statement_number")),
    )
    op.create_index(op.f("ix_statement_customer_id"), "statement", ["customer_id", "month"])
    op.create_index(op.f("ix_statement_month"), "statement", ["month"])
    op.create_table(
        "billed",
        sa.Column("intervention_id", NUMBER, nullable=False),
        sa.Column("statement_id", NUMBER, nullable=False),
        sa.Column("as_of_at", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["intervention_id"], ["intervention.id"], name=op.f("fk_billed_intervention_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_billed_statement_id")),
        sa.PrimaryKeyConstraint("intervention_id", "statement_id", name=op.f("pk_billed")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_billed_statement_id"), "billed", ["statement_id"])
