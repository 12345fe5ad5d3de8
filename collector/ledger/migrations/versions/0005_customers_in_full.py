"""Customers in full: periods, versions by date, edition, tax data, addresses, terms accepted, patterns of peers."""

import json
import re

import sqlalchemy as sa
from alembic import context, op

revision = "0005"
down_revision = "0004"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    context.config.attributes["as_left"] = _as_the_chain_left_them()
    _customer_columns()
    _lists()
    _periods()
    _peers()
    op.add_column("intervention", sa.Column("edition", sa.String(length=40)))


def _as_the_chain_left_them() -> list[tuple[str, int, str]]:
    """What the last entries say of the customers whose rows say the same, in the form of until now."""
    ask = op.get_bind().execute
    told = {row["id"]: dict(row) for row in ask(sa.text("SELECT * FROM customer")).mappings()}
    for id, *known_by in ask(sa.text("SELECT customer_id, tool, peer FROM peer ORDER BY tool, peer")):
        told[id].setdefault("peers", []).append(known_by)
    last = "SELECT max(n) FROM audit WHERE kind = 'customer' GROUP BY subject"
    left = {row.subject: row.after for row in ask(sa.text(f"SELECT subject, after FROM audit WHERE n IN ({last})"))}
    found: list[tuple[str, int, str]] = []
    for id, row in sorted(told.items()):
        there = {key: value for key, value in row.items() if value is not None}
        text = json.dumps(there, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if left.get(str(id)) == text:
            found.append(("customer", id, text))
    return found


def _customer_columns() -> None:
    texts = {
        "code": 64,
        "edition": 40,
        "business_name": 80,
        "vat_number": 28,
        "tax_code": 28,
        "street": 60,
        "postcode": 15,
        "town": 60,
        "province": 60,
        "recipient_code": 7,
        "pec": 256,
    }
    # In place: SQLite would not let go of a table that others refer to, as it would have to for a copy of it.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    refers = f"CONSTRAINT {op.f('fk_customer_merged_into')} REFERENCES customer (id)"
    op.execute(f"ALTER TABLE customer ADD COLUMN merged_into {number} {refers}")
    op.add_column("customer", sa.Column("language", sa.String(length=2), server_default="it", nullable=False))
    op.add_column("customer", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column("customer", sa.Column("country", sa.String(length=2), server_default="IT", nullable=False))
    for name, length in texts.items():
        op.add_column("customer", sa.Column(name, sa.String(length=length)))
    op.create_index(op.f("ix_customer_code"), "customer", ["code"], unique=True)
    for column in ("vat_number", "tax_code"):
        op.create_index(op.f(f"ix_customer_{column}"), "customer", [column])


def _lists() -> None:
    def listed(name: str, *columns: sa.Column[str], key: str) -> None:
        op.create_table(
            name,
            sa.Column("customer_id", NUMBER, nullable=False),
            *columns,
            sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f(f"fk_{name}_customer_id")),
            sa.PrimaryKeyConstraint("customer_id", key, name=op.f(f"pk_{name}")),
        )

    def day(name: str, *, told: bool) -> sa.Column[str]:
        return sa.Column(name, sa.String(length=10), nullable=not told)

    first, until = "from_day", "until_day"
    listed("contract_period", day(first, told=True), day(until, told=False), key=first)
    why = sa.Column("why", sa.String(length=200), nullable=False)
    listed("suspension", day(first, told=True), day(until, told=False), why, key=first)
    version = sa.Column("version", sa.String(length=20), nullable=False)
    listed("product_version", day(first, told=True), version, key=first)
    listed("customer_email", sa.Column("email", sa.String(length=256), nullable=False), key="email")
    op.create_index(op.f("ix_customer_email_email"), "customer_email", ["email"])
    op.create_table(
        "terms_acceptance",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("noted_by", sa.String(length=200), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_terms_acceptance_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_acceptance")),
    )
    op.create_index(op.f("ix_terms_acceptance_customer_id"), "terms_acceptance", ["customer_id"])


def _periods() -> None:
    """The one contract and the one version of before become the first of their lists."""
    op.execute(
        "INSERT INTO contract_period (customer_id, from_day, until_day)"
        " SELECT id, contract_from_day, contract_until_day FROM customer WHERE contract_from_day IS NOT NULL"
    )
    op.execute(
        "INSERT INTO product_version (customer_id, from_day, version) SELECT id, '1970-01-01', version FROM customer"
    )
    for column in ("contract_from_day", "contract_until_day", "version"):
        op.drop_column("customer", column)


def _peers() -> None:
    """Keyed anew, by what every spelling of a peer shares; of two spellings the later one stays."""
    rows = op.get_bind().execute(sa.text("SELECT tool, peer, customer_id FROM peer")).all()
    op.drop_table("peer")
    peer = op.create_table(
        "peer",
        sa.Column("tool", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("peer", sa.String(length=200), nullable=False),
        sa.Column("pattern", sa.Boolean(), nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_peer_customer_id")),
        sa.PrimaryKeyConstraint("tool", "key", name=op.f("pk_peer")),
    )
    op.create_index(op.f("ix_peer_customer_id"), "peer", ["customer_id"])
    op.create_index("ix_peer_pattern", "peer", ["tool", "pattern"])
    kept = {(row.tool, _key(row.peer)): row for row in rows}
    told = [
        {"tool": tool, "key": key, "peer": row.peer, "pattern": False, "customer_id": row.customer_id}
        for (tool, key), row in kept.items()
    ]
    if told:
        op.bulk_insert(peer, told)


def _key(name: str) -> str:
    """As it was made when this change was written."""
    tight = "".join(name.split())
    return tight if re.fullmatch(r"[\d*]+", tight, re.ASCII) else name.strip().casefold()
