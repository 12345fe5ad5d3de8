"""The line of a key is found by its path."""

import pytest

from shared.position import Path, line_of

TEXT = """\
tool = "x"
[[process]]
names = [
    "a",
]
source = "one"
[[process]]  # the second
names = ["b"]
note = '''
source = "no key: a line of a long text"
'''
source = "two"
[socket]
"default_port" = 1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("tool",), 1),
        (("process", 0, "source"), 6),
        (("process", 0, "names", 0), 3),
        (("process", 1, "names"), 8),
        (("process", 1, "source"), 12),
        (("socket", "default_port"), 14),
    ],
)
def test_a_key_stands_on_its_line(path: Path, line: int) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(
    ("path", "line"), [(("process", 1, "role"), 7), (("socket", "source"), 13), (("name",), 1), ((), 1)]
)
def test_a_key_that_is_missing_is_looked_for_in_its_section(path: Path, line: int) -> None:
    assert line_of(TEXT, path) == line


def test_sections_written_in_one_line_are_found_by_that() -> None:
    assert line_of('tool = "x"\nprocess = [{ names = ["a"] }]\n', ("process", 0, "source")) == 2
