"""The shapes of the API. Strict: an unknown field, or a number where text belongs, is refused by name."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from collector.domain.decision import Reason as Goodwill
from collector.domain.entitlement import Version
from collector.ledger.decided import Matter
from collector.ledger.decisions import Outcome

BIGGEST = 2**53 - 1


def _on_one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be printable text on one line")
    return text


def _printable_lines(text: str) -> str:
    if not all(line.isprintable() for line in text.splitlines()):
        raise ValueError("must be printable text")
    return text


def _in_the_calendar(day: date) -> date:
    if not 1970 <= day.year <= 9998:
        raise ValueError("must be a day from 1970 to 9998")
    return day


def _not_a_number(value: object) -> object:
    if isinstance(value, (int, float)):
        raise ValueError("must be text in ISO 8601")
    return value


_Line = AfterValidator(_on_one_line)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, strict=True), _Line]
SLUG = r"^[a-z0-9][a-z0-9.-]{0,63}$"
PRICE = r"^[0-9]{1,7}\.[0-9]{2}$"
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
STATEMENT = r"^[0-9]{4}-[0-9]{4,9}$"
FORMS = {
    SLUG: '"teamviewer": small letters, digits, dots and dashes',
    PRICE: '"120.00": euro, a dot, and cents',
    MONTH: '"2026-10": year and month',
    STATEMENT: '"2026-0007": year and number',
}
"""What a text looks like, by its pattern, for whoever wrote another one."""

Slug = Annotated[str, StringConstraints(pattern=SLUG, strict=True)]
Number = Annotated[int, Field(ge=1, le=BIGGEST, strict=True)]
Key = Annotated[int, Field(ge=1, le=BIGGEST)]  # the same, in an address, where all is text
SessionKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Day = Annotated[date, BeforeValidator(_not_a_number), AfterValidator(_in_the_calendar)]
Moment = Annotated[AwareDatetime, BeforeValidator(_not_a_number)]
Mark = Annotated[bool, Field(strict=True)]
Money = Annotated[str, Field(pattern=r"^-?\d+\.\d\d$", examples=["45.00"])]
Note = Annotated[str, StringConstraints(max_length=2000, strict=True), AfterValidator(_printable_lines)]
Limit = Annotated[int, Field(ge=1, le=200)]
Offset = Annotated[int, Field(ge=0, le=1_000_000_000)]
Query = Annotated[str, StringConstraints(max_length=200), _Line]

_Item = TypeVar("_Item")


class Shape(BaseModel):
    """Every shape of the API."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Shape, Generic[_Item]):
    """Some of a list: `next_offset` is where to go on, null at the end."""

    items: list[_Item]
    next_offset: int | None


class Problem(Shape):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []


# --- what is told ---


class ContractTold(Shape):
    """First and last day, both included; null where nobody has told the first, or there is no last yet."""

    first: Annotated[date | None, Field(alias="from")]
    until: date | None
    in_force: Annotated[bool, Field(description="today, in the firm's zone")]

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class PeerTold(Shape):
    tool: str
    peer: str


class CustomerName(Shape):
    id: int
    name: str


class PeriodTold(Shape):
    """First and last day, both included; null where nobody has told the first, or there is no last yet."""

    first: Annotated[date | None, Field(alias="from")]
    until: date | None

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SuspensionTold(PeriodTold):
    """Days on which the contract runs, but the customer is not in good standing: as if there were none."""

    why: str


class VersionTold(Shape):
    """The version from that day on, until the next; null where nobody has told the day."""

    first: Annotated[date | None, Field(alias="from")]
    version: Literal["current", "previous"]

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TaxTold(Shape):
    """Who is invoiced; `missing` names what an electronic invoice to this customer would lack."""

    business_name: str | None
    vat_number: str | None
    tax_code: str | None
    street: str | None
    postcode: str | None
    town: str | None
    province: str | None
    country: str
    recipient_code: str | None
    pec: str | None
    missing: list[str]


class AcceptanceTold(Shape):
    """The terms were accepted: which text, by whom, when, by which way; and who noted it."""

    id: int
    version: str
    sha256: str
    who: str
    at: datetime
    channel: str
    noted_by: str
    noted_at: datetime


