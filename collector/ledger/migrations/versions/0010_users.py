"""Users with passwords; sign-ins that can be listed and ended; whose PC an agent's is; links for customers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password", sa.Text()),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("key", name=op.f("uq_account_key")),
    )
    _refer("signin", "account_id")
    _refer("agent", "account_id")
    _sign_ins()
    op.create_table(
        "customer_link",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_link_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_link")),
        sa.UniqueConstraint("hash", name=op.f("uq_customer_link_hash")),
    )
    op.create_index(op.f("ix_customer_link_customer_id"), "customer_link", ["customer_id"])


def _refer(table: str, column: str) -> None:
    # In place: SQLite would not let go of a table that others refer to, as it would have to for a copy of it.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    refers = f"CONSTRAINT {op.f(f'fk_{table}_{column}')} REFERENCES account (id)"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {number} {refers}")


def _sign_ins() -> None:
    """Anew: of those from before nothing can be told but their names. Whoever is signed in signs in once more."""
    op.drop_table("browser_session")
    op.create_table(
        "browser_session",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", NUMBER),
        sa.Column("token_id", NUMBER),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_browser_session_account_id")),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name=op.f("fk_browser_session_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("hash", name=op.f("uq_browser_session_hash")),
    )
    op.create_index(op.f("ix_browser_session_account_id"), "browser_session", ["account_id"])
