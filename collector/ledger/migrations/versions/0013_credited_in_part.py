"""A credit note may take back a part of a statement."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("statement", sa.Column("part_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.create_index(op.f("ix_statement_part_of_id"), "statement", ["part_of_id"])