class Customer(Shape):
    """A customer; `contract` and `version` say in short what counts today, `contracts` and `versions` say it all."""

    id: int
    name: str
    contract: ContractTold | None
    version: Literal["current", "previous"]
    peers: list[PeerTold]
    code: str | None
    edition: str | None
    edition_covered: Annotated[bool, Field(description="may buy assistance; an edition that nobody told may")]
    language: Literal["it", "en"]
    note: str
    tax: TaxTold
    in_force: Annotated[bool, Field(description="today: a contract, and in good standing")]
    suspended: bool
    contracts: list[PeriodTold]
    suspensions: list[SuspensionTold]
    versions: list[VersionTold]
    emails: list[str]
    terms: list[AcceptanceTold]


class CustomerPair(Shape):
    """Two customers who may be one, and what they share."""

    one: CustomerName
    other: CustomerName
    share: list[Literal["tax-number", "name", "e-mail", "peer"]]


class SheetProblem(Shape):
    """What is wrong with a cell of a sheet."""

    line: int
    column: str
    problem: str


class Imported(Shape):
    """What a sheet did, or would do: with a problem, nothing."""

    dry_run: bool
    added: int
    changed: int
    unchanged: int
    problems: list[SheetProblem]


class Stretch(Shape):
    start: datetime
    observed_seconds: float


class Session(Shape):
    """One connection of one technician's PC to one peer, as far as it was observed."""

    id: str
    agent: str
    tool: str
    tool_name: str
    peer: str | None
    peer_name: str | None
    evidence: str
    also: list[str]
    start_unsure_seconds: float | None
    end_unsure_seconds: float | None
    state: Literal["live", "paused", "silent", "ended"]
    marks: list[str]
    first_seen_at: datetime
    last_seen_at: datetime
    observed_seconds: float
    stretches: list[Stretch]
    interventions: list[int]


class ChargeLine(Shape):
    code: str
    quantity: int
    unit_price: Money
    amount: Money
    why: str


class Charge(Shape):
    """What it costs and why, as `mezzora rate` prints it; net in euro, VAT for information."""

    service: str
    connection_seconds: int
    cap_seconds: int | None
    overtime_half_hours: int
    lines: list[ChargeLine]
    net: Money
    vat: Money
    gross: Money
    flags: list[str]


class Consent(Shape):
    agreed: bool
    by: str | None
    at: datetime | None
    how: str | None


class Span(Shape):
    """Observed time that is credited to the intervention: the atom of billing."""

    session: str
    start: datetime
    end: datetime


class Decision(Shape):
    """What was decided or done; the last four are those of a decision that weighs on the charge."""

    what: str
    by: str
    at: datetime
    told: str
    choice: str | None
    reason: str | None
    half_hours: int | None
    price: Money | None


class Wait(Shape):
    """What waits for a person, and for whom."""

    what: str
    whose: Literal["supervisor", "office", "technician"]


class InterventionShort(Shape):
    id: int
    customer: CustomerName | None
    opened_at: datetime
    last_seen_at: datetime | None
    state: Literal["open", "closed"]
    outcome: Literal["solved", "unresolved", "merged"] | None
    live: bool
    category: str | None
    charge: Charge


class Intervention(InterventionShort):
    tariff: str
    contract: Annotated[bool, Field(description="in force when the intervention was opened")]
    version: Literal["current", "previous"]
    closed_at: datetime | None
    overtime_consent: Consent
    problem: str | None
    notes: str | None
    backup_at: datetime | None
    works_on_database: bool
    critical: bool
    warning: Annotated[
        Literal["backup-unknown", "backup-old"] | None, Field(description="to be heeded before work on the database")
    ]
    customer_told: Annotated[Consent | None, Field(description="that the problem was given up")]
    merged_into: int | None
    review: Literal["open", "in-review", "final"]
    waits: list[Wait]
    spans: list[Span]
    sessions: list[Session]
    decisions: list[Decision]


class Waiting(InterventionShort):
    """An intervention that waits for somebody."""

    waits: list[Wait]


class Delivery(Shape):
    """What is, or was, to be told of an alert over one channel."""

    channel: str
    why: Annotated[str, Field(description="made, escalation, reminder after a snooze, or withdrawn")]
    state: Annotated[str, Field(description="waiting, told, given-up, or spared: somebody had acknowledged it by then")]
    due_at: Annotated[datetime | None, Field(description="when it is told or tried again; none: at once, or done")]
    told_at: datetime | None
    tries: Annotated[int, Field(description="that failed")]
    trouble: str | None
    message: Annotated[str | None, Field(description="the id that stands in header and body of every try")]


