"""An alert that did not come true after all is taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("alert", sa.Column("withdrawn_at", sa.BigInteger()))
