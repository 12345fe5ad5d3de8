"""Every product has a name that a person can give, and none is told twice."""

from pathlib import Path

import pytest

from agent.directory import Kind, KnownTool, find, known_tools, read_rows
from agent.errors import UnknownTool
from agent.shelf import read_shelf
from agent.signature import Confidence
from tests.agent.catalogue.scenes import FILES

SHELF = read_shelf(Path("no-such-folder"))
TOOLS = known_tools(SHELF.signatures)
# The products of LOLRMM 3c75cf0 that let one work on another computer, by their names here.
PRODUCTS = (Path(__file__).parent / "catalogue" / "samples" / "products.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("product", PRODUCTS)
def test_each_product_has_a_file_or_a_row(product: str) -> None:
    assert product in {called for tool in TOOLS for called in (tool.tool, *tool.aliases)}


def test_a_product_with_a_file_has_no_row() -> None:
    told = {called for each in SHELF.signatures for called in (each.tool, *each.aliases)} & {f.stem for f in FILES}
    assert not told & {row.tool for row in read_rows()}


def test_no_two_tools_have_a_name_in_common() -> None:
    names = [called for tool in TOOLS for called in (tool.tool, *tool.aliases)]
    assert len(names) == len(set(names))


def test_every_row_says_how_sure_it_is_and_whence() -> None:
    for row in read_rows():
        assert row.source
        assert row.name
        assert row.confidence is not Confidence.VERIFIED or row.kind is Kind.TELEPHONE


@pytest.mark.parametrize("word", ["teamviewer", "TeamViewer", "Team Viewer", " teamviewer "])
def test_a_tool_is_found_however_it_is_written(word: str) -> None:
    assert find(word, TOOLS).tool == "teamviewer"


@pytest.mark.parametrize(
    ("word", "tool"), [("bomgar", "beyondtrust-remote-support"), ("rdp", "mstsc"), ("rms", "remote-utilities")]
)
def test_a_tool_is_found_by_what_else_it_is_called(word: str, tool: str) -> None:
    assert find(word, TOOLS).tool == tool


@pytest.mark.parametrize("word", ["telephone", "zoho-assist", "dwservice", "atera", "supremo", "chrome-remote-desktop"])
def test_what_nothing_tells_of_can_be_declared(word: str) -> None:
    assert find(word, TOOLS).can_be_declared


@pytest.mark.parametrize("word", ["xrdp", "spice", "vnc-servers", "gitso"])
def test_nobody_supports_with_what_only_shares_or_opens_others(word: str) -> None:
    with pytest.raises(UnknownTool, match="nobody supports with"):
        find(word, TOOLS)


@pytest.mark.parametrize(("word", "near"), [("anydsk", "anydesk"), ("telefon", "telephone"), ("rustdesk2", "rustdesk")])
def test_a_name_that_nobody_has_is_answered_with_the_nearest(word: str, near: str) -> None:
    with pytest.raises(UnknownTool, match=f"did you mean .*{near}"):
        find(word, TOOLS)


@pytest.mark.parametrize("word", ["", "   ", "?", "\N{SNOWMAN}", "q" * 10_000])
def test_nonsense_is_answered_without_a_guess(word: str) -> None:
    with pytest.raises(UnknownTool, match="no tool is called"):
        find(word, TOOLS)


def test_a_tool_of_one_s_own_is_found_too() -> None:
    own = KnownTool("our-tool", "Our Tool", (), can_be_declared=True)
    assert find("our tool", (*TOOLS, own)) is own


def test_a_slug_goes_before_an_alias_of_another() -> None:
    own = KnownTool("rms", "Our RMS", (), can_be_declared=True)
    assert find("rms", (*TOOLS, own)) is own