class ChannelTold(Shape):
    """A way of telling, as channels.toml names it; nothing secret is told of it."""

    name: str
    language: Literal["it", "en"]
    per_minute: int | None
    told: int
    told_at: datetime | None
    waiting: Annotated[int, Field(description="messages that were tried and will be again, and alerts not sent yet")]
    given_up: int


class ChannelTested(Shape):
    """Whether a test message arrived; `trouble` says why not, or what went wrong beside that."""

    delivered: bool
    trouble: str | None


class Snooze(Shape):
    """For how long nobody is to be told again."""

    minutes: Annotated[int, Field(ge=1, le=10_080)] = 30


class Alert(Shape):
    """Made once, when something became true."""

    id: int
    key: str
    kind: str
    n: int
    intervention: int
    session: str | None
    customer: str | None
    tool_name: str | None
    peer: str | None
    due_at: datetime
    made_at: datetime
    late: bool
    confirmed: Annotated[bool, Field(description="false: the agent was silent, the time is foretold")]
    text: str
    text_it: str
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    snoozed_by: str | None
    snoozed_until: datetime | None
    withdrawn_at: Annotated[datetime | None, Field(description="it did not come true: what was told is taken back")]


class AgentSpool(Shape):
    """What an agent said last of what waits on its PC; while it is silent, more may have come since."""

    told_at: datetime
    waiting: Annotated[int, Field(description="sessions of which something waits to be sent")]
    since: Annotated[datetime | None, Field(description="when the one that waits longest was last seen")]
    refused: Annotated[int, Field(description="that cannot be taken, and are set aside on the PC")]
    on_disk: Annotated[bool, Field(description="false: its disk takes nothing, what waits is in memory alone")]


class Agent(Shape):
    """The program on a technician's PC."""

    id: int
    name: str
    system: str | None
    version: str | None
    enrolled_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None
    clock_offset_seconds: float
    linked: bool
    user: Annotated[int | None, Field(description="whose PC it is")]
    evidence: Annotated[dict[str, int], Field(description="its sessions of the last 30 days, by what shows them")]
    spool: Annotated[AgentSpool | None, Field(description="null: an older agent, which does not tell")]


class Enrolment(Shape):
    """A one-time code for a PC, and what is typed there."""

    code: str
    command: str
    expires_at: datetime


class Me(Shape):
    name: str
    role: str
    may: list[str]


RoleName = Literal["supervisor", "office", "technician", "read-only"]


class User(Shape):
    """Somebody who signs in with a password of his own."""

    id: int
    name: str
    role: str
    made_at: datetime
    disabled_at: datetime | None
    has_password: bool
    seen_at: Annotated[datetime | None, Field(description="null: is signed in nowhere")]
    pcs: Annotated[list[str], Field(description="the agents on his PCs")]


class Invited(Shape):
    """The one-time link with which a user chooses his password."""

    user: User
    url: str
    expires_at: datetime


class Token(Shape):
    """With which a program speaks to this API; its secret is kept nowhere."""

    id: int
    name: str
    role: str
    made_at: datetime
    revoked_at: datetime | None


class MadeToken(Shape):
    """A new token, with its secret."""

    name: str
    role: RoleName
    secret: Annotated[str, Field(description="shown this once; send it as a bearer token")]


class SignIn(Shape):
    """A browser in which somebody is signed in."""

    id: int
    name: str
    role: str
    user: Annotated[int | None, Field(description="null: by a link of `mezzora signin`, or with a token")]
    browser: str
    address: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime
    this_one: Annotated[bool, Field(description="whether it is the one that asks")]


# --- what is asked for ---


class ContractDays(Shape):
    """First and last day of the contract, both included; null: not told, and until further notice."""

    first: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None


class PeerGiven(Shape):
    """The other end, as the tool names it; `tool` is a name of the catalogue."""

    tool: Slug
    peer: Name


Contract = Annotated[
    Annotated[bool, Field(strict=True)] | ContractDays,
    Field(description="true: in force, first day not told; false: none; or its days"),
]
Peers = Annotated[list[PeerGiven], Field(max_length=500)]


