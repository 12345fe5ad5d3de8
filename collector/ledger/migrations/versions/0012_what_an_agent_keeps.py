"""What an agent says of its spool."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for name in ("backlog_at", "backlog", "backlog_since_at", "backlog_refused"):
        op.add_column("agent", sa.Column(name, sa.BigInteger()))
    op.add_column("agent", sa.Column("backlog_on_disk", sa.Boolean()))
