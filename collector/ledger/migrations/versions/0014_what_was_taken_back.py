"""An alert that did not come true after all is taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("alert", sa.Column("withdrawn_at", sa.BigInteger()))
