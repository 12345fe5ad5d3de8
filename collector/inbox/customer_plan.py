"""What a sheet would do to the customers that are known: whom it adds, whom it changes, what stands in the way."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from collector.domain.customer import CustomerCard, tidy_number, tidy_vat
from collector.domain.fault import Fault
from collector.domain.peers import ANY, MIN_SAID, Peer, equal_rank
from collector.inbox.customer_sheet import Sheet, SheetLine, SheetProblem, revised

EVERY = 500  # lines between two words of progress

Progress = Callable[[int, int], None]  # so many of so many


@dataclass(frozen=True, slots=True)
class Change:
    """A customer who is known, as he is and as he will be."""

    id: int
    before: CustomerCard
    after: CustomerCard


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it is done, or with a problem nothing."""

    added: tuple[CustomerCard, ...]
    changed: tuple[Change, ...]
    unchanged: int
    problems: tuple[SheetProblem, ...]


def plan(sheet: Sheet, known: Mapping[int, CustomerCard], progress: Progress = lambda done, all: None) -> Plan:
    """The plan; every fault of every line is in its problems, in the order of the lines."""
    planning = _Planning(sheet, known)
    for n, line in enumerate(sheet.lines, 1):
        planning.take(line)
        if n % EVERY == 0 or n == len(sheet.lines):
            progress(n, len(sheet.lines))
    return planning.done()


@dataclass(slots=True)
class _Keys:
    """By what a customer is found again. A tax number or a name may be several customers'."""

    by_code: dict[str, int] = field(default_factory=dict)
    by_tax: dict[str, list[int]] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)

    def add(self, id: int, card: CustomerCard) -> None:
        if card.code:
            self.by_code[card.code.casefold()] = id
        for number in dict.fromkeys((card.tax.vat_number, card.tax.tax_code)):
            if number and id not in (whose := self.by_tax.setdefault(number, [])):
                whose.append(id)
        self.by_name.setdefault(card.name.casefold(), id)


class _Planning:
    def __init__(self, sheet: Sheet, known: Mapping[int, CustomerCard]) -> None:
        self._sheet = sheet
        self._known = known
        self._keys = _Keys()
        for id, card in known.items():
            self._keys.add(id, card)
        self._problems = list(sheet.problems)
        self._line_of: dict[int, int] = {}  # customer: the line that speaks of him; new ones count down from -1
        self._cards: dict[int, CustomerCard] = {}
        self._unchanged = 0

    def take(self, line: SheetLine) -> None:
        """Plan one line."""
        faults: list[Fault] = []
        try:
            id = self._whose(line)
        except _Unclear as error:
            faults.append(error.fault)
            id = None
        if id is not None and id in self._line_of:
            faults.append(Fault("", f"the same customer as line {self._line_of[id]}", "say each customer once"))
        card = revised(CustomerCard("") if id is None else self._cards.get(id) or self._known[id], line, faults)
        if id is None and not faults and (namesake := self._namesake(line, card)) is not None:
            faults.append(namesake)
        if faults:
            self._problems += [self._sheet.problem(line.line, fault) for fault in faults]
        elif id is not None and card == self._known[id]:
            self._unchanged += 1
            self._line_of[id] = line.line
        else:
            self._keep(line, id, card)

    def _keep(self, line: SheetLine, id: int | None, card: CustomerCard) -> None:
        number = -1 - len(self._cards) if id is None else id
        self._line_of[number] = line.line
        self._cards[number] = card
        self._keys.add(number, card)

    def _whose(self, line: SheetLine) -> int | None:
        """The customer whom the line speaks of; None: a new one."""
        if (number := line["number"]) is not None:
            if not (number.isascii() and number.isdigit()) or int(number) not in self._known:
                raise _Unclear(Fault("number", f'no customer "{number[:40]}"', "leave it empty for a new one"))
            return int(number)
        if (code := line["code"]) is not None:
            return self._keys.by_code.get(code.casefold())
        for column in ("vat_number", "tax_code"):
            if (text := line[column]) is not None:
                found = self._by_tax(column, text)
                if found is not None:
                    return found
        return None

    def _by_tax(self, column: str, text: str) -> int | None:
        number = tidy_vat(text) if column == "vat_number" else tidy_number(text)
        found = self._keys.by_tax.get(number.zfill(11) if number.isdigit() else number, [])
        if len(found) > 1:
            told = ", ".join(self._called(id) for id in found[:3])
            raise _Unclear(Fault(column, f"it is that of several customers: {told}", "say which by number or code"))
        return found[0] if found else None

    def _namesake(self, line: SheetLine, card: CustomerCard) -> Fault | None:
        """A line that says a name alone would be a second customer of that name each time it is read."""
        other = self._keys.by_name.get(card.name.casefold())
        if other is None or any(line[column] for column in ("code", "vat_number", "tax_code")):
            return None
        told = f"there is {self._called(other)} of that name already"
        return Fault("name", told, "say which by number, code or tax number")

    def _called(self, id: int) -> str:
        return f"customer {id}" if id > 0 else f"the one of line {self._line_of[id]}"

    def done(self) -> Plan:
        """The plan, when no two customers would be known by the same."""
        self._problems += self._shared()
        self._problems.sort(key=lambda each: each.line)
        return Plan(
            added=tuple(card for id, card in self._cards.items() if id < 0),
            changed=tuple(Change(id, self._known[id], card) for id, card in self._cards.items() if id > 0),
            unchanged=self._unchanged,
            problems=tuple(self._problems),
        )

    def _shared(self) -> Iterator[SheetProblem]:
        codes: dict[str, int] = {}
        peers: dict[tuple[str, str], int] = {}
        patterns = _Patterns()
        for id, card in {**self._known, **self._cards}.items():
            if card.code and codes.setdefault(card.code, id) != id:
                yield self._clash(id, codes[card.code], "code", f'"{card.code}"')
            for each in card.peers:
                if peers.setdefault((each.tool, each.key), id) != id:
                    yield self._clash(id, peers[each.tool, each.key], "peers", str(each))
                other = patterns.equal(each, id) if each.pattern else None
                if other is not None:
                    yield self._clash(id, other[1], "peers", f"{each} says as much as {other[0]}, which")

    def _clash(self, id: int, other: int, column: str, what: str) -> SheetProblem:
        """Both have it; told at the line that brings it."""
        if id not in self._line_of:
            id, other = other, id
        return self._sheet.problem(self._line_of.get(id, 0), Fault(column, f"{what} is that of {self._called(other)}"))


class _Patterns:
    """Those that were seen, shelved by how they begin, so that each is weighed against few."""

    def __init__(self) -> None:
        self._shelves: dict[str, dict[str, list[tuple[Peer, int]]]] = {}

    def equal(self, peer: Peer, id: int) -> tuple[Peer, int] | None:
        """One of another customer's that says equally much and could fit the same; it is shelved then."""
        shelves = self._shelves.setdefault(peer.tool, {})
        begins = peer.key.split(ANY, 1)[0][:MIN_SAID]
        begins = begins if len(begins) == MIN_SAID else ""
        near = [shelves.get(begins, []), shelves.get("", [])] if begins else list(shelves.values())
        found = next((e for shelf in near for e in shelf if e[1] != id and equal_rank(peer, e[0])), None)
        shelves.setdefault(begins, []).append((peer, id))
        return found


class _Unclear(Exception):
    """It can't be told whom a line speaks of."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
