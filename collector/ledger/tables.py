"""The tables. Instants and lengths are whole milliseconds, days are ISO text, secrets are SHA-256 digests only.

Whoever changes something here adds a migration beside it; a test compares the two.
"""

from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up only in a column that says INTEGER; everywhere else the wide type is meant.
Number = BigInteger().with_variant(Integer, "sqlite")
Digest = String(64)

tariff = Table(
    "tariff",
    metadata,
    Column("id", Digest, primary_key=True),  # SHA-256 of the text: the same price list is kept once
    Column("text", Text, nullable=False),
    Column("first_day", String(10)),
)

agent = Table(
    "agent",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("token_hash", Digest, nullable=False, unique=True),
    Column("system", String(200)),
    Column("version", String(200)),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_seen_at", BigInteger),
    Column("clock_offset_ms", BigInteger, nullable=False, server_default="0"),  # the collector's clock less the agent's
    Column("by_hand", Boolean, nullable=False, server_default=false()),  # no program: a person who declares time
    Column("account_id", ForeignKey("account.id")),  # whose PC it is, where that is a user
    # What it said last of its spool, and when; none: it has not said it since it came in.
    Column("backlog_at", BigInteger),
    Column("backlog", BigInteger),
    Column("backlog_since_at", BigInteger),
    Column("backlog_refused", BigInteger),
    Column("backlog_on_disk", Boolean),
)

