"""Customers who may be one."""

from collector.domain.customer import CustomerCard, TaxData, name_key
from collector.domain.duplicates import Likeness, Pair, duplicates
from collector.domain.peers import Peer


def test_names_are_compared_without_titles_forms_accents_and_order() -> None:
    assert name_key("Studio Dentistico Dott. Nicolò Rossi S.r.l.") == name_key("ROSSI NICOLO'")
    assert name_key("Bianchi & Verdi") == name_key("verdi e bianchi")
    assert name_key("Studio Medico") == name_key("medico studio") != ""


def test_what_two_share_is_told() -> None:
    tax = TaxData(vat_number="12345678903")
    found = duplicates(
        {
            1: CustomerCard("Rossi", tax=tax, emails=("a@example.it",)),
            2: CustomerCard("Neri", tax=tax),
            3: CustomerCard("Dott. Rossi", emails=("a@example.it",)),
            4: CustomerCard("Gialli", peers=(Peer("vnc", "pc1"),)),
            5: CustomerCard("Viola", peers=(Peer("rdp", "PC1"), Peer("rdp", "pc*"))),
        }
    )
    assert found == (
        Pair(1, 3, (Likeness.EMAIL, Likeness.NAME)),
        Pair(1, 2, (Likeness.TAX_NUMBER,)),
        Pair(4, 5, (Likeness.PEER,)),
    )


def test_a_slip_of_the_pen_is_alike_and_a_figure_is_not() -> None:
    assert duplicates({1: CustomerCard("Ambulatorio Aurora"), 2: CustomerCard("Ambulatorio Aurra")})
    assert duplicates({1: CustomerCard("Ambulatorio Aurora"), 2: CustomerCard("Ambulatorio Aurola")})
    assert not duplicates({1: CustomerCard("Ambulatorio 11"), 2: CustomerCard("Ambulatorio 12")})
    assert not duplicates({1: CustomerCard("Neri"), 2: CustomerCard("Nera")})


def test_many_that_share_one_thing_are_told_with_the_first_of_them() -> None:
    found = duplicates({n: CustomerCard("Studio Aurora") for n in range(1, 101)})
    assert [(pair.one, pair.other) for pair in found] == [(1, n) for n in range(2, 101)]