class SuspensionDays(ContractDays):
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), _Line] = ""


class VersionDay(Shape):
    """The version from that day on; null: since ever."""

    first: Annotated[Day | None, Field(alias="from")] = None
    version: Version


class TaxGiven(Shape):
    """Who is invoiced: only what is given changes, and null takes it away."""

    business_name: Name | None = None
    vat_number: Name | None = None
    tax_code: Name | None = None
    street: Name | None = None
    postcode: Name | None = None
    town: Name | None = None
    province: Name | None = None
    country: Name | None = None
    recipient_code: Name | None = None
    pec: Name | None = None


class CustomerDetails(Shape):
    """What may be told of a customer beside name, contract, version and peers."""

    code: Annotated[Name | None, Field(description="your own number for him")] = None
    edition: Annotated[Name | None, Field(description="of the product: professional, basic, hygienist, or another")] = (
        None
    )
    language: Literal["it", "en"] | None = None
    note: Annotated[str, StringConstraints(max_length=2000, strict=True), AfterValidator(_printable_lines)] | None = (
        None
    )
    tax: TaxGiven | None = None
    contracts: Annotated[list[ContractDays], Field(max_length=200)] | None = None
    suspensions: Annotated[list[SuspensionDays], Field(max_length=200)] | None = None
    versions: Annotated[list[VersionDay], Field(max_length=200)] | None = None
    emails: Annotated[
        list[Name] | None, Field(max_length=200, description="that he writes from; @example.it is a whole domain")
    ] = None


class NewCustomer(CustomerDetails):
    """Its contract is told in short, or by its periods."""

    name: Name
    contract: Contract | None = None
    version: Version | None = None
    peers: Peers = []

    @model_validator(mode="after")
    def _has_a_contract_or_none(self) -> "NewCustomer":
        _one_way(self)
        if self.contract is None and self.contracts is None:
            raise ValueError("contract: missing (true, false or its days, or contracts)")
        return self


class CustomerChange(CustomerDetails):
    """Only what is given changes; a list replaces the whole list."""

    name: Name | None = None
    contract: Contract | None = None
    version: Version | None = None
    peers: Peers | None = None

    @model_validator(mode="after")
    def _says_each_one_way(self) -> "CustomerChange":
        _one_way(self)
        return self


def _one_way(asked: NewCustomer | CustomerChange) -> None:
    for short, full in (("contract", asked.contracts), ("version", asked.versions)):
        if getattr(asked, short) is not None and full is not None:
            raise ValueError(f"{short}: said beside {short}s (say it one way)")


class Accepted(Shape):
    """The customer has read the terms; the text, or its SHA-256 alone: the text itself is not kept."""

    version: Annotated[Name, Field(max_length=64)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=200_000, strict=True)] | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", strict=True)] | None = None
    who: Name
    at: Annotated[AwareDatetime | None, BeforeValidator(_not_a_number), Field(description="null: now")] = None
    channel: Annotated[Name, Field(max_length=40, description="e-mail, web, paper, phone, or in your own words")]

    @model_validator(mode="after")
    def _names_one_text(self) -> "Accepted":
        if (self.text is None) == (self.sha256 is None):
            raise ValueError("give text or sha256, one of them")
        return self


class Merging(Shape):
    """Who turned out to be this customer."""

    other: Number
    drop_periods: Annotated[bool, Field(strict=True, description="leave the other's contract behind")] = False


class Assignment(Shape):
    customer: Number


class Agreement(Shape):
    how: Annotated[Name, Field(description="phone, e-mail, message, in-person, or in your own words")]


class ConsentLink(Shape):
    url: str
    expires_at: datetime


class CustomerLink(Shape):
    url: Annotated[str, Field(description="shown this once")]


class NewUser(Shape):
    name: Name
    role: RoleName


class NewToken(Shape):
    name: Annotated[Name, Field(description="what it is for")]
    role: RoleName


class UserChange(Shape):
    """Only what is given changes."""

    role: RoleName | None = None
    disabled: Mark | None = None


class NewAgent(Shape):
    name: Annotated[Name, Field(description="what the PC is called on the pages")]


class AgentChange(Shape):
    user: Annotated[Number | None, Field(description="whose PC it is; null: nobody's")]


