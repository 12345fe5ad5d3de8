"""What the ledger answers with: plain, typed, ready to be told. Instants and lengths in ms, money as "35.00"."""

from msgspec import Struct

from collector.domain.customer import CustomerCard


class CustomerName(Struct, frozen=True):
    id: int
    name: str


class Next(Struct, frozen=True):
    """The next fact of an intervention, if its time goes on."""

    at: int | None  # none while the time stands still
    kind: str  # cap, half-hour, decision
    n: int
    amount: str | None  # what it costs; none when nothing may be sold


class Consent(Struct, frozen=True):
    """Whether someone agreed to overtime."""

    agreed: bool
    by: str | None
    at: int | None
    how: str | None


class Row(Struct, frozen=True):
    """One session on the wall, with what its intervention stands at."""

    id: str
    intervention: int
    customer: CustomerName | None
    tool: str
    tool_name: str
    peer: str | None
    peer_name: str | None
    technician: str
    nth: int
    evidence: str
    marks: tuple[str, ...]
    state: str  # live, paused, silent
    standing: str  # within, near, over, unknown, not-entitled, exempt, excluded
    service: str
    connected_ms: int
    as_of: int
    ticking: bool
    session_ms: int
    cap_ms: int | None
    unit_ms: int
    near_ms: int
    gaps: tuple[tuple[int, int], ...]
    half_hours: int
    overtime: str
    cost: str
    next: Next | None
    consent: Consent
    critical: bool  # work that must not be interrupted
    flags: tuple[str, ...]
    actions: tuple[str, ...]


class Recent(Struct, frozen=True):
    """An intervention that was touched in the last hours and is not live."""

    intervention: int
    customer: CustomerName | None
    tool_name: str
    peer: str | None
    connected_ms: int
    cap_ms: int | None
    half_hours: int
    cost: str
    ended_at: int
    flags: tuple[str, ...]


class Summary(Struct, frozen=True):
    """The wall in a line."""

    live: int
    near: int
    over: int
    unknown: int
    silent_agents: int
    overtime_today: str
    overtime_agreed: str
    overtime_open: str
    newest_alert: int  # its number; 0: there is none
    demo: bool


class Peer(Struct, frozen=True):
    tool: str
    peer: str


class AcceptanceView(Struct, frozen=True):
    """The terms were accepted: which text, by whom, when, by which way; and who noted it."""

    id: int
    version: str
    sha256: str
    who: str
    at: int
    channel: str
    noted_by: str
    noted_at: int


class CustomerView(Struct, frozen=True):
    """A customer as he stands today, and all that is written down of him; days as ISO text, both included."""

    id: int
    name: str
    contract_from_day: str | None  # of the period that counts today; none: no contract
    contract_until_day: str | None  # none: until further notice
    in_force: bool  # and in good standing
    suspended: bool
    version: str
    peers: tuple[Peer, ...]
    card: CustomerCard
    terms: tuple[AcceptanceView, ...]


class StretchView(Struct, frozen=True):
    started_at: int
    lasted_ms: int


class SessionView(Struct, frozen=True):
    """One session and everything that was observed of it."""

    id: str
    agent: str
    tool: str
    tool_name: str
    peer: str | None
    peer_name: str | None
    evidence: str
    also: tuple[str, ...]
    start_unsure_ms: int | None  # none: not told
    end_unsure_ms: int | None
    state: str  # live, paused, silent, ended
    marks: tuple[str, ...]
    first_seen_at: int
    last_seen_at: int
    observed_ms: int
    stretches: tuple[StretchView, ...]
    interventions: tuple[int, ...]


class SpanView(Struct, frozen=True):
    session: str
    started_at: int
    ended_at: int


class DecisionView(Struct, frozen=True):
    """What was decided or done; the last four are those of a decision that weighs on the charge."""

    what: str
    by: str
    at: int
    told: str
    choice: str | None = None
    reason: str | None = None
    half_hours: int | None = None
    price: str | None = None


class WaitView(Struct, frozen=True):
    """What waits for a person, and for whom."""

    what: str
    whose: str  # supervisor, office, technician


class LineView(Struct, frozen=True):
    code: str
    quantity: int
    unit_price: str
    amount: str
    why: str
    why_it: str


