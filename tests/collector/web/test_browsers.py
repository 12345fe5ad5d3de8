"""A browser is told in two words, whatever it calls itself."""

import pytest

from collector.web.browsers import browser_on_system

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.mark.parametrize(
    ("called", "told"),
    [
        (WINDOWS, "Chrome, Windows"),
        (f"{WINDOWS} Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8.5\n\x07" + "x" * 99, "curl/8.5" + "x" * 32),
        ("", "?"),
    ],
)
def test_a_browser_is_told_in_two_words(called: str, told: str) -> None:
    assert browser_on_system(called) == told
