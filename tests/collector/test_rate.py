import argparse
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector import rate
from collector.domain.tariff import FILE_RECOVERY
from collector.tariffs.files import shipped_tariff, shipped_text

GOOD: dict[str, object] = {
    "customer": {"contract": True, "version": "current"},
    "category": None,
    "opened_at": "2026-10-05T09:30:00+02:00",
    "spans": [{"start": "2026-10-05T09:30:00+02:00", "end": "2026-10-05T09:50:01+02:00"}],
    "overtime_agreed": False,
}
Rated = tuple[int, str, str]


class Stdin:
    """Standard input that holds these bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


@pytest.fixture
def rated(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Rated]:
    """Runs the command on a file or on bytes: status, standard output, standard error."""

    def rate_it(what: Path | bytes | dict[str, object], *more: str) -> Rated:
        content = json.dumps(what).encode() if isinstance(what, dict) else what
        if isinstance(content, bytes):
            monkeypatch.setattr(sys, "stdin", Stdin(content))
        parser = argparse.ArgumentParser()
        rate.add_arguments(parser)
        status = rate.run(parser.parse_args(["-" if isinstance(content, bytes) else str(content), *more]))
        return (status, *capsys.readouterr())

    return rate_it


def test_the_charge_is_printed_as_json(rated: Callable[..., Rated], tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(GOOD), encoding="utf-8")
    status, out, err = rated(file)
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "service": "contract",
        "connection_seconds": 1201,
        "cap_seconds": 1200,
        "overtime_half_hours": 1,
        "lines": [
            {
                "code": "base",
                "quantity": 1,
                "unit_price": "45.00",
                "amount": "45.00",
                "why": "Intervention with a maintenance contract; includes 20 min of connection; "
                "20 min 1 s of connection",
            },
            {
                "code": "overtime",
                "quantity": 1,
                "unit_price": "35.00",
                "amount": "35.00",
                "why": "1 s beyond the included time, each 30 min begun; no one has agreed to it yet",
            },
        ],
        "net": "80.00",
        "vat": "17.60",
        "gross": "97.60",
        "flags": ["overtime-not-agreed"],
    }


def test_the_reasons_are_told_in_italian_on_demand(rated: Callable[..., Rated]) -> None:
    _, out, _ = rated(GOOD, "--language", "it")
    assert json.loads(out)["lines"][0]["why"].startswith("Intervento con contratto di manutenzione")


def test_a_service_without_a_cap_shows_null(rated: Callable[..., Rated]) -> None:
    out = json.loads(rated({**GOOD, "category": "network"})[1])
    assert (out["cap_seconds"], out["net"], out["flags"]) == (None, "0.00", ["excluded-work"])


def test_a_byte_order_mark_does_no_harm(rated: Callable[..., Rated]) -> None:
    assert rated(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())[0] == 0


def test_a_tariff_of_ones_own_is_used(rated: Callable[..., Rated], tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(shipped_text().replace('cap = "20m"', 'cap = "8s"').replace('unit = "30m"', 'unit = "10m"'))
    out = json.loads(rated(GOOD, "--tariff", str(mine))[1])
    assert (out["cap_seconds"], out["overtime_half_hours"], out["net"]) == (8, 2, "115.00")


def test_a_named_tariff_that_had_not_begun_leaves_a_hole_that_nothing_fills(
    rated: Callable[..., Rated], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    text = shipped_text().replace('"45.00"', '"50.00"')
    mine.write_text(text.replace("# first_day = 2026-10-01", "first_day = 2026-10-06"))
    status, out, err = rated(GOOD, "--tariff", str(mine))
    assert (status, out) == (2, "")
    told = f"in a hole: before 2026-10-06, when {mine} begins, no list holds"
    assert err == f"standard input: opened_at: {told} (name the list that held then, or a folder of them)\n"
    mine.write_text(text.replace("# first_day = 2026-10-01", "first_day = 2026-10-05"))
    assert json.loads(rated(GOOD, "--tariff", str(mine))[1])["net"] == "85.00"


@pytest.mark.parametrize(("day", "net"), [("2026-10-05", "80.00"), ("2026-11-05", "85.00")])
def test_of_a_folder_the_list_in_force_at_the_opening_prices(
    rated: Callable[..., Rated], tmp_path: Path, day: str, net: str
) -> None:
    later = shipped_text().replace("# first_day = 2026-10-01", "first_day = 2026-11-01").replace('"45.00"', '"50.00"')
    (tmp_path / "first.toml").write_text(shipped_text())
    (tmp_path / "later.toml").write_text(later)
    case = json.loads(json.dumps(GOOD).replace("2026-10-05", day))
    status, out, err = rated(case, "--tariff", str(tmp_path))
    assert (status, json.loads(out)["net"], err) == (0, net, "")


def test_a_folder_with_a_hole_is_refused(rated: Callable[..., Rated], tmp_path: Path) -> None:
    (tmp_path / "later.toml").write_text(shipped_text().replace("# first_day = ", "first_day = "))
    status, out, err = rated(GOOD, "--tariff", str(tmp_path))
    assert (status, out, len(err.splitlines())) == (2, "", 1) and "a hole: before 2026-10-01" in err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "standard input: line 1: nothing in it"),
        (b"\xff\xfe{\x00}\x00", "standard input: byte 0: not UTF-8 text"),
        (b"{", "standard input: line 1 column 2: not JSON"),
        (json.dumps({**GOOD, "category": "printer"}).encode(), 'standard input: category: unknown category "printer"'),
        (json.dumps({**GOOD, "spans": [{}]}).encode(), "standard input: spans[0].start: missing"),
    ],
)
def test_bad_input_is_one_line_on_standard_error(rated: Callable[..., Rated], content: bytes, told: str) -> None:
    status, out, err = rated(content)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(told)


@pytest.mark.parametrize("name", ["nowhere.json", ".", "with\nnewline.json"])
def test_a_file_that_cannot_be_read_is_named(rated: Callable[..., Rated], tmp_path: Path, name: str) -> None:
    status, out, err = rated(tmp_path / name)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert "cannot be read" in err


def test_a_tariff_that_cannot_be_used_is_named(rated: Callable[..., Rated], tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(shipped_text().replace('"45.00"', '"45,00"'))
    status, out, err = rated(GOOD, "--tariff", str(mine))
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"{mine}:") and ": services.contract.price: " in err


def test_a_file_without_end_is_refused(rated: Callable[..., Rated], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MAX_BYTES", 1_000)
    status, _, err = rated(b" " * 1_001)
    assert (status, err) == (2, "standard input: the file: larger than 1000 bytes\n")


FIELDS = st.sampled_from([*GOOD, "contract", "version", "start", "end", "x"])
INSTANTS = st.datetimes().map(lambda moment: moment.isoformat() + "Z")
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    INSTANTS,
    st.sampled_from(["current", "previous", FILE_RECOVERY, *shipped_tariff().exempt]),
)
JSONISH = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=6), max_leaves=20
)
NEARLY = st.fixed_dictionaries({field: st.just(value) | JSONISH for field, value in GOOD.items()})
BYTES = st.one_of(
    st.binary(),
    JSONISH.map(lambda value: json.dumps(value).encode()),
    NEARLY.map(lambda value: json.dumps(value).encode()),
    st.tuples(st.binary(max_size=3), st.integers(0, 300)).map(lambda cut: damaged(*cut)),
)


def damaged(inserted: bytes, at: int) -> bytes:
    good = json.dumps(GOOD).encode()
    return good[:at] + inserted + good[at + 1 :]


@settings(max_examples=300)
@given(BYTES)
def test_whatever_comes_in_is_a_charge_or_exactly_one_line(content: bytes) -> None:
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Stdin(content))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        status = rate.run(argparse.Namespace(file="-", tariff=None, language="en"))
    if status == 0:
        assert err.getvalue() == "" and json.loads(out.getvalue())["service"]
    else:
        assert (status, out.getvalue(), len(err.getvalue().splitlines())) == (2, "", 1)


@settings(max_examples=100)
@given(st.text() | st.tuples(st.text(max_size=3), st.integers(0, 3_000)).map(lambda cut: rewritten(*cut)))
def test_whatever_stands_in_a_tariff_is_read_or_exactly_one_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    mine = tmp_path_factory.mktemp("tariff") / "mine.toml"
    mine.write_bytes(text.encode("utf-8", "surrogatepass"))
    err = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Stdin(json.dumps(GOOD).encode()))
        patch.setattr(sys, "stdout", io.StringIO())
        patch.setattr(sys, "stderr", err)
        status = rate.run(argparse.Namespace(file="-", tariff=mine, language="en"))
    assert (status, len(err.getvalue().splitlines())) in {(0, 0), (2, 1)}


def rewritten(inserted: str, at: int) -> str:
    text = shipped_text()
    return text[:at] + inserted + text[at + 1 :]


def test_the_command_runs_by_itself_and_knows_no_server(tmp_path: Path) -> None:
    known = "import sys, collector.rate; print({'fastapi', 'sqlalchemy', 'pydantic'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", known], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_the_command_line_gives_its_status(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "collector", "rate", "-"]
    good = subprocess.run(command, input=json.dumps(GOOD), capture_output=True, text=True, check=False)
    assert (good.returncode, json.loads(good.stdout)["net"], good.stderr) == (0, "80.00", "")
    bad = subprocess.run(command, input="{", capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout, len(bad.stderr.splitlines())) == (2, "", 1)
