"""A word that an agent says again is known by its name, whatever was said since."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("decision", sa.Column("word", sa.String(32)))
    op.create_index(op.f("ix_decision_word"), "decision", ["word"])
