"""A report's table for a spreadsheet: the rows that stand behind a chart, all of them. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from collector.domain.money import plain
from collector.domain.trend import NEARNESS, Slice, Trend
from collector.statements.separated import comma, written
from collector.web import terms
from collector.web.language import Words


class Table(StrEnum):
    """Which of the charts."""

    MONTHS = "months"
    SHARES = "shares"
    CUSTOMERS = "customers"
    TOOLS = "tools"
    NEARNESS = "nearness"


def separated(found: Trend, table: Table, words: Words) -> str:
    """As a CSV file in the reader's language."""
    match table:
        case Table.MONTHS:
            return _slices(words("Month"), found.months, words)
        case Table.CUSTOMERS:
            return _slices(words("Customer"), found.customers, words)
        case Table.TOOLS:
            return _slices(words("Tool"), found.tools, words)
        case Table.SHARES:
            shares = {"agreed": found.agreed, "waived": found.waived, "unsettled": found.unsettled}
            rows = [(words(terms.SHARES[name]), comma(plain(amount))) for name, amount in shares.items()]
            return written((words("What became of it"), words("Overtime")), rows)
        case Table.NEARNESS:
            counts = [(words(terms.NEAR[name]), str(n)) for name, n in zip(NEARNESS, found.nearness, strict=True)]
            return written((words("At the end"), words("Interventions")), counts)


def _slices(what: str, slices: Sequence[Slice], words: Words) -> str:
    head = (what, words("Interventions"), words("Half hours"), words("Overtime"))
    rows = [
        (each.name or words("Unknown"), str(each.interventions), str(each.half_hours), comma(plain(each.overtime)))
        for each in slices
    ]
    return written(head, rows)