class ChargeView(Struct, frozen=True):
    """The charge, as `mezzora rate` prints it."""

    service: str
    connection_seconds: int
    cap_seconds: int | None
    overtime_half_hours: int
    lines: tuple[LineView, ...]
    net: str
    vat: str
    gross: str
    flags: tuple[str, ...]


class InterventionView(Struct, frozen=True):
    """One intervention with its charge; `sessions` in order of their start."""

    id: int
    customer: CustomerName | None
    tariff: str
    opened_at: int
    contract: bool
    version: str
    category: str | None
    categories: tuple[str, ...]  # what its tariff knows
    state: str  # open, closed
    outcome: str | None  # solved, unresolved, merged
    closed_at: int | None
    consent: Consent
    connected_ms: int
    live: bool
    last_seen_at: int | None
    cap_ms: int | None
    unit_ms: int
    near_ms: int
    gaps: tuple[tuple[int, int], ...]
    charge: ChargeView
    sessions: tuple[SessionView, ...]
    spans: tuple[SpanView, ...]
    decisions: tuple[DecisionView, ...]
    revision: int  # changes with everything that anybody does about it
    problem: str | None
    notes: str | None
    backup_at: int | None
    works_on_database: bool
    critical: bool
    warning: str | None  # before work on the database: backup-unknown, backup-old
    told: Consent | None  # that the customer was told that it was given up
    merged_into: int | None
    review: str  # open, in-review, final
    waits: tuple[WaitView, ...]


class BesideView(Struct, frozen=True):
    """An intervention's neighbours in the review."""

    before: int | None
    after: int | None
    waiting: int  # in all


class AlertView(Struct, frozen=True):
    """One alert, told in both languages."""

    id: int
    key: str
    intervention: int
    session: str | None
    kind: str  # warning, cap, half-hour, or one of watch's findings
    n: int  # of a half hour: which; of a warning: the milliseconds left; of others: how much or how long
    due_at: int
    made_at: int
    late: bool
    confirmed: bool
    customer: str | None
    tool_name: str | None
    peer: str | None
    connected_ms: int
    text: str
    text_it: str
    acknowledged_by: str | None
    acknowledged_at: int | None
    snoozed_by: str | None
    snoozed_until: int | None
    withdrawn_at: int | None  # it did not come true


class DeliveryView(Struct, frozen=True):
    """What is, or was, to be told of an alert over one channel."""

    channel: str
    why: str  # made, escalation, reminder
    state: str  # waiting, told, given-up, spared
    due_at: int | None  # when it is told, or tried again; none: at once, or all is done
    told_at: int | None
    tries: int  # that failed
    trouble: str | None  # the last one
    message: str | None


class ChannelView(Struct, frozen=True):
    """How a channel stands: messages, but `owed`, which counts alerts that are not in one yet."""

    told: int
    told_at: int | None  # the last one
    waiting: int
    owed: int
    given_up: int


class SpoolView(Struct, frozen=True):
    """What an agent said last of what waits on its PC."""

    told_at: int
    waiting: int
    since_at: int | None
    refused: int
    on_disk: bool


class AgentView(Struct, frozen=True):
    id: int
    name: str
    system: str | None
    version: str | None
    enrolled_at: int
    revoked_at: int | None
    last_seen_at: int | None
    clock_offset_ms: int
    linked: bool
    user: int | None  # whose PC it is
    user_name: str | None
    spool: SpoolView | None  # None: it has not said it since it came in last


class TokenView(Struct, frozen=True):
    id: int
    name: str
    role: str
    made_at: int
    revoked_at: int | None


class Visitor(Struct, frozen=True):
    """Who is looking, and by what he is known."""

    name: str
    role: str
    key: str = ""  # the digest of his secret
    sign_in: int | None = None  # none: a program with a token
    user: int | None = None
    seen_at: int | None = None


class UserView(Struct, frozen=True):
    """Somebody who signs in with a password of his own."""

    id: int
    name: str
    role: str
    made_at: int
    disabled_at: int | None
    has_password: bool
    seen_at: int | None  # none: has no sign-in that lasts
    pcs: tuple[str, ...]


class KnownUser(Struct, frozen=True):
    """A user who may come in, and what his password has to fit."""

    id: int
    name: str
    role: str
    password: str | None


class SignInView(Struct, frozen=True):
    """A browser in which somebody is signed in."""

    id: int
    name: str
    role: str
    user: int | None
    browser: str
    address: str
    made_at: int
    seen_at: int
    expires_at: int