Password = Annotated[str, StringConstraints(max_length=400, strict=True)]


class NewPassword(Shape):
    before: Password
    password: Annotated[Password, Field(description="10 to 200 characters, not the name")]


class CategoryChange(Shape):
    category: Annotated[Slug | None, Field(description="null: the ordinary intervention")]


class InterventionFacts(Shape):
    """What is written down of a request: only what is given changes, and null takes it away."""

    problem: Note | None = None
    notes: Note | None = None
    category: Slug | None = None
    backup_at: Annotated[Moment | None, Field(description="when the customer's last backup was made")] = None
    works_on_database: Mark | None = None
    critical: Annotated[Mark | None, Field(description="no session of it may be ended now")] = None


class NewIntervention(InterventionFacts):
    """A request that came in otherwise than by a session."""

    customer: Annotated[Number | None, Field(description="null: not known yet")] = None
    opened_at: Annotated[Moment | None, Field(description="when it came in; null: now")] = None


class Telling(Shape):
    """How, and when, the customer was told that his problem was given up."""

    how: Annotated[Name, Field(description="phone, e-mail, message, in-person, or in your own words")]
    at: Annotated[Moment | None, Field(description="null: now")] = None


class Closing(Shape):
    outcome: Outcome
    told: Telling | None = None


class Reopening(Shape):
    reason: Name


class SplitAt(Shape):
    """From which moment on; `into` null: a new intervention."""

    session: SessionKey
    at: Moment
    into: Number | None = None


class Moved(Shape):
    """Which part of a session goes where; null: from its start, or to its end."""

    session: SessionKey
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Moment | None = None
    into: Number


class Merged(Shape):
    """Into which one."""

    into: Number


class Declared(Shape):
    """Time that nothing observed."""

    start: Moment
    end: Moment
    tool: Annotated[Slug, Field(description="telephone, console, on-site, other")] = "telephone"
    told: Annotated[Name | None, Field(description="with whom, or about what")] = None


_HALF_HOURS = "null: those begun by now; of overtime-agreed: as many as are begun, whenever"


class DecisionAsked(Shape):
    """Which of the values it takes depends on what is decided."""

    what: Matter
    how: Annotated[Name | None, Field(description="of overtime-agreed")] = None
    choice: Annotated[Slug | None, Field(description="of overtime-not-sold; of withdrawn-decision: which one")] = None
    reason: Annotated[Goodwill | None, Field(description="of what is given away")] = None
    told: Note = ""
    half_hours: Annotated[int | None, Field(ge=1, le=10_000, strict=True, description=_HALF_HOURS)] = None
    price: Annotated[str | None, Field(pattern=PRICE, examples=["120.00"])] = None


class AnotherProblem(Shape):
    at: Annotated[Moment | None, Field(description="null: from now on")] = None


class Opened(Shape):
    intervention: int


class Announced(Shape):
    """The end of a session is asked for; the technician's desk announces it for so long."""

    countdown_seconds: int


class SliceTold(Shape):
    """What falls on one month, customer or tool; name null: nobody's yet."""

    name: str | None
    interventions: int
    half_hours: int
    overtime: Money


class NearnessTold(Shape):
    name: str
    interventions: int


class TrendTold(Shape):
    """Overtime over some months; people are not compared."""

    interventions: int
    half_hours: int
    months: list[SliceTold]
    customers: list[SliceTold]
    tools: list[SliceTold]
    agreed: Money
    waived: Money
    unsettled: Money
    nearness: list[NearnessTold]


# --- statements ---

MonthText = Annotated[str, StringConstraints(pattern=MONTH, strict=True)]
StatementNumber = Annotated[str, StringConstraints(pattern=STATEMENT)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=180, strict=True), _Line]


class StatementShort(Shape):
    """An issued statement or credit note; its forms tell the rest."""

    number: str
    kind: Literal["statement", "credit-note"]
    month: str
    customer: CustomerName
    issued_at: datetime
    issued_by: str
    net: Money
    vat: Money
    gross: Money
    credits: Annotated[str | None, Field(description="of a credit note: the number of what it takes back")]
    in_part: Annotated[bool, Field(description="of a credit note: it takes only some lines back")]
    credited_by: Annotated[
        str | None, Field(description="the number of the credit note with which nothing of it stands any more")
    ]
    credited_in_part_by: Annotated[list[str], Field(description="the numbers of those that took some lines back")]


