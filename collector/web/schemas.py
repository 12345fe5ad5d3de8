"""The shapes of the API. Strict: an unknown field, or a number where text belongs, is refused by name."""

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from collector.domain.entitlement import Version
from collector.ledger.decisions import Outcome

SINCE_EVER = date(1970, 1, 1)
"""The first day of a contract whose first day nobody has told."""

BIGGEST = 2**53 - 1


def _on_one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be printable text on one line")
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
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$", strict=True)]
Number = Annotated[int, Field(ge=1, le=BIGGEST, strict=True)]
Key = Annotated[int, Field(ge=1, le=BIGGEST)]  # the same, in an address, where all is text
SessionKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Day = Annotated[date, BeforeValidator(_not_a_number), AfterValidator(_in_the_calendar)]
Money = Annotated[str, Field(pattern=r"^-?\d+\.\d\d$", examples=["45.00"])]
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


class Customer(Shape):
    id: int
    name: str
    contract: ContractTold | None
    version: Literal["current", "previous"]
    peers: list[PeerTold]


class CustomerName(Shape):
    id: int
    name: str


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
    what: str
    by: str
    at: datetime
    told: str


class InterventionShort(Shape):
    id: int
    customer: CustomerName | None
    opened_at: datetime
    last_seen_at: datetime | None
    state: Literal["open", "closed"]
    outcome: Literal["solved", "unresolved"] | None
    live: bool
    category: str | None
    charge: Charge


class Intervention(InterventionShort):
    tariff: str
    contract: Annotated[bool, Field(description="in force when the intervention was opened")]
    version: Literal["current", "previous"]
    closed_at: datetime | None
    overtime_consent: Consent
    spans: list[Span]
    sessions: list[Session]
    decisions: list[Decision]


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


class Me(Shape):
    name: str
    role: str
    may: list[str]


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


class NewCustomer(Shape):
    name: Name
    contract: Contract
    version: Version = Version.CURRENT
    peers: Peers = []


class CustomerChange(Shape):
    """Only what is given changes; `peers` replaces the whole list."""

    name: Name | None = None
    contract: Contract | None = None
    version: Version | None = None
    peers: Peers | None = None


class Assignment(Shape):
    customer: Number


class Agreement(Shape):
    how: Annotated[Name, Field(description="phone, e-mail, message, in-person, or in your own words")]


class CategoryChange(Shape):
    category: Annotated[Slug | None, Field(description="null: the ordinary intervention")]


class Closing(Shape):
    outcome: Outcome


class AnotherProblem(Shape):
    at: Annotated[AwareDatetime | None, BeforeValidator(_not_a_number), Field(description="null: from now on")] = None


class Opened(Shape):
    intervention: int
