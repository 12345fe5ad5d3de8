"""The release that is told is the one that is installed."""

from importlib.metadata import version

from shared.release import VERSION


def test_what_is_installed_says_the_same() -> None:
    assert version("mezzora") == VERSION