class StatementLine(Shape):
    """A line of a statement, by the number that its electronic invoice has for it."""

    line: Number
    intervention: int
    opened: datetime
    subject: str
    code: str
    quantity: int
    unit_price: Money
    amount: Money
    vat_rate: Annotated[str, Field(description="in percent")]
    why: str
    why_it: str
    credited_by: Annotated[str | None, Field(description="the credit note that took it back")]


class StatementLines(Shape):
    """All lines of a statement: what a credit note for a part of it chooses from."""

    number: str
    lines: list[StatementLine]


class StatementDraft(Shape):
    """What a statement would be now; issued it gets a number, and stands."""

    document: Annotated[dict[str, Any], Field(description="as in the JSON form")]
    kept_back: Annotated[list[str], Field(description="what has to be done before it can be issued")]


class ClosingTold(Shape):
    """How far the closing of a month is."""

    running: bool
    customers: int
    done: int
    issued: int
    kept_back: Annotated[list[str], Field(description="the first hundred places")]
    kept_back_count: int
    failed: str | None


class MonthTold(Shape):
    month: str
    over: bool
    closed_at: datetime | None
    closed_by: str | None
    statements: int
    credit_notes: int
    net: Money
    gross: Money
    unassigned: Annotated[int, Field(description="interventions that belong to nobody yet")]
    closing: Annotated[ClosingTold | None, Field(description="since the collector was started")]


class PublicKey(Shape):
    """What a signed statement is verified with (Ed25519, base64)."""

    algorithm: Literal["Ed25519"]
    public_key: str


class StatementWanted(Shape):
    month: MonthText
    customer: Number


class CreditWanted(Shape):
    reason: Annotated[Reason, Field(description="what the credit note says")]
    lines: Annotated[
        list[Number] | None,
        Field(description="the numbers of what is taken back; null: all that stands", max_length=9999),
    ] = None


# The audit chain.

AuditKind = Literal["tariff", "customer", "intervention", "session", "statement", "month", "user"]
Seal = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AuditEntry(Shape):
    """One link of the chain."""

    n: Number
    at: datetime
    by: str
    what: str
    kind: str
    subject: str
    before: Any = Field(description="what the rows said of it; null where it was not there yet")
    after: Any = Field(description="what they said then; null where it was no more")
    hash: str


class AuditVerdict(Shape):
    """Whether all is as it was left, and number and seal of the last entry."""

    whole: bool
    broken: str | None
    n: int
    hash: str


# --- tariffs ---


class ServiceTold(Shape):
    """What its price includes, in net euro."""

    cap_seconds: int
    price: Money
    at_cap: Literal["remind", "consent", "disconnect"]
    countdown_seconds: Annotated[int, Field(description="of an end that is announced")]


class OvertimeTold(Shape):
    """What connection time beyond the cap costs, by the unit begun."""

    unit_seconds: int
    price: Money
    needs_contract: bool
    courtesy_seconds: int


class TariffTold(Shape):
    """A price list: it holds for the interventions opened from its first day on, until the next begins."""

    id: Annotated[str, Field(description="the SHA-256 of its text")]
    name: str
    first_day: Annotated[date | None, Field(description="null: for every instant before the next begins")]
    contract: ServiceTold
    previous_version: ServiceTold
    overtime: OvertimeTold
    file_recovery_price: Annotated[Money | None, Field(description="null: to be agreed")]
    vat_percent: Money
    cap_applies_to: Literal["intervention", "connection"]
    warn_before_seconds: list[float]
    declared_time_counts: bool
    terms_version: Annotated[str | None, Field(description="which terms a customer has to have accepted")]
    exempt: list[str]
    excluded: list[str]


class Hypothetical(Shape):
    """An intervention under the other tariff; null amounts: its category is not in that one."""

    id: int
    opened_at: datetime
    customer: CustomerName | None
    before: Money | None
    after: Money | None
    difference: Money | None
    why: str
    why_it: str


class WhatIf(Page[Hypothetical]):
    """What a month would have cost under the other tariff: the sums are of all of it, the items some."""

    month: str
    tariff: str
    before: Money
    after: Money
    difference: Money
    compared: int
    changed: int
    not_rated: int