enrolment = Table(
    "enrolment",
    metadata,
    Column("code_hash", Digest, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

customer = Table(
    "customer",
    metadata,
    Column("id", Number, primary_key=True),
    Column("merged_into", ForeignKey("customer.id")),  # the customer that he turned out to be
    Column("name", String(200), nullable=False),
    Column("code", String(64), unique=True, index=True),  # the firm's own number for him
    Column("edition", String(40)),
    Column("language", String(2), nullable=False, server_default="it"),
    Column("note", Text, nullable=False, server_default=""),
    Column("business_name", String(80)),
    Column("vat_number", String(28), index=True),
    Column("tax_code", String(28), index=True),
    Column("street", String(60)),
    Column("postcode", String(15)),
    Column("town", String(60)),
    Column("province", String(60)),
    Column("country", String(2), nullable=False, server_default="IT"),
    Column("recipient_code", String(7)),
    Column("pec", String(256)),
    Column("made_at", BigInteger, nullable=False),
)

contract_period = Table(
    "contract_period",
    metadata,
    Column("customer_id", ForeignKey("customer.id"), primary_key=True),
    Column("from_day", String(10), primary_key=True),
    Column("until_day", String(10)),  # its last day; none: until further notice
)

suspension = Table(
    "suspension",
    metadata,
    Column("customer_id", ForeignKey("customer.id"), primary_key=True),
    Column("from_day", String(10), primary_key=True),
    Column("until_day", String(10)),
    Column("why", String(200), nullable=False),
)

product_version = Table(
    "product_version",
    metadata,
    Column("customer_id", ForeignKey("customer.id"), primary_key=True),
    Column("from_day", String(10), primary_key=True),  # until the next one
    Column("version", String(20), nullable=False),
)

customer_email = Table(
    "customer_email",
    metadata,
    Column("customer_id", ForeignKey("customer.id"), primary_key=True),
    Column("email", String(256), primary_key=True, index=True),  # in small letters
)

terms_acceptance = Table(
    "terms_acceptance",
    metadata,
    Column("id", Number, primary_key=True),
    Column("customer_id", ForeignKey("customer.id"), nullable=False, index=True),
    Column("version", String(64), nullable=False),
    Column("sha256", Digest, nullable=False),  # of the text that was read
    Column("who", String(200), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("channel", String(40), nullable=False),
    Column("noted_by", String(200), nullable=False),
    Column("noted_at", BigInteger, nullable=False),
)

peer = Table(
    "peer",
    metadata,
    Column("tool", String(64), primary_key=True),
    Column("key", String(200), primary_key=True),  # what every spelling of the peer shares
    Column("peer", String(200), nullable=False),  # as it was written down
    Column("pattern", Boolean, nullable=False),  # it holds * for any characters
    Column("customer_id", ForeignKey("customer.id"), nullable=False, index=True),
)
Index("ix_peer_pattern", peer.c.tool, peer.c.pattern)

intervention = Table(
    "intervention",
    metadata,
    Column("id", Number, primary_key=True),
    Column("customer_id", ForeignKey("customer.id"), index=True),
    Column("tariff_id", ForeignKey("tariff.id"), nullable=False),
    Column("opened_at", BigInteger, nullable=False, index=True),
    # As they were when it was opened; without meaning while there is no customer.
    Column("contract", Boolean, nullable=False),
    Column("contract_until_day", String(10)),
    Column("version", String(20), nullable=False),
    Column("edition", String(40)),
    Column("category", String(64)),
    Column("state", String(10), nullable=False),
    Column("outcome", String(20)),
    Column("closed_at", BigInteger),
    Column("agreed_by", String(200)),
    Column("agreed_at", BigInteger),
    Column("agreed_how", String(200)),
    Column("problem", Text),
    Column("notes", Text),
    Column("backup_at", BigInteger),  # the customer's last backup, as far as it is known
    Column("works_on_database", Boolean, nullable=False, server_default=false()),
    Column("critical", Boolean, nullable=False, server_default=false()),  # no session of it may be ended now
    # Of one that was given up: who told the customer, when and how.
    Column("told_by", String(200)),
    Column("told_at", BigInteger),
    Column("told_how", String(200)),
    Column("merged_into", Number),  # it turned out to be about the same problem as that one
    Column("settled", Boolean, nullable=False, server_default=false()),  # known to wait for nobody; may be unknown
)
Index("ix_intervention_of_customer", intervention.c.customer_id, intervention.c.opened_at)
Index("ix_intervention_state", intervention.c.state, intervention.c.opened_at)
Index("ix_intervention_unsettled", intervention.c.opened_at, sqlite_where=text("settled = 0"))
Index("ix_intervention_open", intervention.c.customer_id, sqlite_where=text("state = 'open'"))

# An e-mail that asked for help. What it said is not here: its subject and first lines are in its intervention.
letter = Table(
    "letter",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", Digest, nullable=False, unique=True),  # of its Message-ID: it is taken in once
    Column("thread", Digest, nullable=False, index=True),  # the key of the first one that it answers, else its own
    Column("sender", String(256)),  # in small letters
    Column("intervention_id", ForeignKey("intervention.id")),  # none: it was no request
    Column("why_not", String(40)),
    Column("taken_at", BigInteger, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("id", Number, primary_key=True),
    Column("intervention_id", ForeignKey("intervention.id"), nullable=False, index=True),
    Column("what", String(40), nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("told", Text, nullable=False),  # in what way, or from what to what
    Column("choice", String(40)),
    Column("reason", String(40)),
    Column("half_hours", BigInteger),
    Column("price_cents", BigInteger),
    Column("word", String(32), index=True),  # of the agent that said it
)

consent_link = Table(
    "consent_link",
    metadata,
    Column("hash", Digest, primary_key=True),
    Column("intervention_id", ForeignKey("intervention.id"), nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
)

session = Table(
    "session",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("agent_id", ForeignKey("agent.id"), nullable=False),
    Column("tool", String(64), nullable=False),
    Column("peer", String(200)),
    Column("peer_name", String(200)),
    Column("evidence", String(20), nullable=False),
    Column("also", String(100), nullable=False, server_default=""),  # what else showed it; separated by blanks
    Column("start_unsure_ms", BigInteger),  # how far the true start may lie before the told one; none: not told
    Column("end_unsure_ms", BigInteger),
    Column("state", String(10), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("marks", Text, nullable=False),  # separated by blanks
    Column("first_seen_at", BigInteger, nullable=False, index=True),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("heard_at", BigInteger, nullable=False),  # when the collector last heard news of it
)
Index("ix_session_not_ended", session.c.last_seen_at, sqlite_where=text("state <> 'ended'"))
Index("ix_session_peer", session.c.tool, session.c.peer)
Index("ix_session_agent_id", session.c.agent_id, sqlite_where=text("state <> 'ended'"))

stretch = Table(
    "stretch",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("started_at", BigInteger, nullable=False),  # by the collector's clock; never moved once it is here
    Column("lasted_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

credit = Table(
    "credit",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("from_at", BigInteger, primary_key=True),  # until the next one of its session; the first is 0
    Column("intervention_id", ForeignKey("intervention.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

alert = Table(
    "alert",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", String(200), nullable=False),
    Column("intervention_id", ForeignKey("intervention.id"), nullable=False, index=True),
    Column("session_id", ForeignKey("session.id")),
    Column("kind", String(20), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("told", Text, nullable=False),  # JSON: what the texts in every language are made of
    Column("acknowledged_by", String(200)),
    Column("acknowledged_at", BigInteger),
    Column("snoozed_by", String(200)),
    Column("snoozed_until", BigInteger),
    Column("withdrawn_at", BigInteger),  # it did not come true
    UniqueConstraint("key"),
)

# What is told over one channel in one go; the id stands in header and body of every try.
message = Table(
    "message",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(60), nullable=False),
    Column("state", String(10), nullable=False),  # waiting, told, given-up
    Column("made_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),  # that failed
    Column("next_at", BigInteger, nullable=False),
    Column("holds", Boolean, nullable=False),  # nothing else is tried on its channel until then
    Column("trouble", String(500)),  # the last one
    Column("settled_at", BigInteger),
)
Index("ix_message_waiting", message.c.channel, sqlite_where=text("state = 'waiting'"))

# One row for each telling that an alert owes; written with it.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("alert_id", ForeignKey("alert.id"), nullable=False, index=True),
    Column("channel", String(60), nullable=False),
    Column("why", String(12), nullable=False),  # made, escalation, reminder, withdrawn
    Column("due_at", BigInteger),  # none: at once
    Column("message_id", ForeignKey("message.id"), index=True),  # none: not told yet
    Column("spared_at", BigInteger),  # somebody had acknowledged it by then, or it was taken back
)
Index("ix_outbox_waiting", outbox.c.channel, sqlite_where=text("message_id IS NULL AND spared_at IS NULL"))

statement = Table(
    "statement",
    metadata,
    Column("id", Number, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),  # statement, credit-note
    Column("customer_id", ForeignKey("customer.id"), nullable=False),
    Column("customer_name", String(200), nullable=False),  # as it was then
    Column("month", String(7), nullable=False, index=True),
    Column("issued_at", BigInteger, nullable=False),
    Column("issued_by", String(200), nullable=False),
    Column("net_cents", BigInteger, nullable=False),
    Column("vat_cents", BigInteger, nullable=False),
    Column("gross_cents", BigInteger, nullable=False),
    Column("credits_id", ForeignKey("statement.id"), unique=True),  # of a credit note: of what nothing stands with it
    Column("part_of_id", Number, index=True),  # of a credit note: of what it takes only some lines back
    Column("document", Text, nullable=False),  # canonical JSON: all of it, never made anew
)
Index("ix_statement_customer_id", statement.c.customer_id, statement.c.month)

billed = Table(  # what a statement charges of an intervention, or a credit note takes back of it: together, what stands
    "billed",
    metadata,
    Column("intervention_id", ForeignKey("intervention.id"), primary_key=True),
    Column("statement_id", ForeignKey("statement.id"), primary_key=True, index=True),
    Column("as_of_at", BigInteger, nullable=False),  # what is reported later is not on it
    Column("lines", Text, nullable=False),  # JSON: code, quantity, unit price of each
    sqlite_with_rowid=False,
)

statement_series = Table(
    "statement_series",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),  # the numbers up to this one are given, without a hole
)

closed_month = Table(
    "closed_month",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("closed_at", BigInteger, nullable=False),
    Column("closed_by", String(200), nullable=False),
)

# The audit chain: nothing is ever changed or removed here.
audit = Table(
    "audit",
    metadata,
    Column("n", Number, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("by", String(200), nullable=False),
    Column("what", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("before", Text),  # canonical JSON
    Column("after", Text),
    Column("hash", Digest, nullable=False),
)
Index("ix_audit_subject", audit.c.kind, audit.c.subject, audit.c.n)

token = Table(
    "token",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("hash", Digest, nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

# Somebody who signs in with a password of his own: a user ("user" is a word of SQL).
account = Table(
    "account",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("key", String(200), nullable=False, unique=True),  # what every spelling of the name shares
    Column("role", String(20), nullable=False),
    Column("password", Text),  # Argon2id, as its library writes it; none: not chosen yet
    Column("made_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)

# A one-time link: signs in at once; or of a user, lets him choose his password.
signin = Table(
    "signin",
    metadata,
    Column("hash", Digest, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("account_id", ForeignKey("account.id")),
)

browser_session = Table(
    "browser_session",
    metadata,
    Column("id", Number, primary_key=True),
    Column("hash", Digest, nullable=False, unique=True),
    Column("account_id", ForeignKey("account.id"), index=True),  # whose name and role count, as they are now
    Column("token_id", ForeignKey("token.id")),  # with which it was opened; it ends with it
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("browser", String(200), nullable=False),  # as it calls itself
    Column("address", String(64), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

# By which a customer sees what is his own, and nothing else.
customer_link = Table(
    "customer_link",
    metadata,
    Column("id", Number, primary_key=True),
    Column("customer_id", ForeignKey("customer.id"), nullable=False, index=True),
    Column("hash", Digest, nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("revoked_at", BigInteger),
)


def cents(euro: Decimal) -> int:
    """Money as the tables keep it."""
    return int(euro * 100)


def euro(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
