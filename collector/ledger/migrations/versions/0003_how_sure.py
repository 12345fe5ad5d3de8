"""What else showed a session, and how unsure its ends are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("session", sa.Column("also", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("session", sa.Column("start_unsure_ms", sa.BigInteger()))
    op.add_column("session", sa.Column("end_unsure_ms", sa.BigInteger()))
