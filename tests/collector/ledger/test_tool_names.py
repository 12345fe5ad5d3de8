"""Tools are called on the pages what the agent's catalogue calls them."""

import tomllib
from pathlib import Path

from collector.ledger.tool_names import tool_name

CATALOGUE = sorted((Path(__file__).parents[3] / "agent" / "catalogue").glob("*.toml"))


def test_the_names_are_the_catalogues() -> None:
    for file in CATALOGUE:
        assert tool_name(file.stem) == tomllib.loads(file.read_text(encoding="utf-8"))["name"]
    assert CATALOGUE


def test_a_tool_of_the_firms_own_goes_by_its_catalogue_name() -> None:
    assert tool_name("house-viewer") == "house-viewer"
