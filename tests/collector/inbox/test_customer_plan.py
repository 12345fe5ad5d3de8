"""What a sheet would do."""

from collector.domain.customer import CustomerCard, TaxData
from collector.domain.peers import Peer
from collector.inbox.customer_plan import Plan, plan
from collector.inbox.customer_sheet import read_sheet

BIANCHI = CustomerCard("Studio Bianchi", code="B1", tax=TaxData(vat_number="12345678903"))
VERDI = CustomerCard("Studio Verdi", peers=(Peer("vnc", "srv-*"), Peer("vnc", "pc1")))
KNOWN = {1: BIANCHI, 2: VERDI}


def planned(text: str, known: dict[int, CustomerCard] | None = None) -> Plan:
    return plan(read_sheet(text.encode()), KNOWN if known is None else known)


def told(text: str) -> list[str]:
    return [str(each) for each in planned(text).problems]


def test_a_customer_is_found_again_by_number_code_or_tax_number_and_else_is_new() -> None:
    made = planned("number;code;vat;name\n2;;;Verdi\n;b1;;Bianchi\n;;00743110157;Neri\n")
    assert [(each.id, each.after.name) for each in made.changed] == [(2, "Verdi"), (1, "Bianchi")]
    assert [card.name for card in made.added] == ["Neri"] and made.problems == ()
    made = planned("vat;note\nIT12345678903;x\n")
    assert [(each.id, each.after.note, each.after.name) for each in made.changed] == [(1, "x", "Studio Bianchi")]


def test_what_says_nothing_new_is_unchanged() -> None:
    made = planned("code;name\nB1;Studio Bianchi\n")
    assert (made.added, made.changed, made.unchanged) == ((), (), 1)


def test_a_name_alone_is_never_a_second_customer() -> None:
    assert told("name\nstudio verdi\n") == [
        "line 2, name: there is customer 2 of that name already (say which by number, code or tax number)"
    ]
    assert "the one of line 2" in told("name\nA\nA\n")[0]
    assert told("name;vat\nStudio Verdi;00743110157\n") == []


def test_nobody_is_told_twice() -> None:
    assert told("code;note\nB1;x\nB1;y\n") == ["line 3: the same customer as line 2 (say each customer once)"]
    assert told("code;name\nN1;x\nN1;y\n") == ["line 3: the same customer as line 2 (say each customer once)"]


def test_a_number_that_is_none_is_no_new_customer() -> None:
    assert told("number;name\n7;A\nx;B\n") == [
        'line 2, number: no customer "7" (leave it empty for a new one)',
        'line 3, number: no customer "x" (leave it empty for a new one)',
    ]


def test_a_tax_number_of_several_does_not_say_who() -> None:
    both = {1: BIANCHI, 2: CustomerCard("Bianchi branch", tax=BIANCHI.tax)}
    problems = planned("vat;note\n12345678903;x\n", both).problems
    assert "several customers: customer 1, customer 2" in str(problems[0])


def test_what_two_would_be_known_by_is_named_at_its_line() -> None:
    assert told("name;peers\nA;vnc:PC1\n") == ["line 2, peers: vnc:PC1 is that of customer 2"]
    assert told("name;peers\nA;vnc:*-srv\n") == [
        "line 2, peers: vnc:*-srv says as much as vnc:srv-*, which is that of customer 2"
    ]
    assert told("name;peers\nA;vnc:x9\nB;vnc:x9\n") == ["line 3, peers: vnc:x9 is that of the one of line 2"]
    assert told("number;name;code\n2;;B1\n1;;B2\n") == []
    assert told("number;name;code\n2;;B1\n") == ['line 2, code: "B1" is that of customer 1']


def test_a_peer_may_go_from_one_to_another_in_one_sheet() -> None:
    assert told("number;name;peers\n2;;vnc:pc2\n1;;vnc:pc1\n") == []


def test_every_fault_of_many_lines_is_named_and_progress_is_told() -> None:
    lines = [f"N{n};Nuovo {n};{'x' if n % 100 == 7 else '00184'}" for n in range(1, 1001)]
    said: list[tuple[int, int]] = []
    sheet = read_sheet("\n".join(["code;name;cap", *lines]).encode())
    made = plan(sheet, KNOWN, lambda done, of: said.append((done, of)))
    assert [each.line for each in made.problems] == [n + 1 for n in range(7, 1001, 100)]
    assert {each.column for each in made.problems} == {"cap"}
    assert said == [(500, 1000), (1000, 1000)]
