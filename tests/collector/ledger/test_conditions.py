"""Collectors on one database notice where they are not alike."""

from msgspec import structs

from collector.ledger.conditions import Conditions, differences, digest

MINE = Conditions("a", "1", "2", "3")


def test_only_what_is_otherwise_is_named_and_only_of_those_that_are() -> None:
    alike = structs.replace(MINE, name="b")
    other = structs.replace(MINE, name="d", channels="9")
    third = structs.replace(MINE, name="c", price_lists="9", settings="9")
    assert [(each.name, each.parts) for each in differences(MINE, [alike, other, third])] == [
        ("c", ("price lists", "settings")),
        ("d", ("channels.toml",)),
    ]


def test_the_order_of_what_is_digested_does_not_matter_and_its_borders_do() -> None:
    assert digest("a", "b") == digest("b", "a") != digest("ab") != digest("a", "b", "b")
