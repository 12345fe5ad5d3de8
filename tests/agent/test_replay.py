"""`mezzora-agent replay`, as a firm runs it."""

import json
from pathlib import Path

import pytest

from agent.__main__ import main
from agent.replay import hours
from tests.agent.catalogue.scenes import SAMPLES
from tests.agent.written_events import a_session, an_event

LIST = SAMPLES / "teamviewer" / "Connections.txt"
REAL_LOG = SAMPLES / "teamviewer" / "TeamViewer15_Logfile.log"
LOG = SAMPLES / "teamviewer" / "written-outgoing-15.log"


def replay(*arguments: object) -> int:
    return main(["replay", "--os", "windows", *map(str, arguments)])


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_list_is_told_line_by_line_with_its_mode(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--tool", "teamviewer", "--connections", LIST, "--json") == 0
    assert told(capsys) == [
        {
            "tool": "teamviewer",
            "peer": "1660360496",
            "start": "2024-02-20T13:10:33.000Z",
            "end": "2024-02-20T13:11:52.000Z",
            "evidence": "log",
            "mode": "RemoteControl",
        }
    ]


def test_a_log_is_told_without_a_mode(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--tool", "teamviewer", "--log", LOG, "--json") == 0
    (session,) = told(capsys)
    assert (session["start"], session["end"]) == ("2024-06-04T07:21:06.500Z", "2024-06-04T07:41:06.500Z")
    assert "mode" not in session


def test_a_real_log_of_an_incoming_session_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--tool", "teamviewer", "--log", REAL_LOG, "--json") == 0
    written = capsys.readouterr()
    assert (written.out, written.err) == ("", "")


def test_an_end_that_is_not_told_is_null(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = tmp_path / "cut.log"
    cut.write_text(LOG.read_text(encoding="utf-8").rpartition("2024/06/04 10:41")[0], encoding="utf-8")
    assert replay("--tool", "teamviewer", "--log", cut, "--json") == 0
    written = capsys.readouterr()
    assert json.loads(written.out)["end"] is None
    assert "nothing tells when it ended" in written.err


def test_a_person_sees_each_session_and_the_totals(capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--tool", "teamviewer", "--log", LOG, "--connections", LIST) == 0
    out = capsys.readouterr().out
    assert "2024-02-20 13:10:33  2024-02-20 13:11:52    0:01:19  1660360496  RemoteControl\n" in out
    assert "  0:21:19  in all: 2 sessions, times in UTC\n" in out


def test_nothing_found_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay("--tool", "teamviewer", "--log", REAL_LOG) == 0
    assert capsys.readouterr().out == "no session\n"


@pytest.mark.parametrize("tool", ["anydesk", "rustdesk"])
def test_every_tool_with_a_log_can_be_replayed(tool: str, capsys: pytest.CaptureFixture[str]) -> None:
    sample = next((SAMPLES / tool).glob("written-outgoing*"))
    assert replay("--tool", tool, "--log", sample, "--json") == 0
    assert [each["peer"].partition("@")[0] for each in told(capsys)] == ["123456789"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--tool", "teamviewer"), "nothing to replay"),
        (("--tool", "mstsc", "--events", "no-such-file"), "no-such-file: "),
        (("--tool", "mstsc", "--events", LOG, "--log", LOG), "events are replayed by themselves"),
        (("--tool", "tigervnc", "--log", LOG), "no log of 'tigervnc' is understood"),
        (("--tool", "teamviewer", "--log", "no-such-file"), "no-such-file: "),
        (("--tool", "teamviewer", "--log", SAMPLES), "samples: "),
        (("--tool", "teamviewer", "--log", LIST), "Connections.txt: this is no log of teamviewer"),
        (("--tool", "teamviewer", "--connections", LIST, "--log", LIST), "this is no log"),
        (("--tool", "rustdesk", "--connections", LIST), "no list of connections of it is known"),
    ],
)
def test_what_cannot_be_replayed_is_one_line_and_status_2(
    arguments: tuple[object, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay(*arguments, "--json") == 2
    written = capsys.readouterr()
    assert written.out == ""
    (line,) = written.err.splitlines()
    assert complaint in line


EVENTS = SAMPLES / "mstsc" / "written-two-at-once.xml"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_exported_event_channel_is_told_as_a_log_is(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = tmp_path / "events.xml"
    exported.write_text(EVENTS.read_text(encoding="utf-8"), encoding=encoding)
    assert replay("--tool", "mstsc", "--events", exported, "--json") == 0
    written = capsys.readouterr()
    assert [json.loads(line) for line in written.out.splitlines()] == [
        {
            "tool": "mstsc",
            "peer": peer,
            "start": f"2026-10-05T{start}Z",
            "end": f"2026-10-05T{end}Z",
            "evidence": "event",
        }
        for peer, start, end in (
            ("pc7", "09:00:04.250", "09:20:04.250"),
            ("192.0.2.8:3390", "09:05:05.500", "09:35:05.500"),
        )
    ]
    assert written.err == ""


def test_of_exported_events_what_cannot_be_read_or_has_no_end_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = tmp_path / "events.xml"
    *events, _ = a_session("pc7", "192.0.2.7")
    exported.write_text("\n".join(["<Event>rubbish</Event>", *reversed(events), "<Event half"]), encoding="cp1252")
    assert replay("--tool", "mstsc", "--events", exported, "--events", exported, "--json") == 0
    written = capsys.readouterr()
    (session,) = [json.loads(line) for line in written.out.splitlines()]
    assert (session["peer"], session["end"]) == ("pc7", None)
    complaints = written.err.splitlines()
    assert [f"events.xml:{line}: " in complaint for line, complaint in zip((1, 6, 1, 6), complaints, strict=False)] == [
        True
    ] * 4
    assert "nothing tells when it ended" in complaints[-1]


def test_events_that_are_none_or_of_another_channel_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for content, tool, complaint in (
        (LIST.read_bytes(), "mstsc", "these are no events"),
        (b"ElfFile\0rubbish", "mstsc", "/lf /f:xml"),
        (an_event(1024, "pc7", channel="Other/Operational").encode(), "mstsc", "of Other/Operational, and not of"),
        (EVENTS.read_bytes(), "remote-assistance", "do not tell who helped whom"),
        (EVENTS.read_bytes(), "teamviewer", "no event channel of 'teamviewer' is understood"),
    ):
        exported = tmp_path / "events.xml"
        exported.write_bytes(content)
        assert replay("--tool", tool, "--events", exported, "--json") == 2
        written = capsys.readouterr()
        assert (written.out, len(written.err.splitlines())) == ("", 1)
        assert complaint in written.err


@pytest.mark.parametrize("content", ["", "<?xml version='1.0'?>\n<Events></Events>", "<Events/>"])
def test_an_empty_export_is_said(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exported = tmp_path / "events.xml"
    exported.write_text(content, encoding="utf-8")
    assert replay("--tool", "mstsc", "--events", exported) == 0
    assert "it is empty" in capsys.readouterr().err


def test_a_list_is_read_wherever_one_is_and_anydesk_s_is_said_to_be_the_incoming_side_s(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for system in ("linux", "macos"):
        assert replay("--tool", "teamviewer", "--os", system, "--connections", LIST, "--json") == 0
        assert len(capsys.readouterr().out.splitlines()) == 1
    trace = tmp_path / "connection_trace.txt"
    trace.write_text("Incoming    2025-01-02, 13:37    User    anna@ad    123456789\n", encoding="utf-16")
    assert replay("--tool", "anydesk", "--connections", trace, "--json") == 0
    written = capsys.readouterr()
    assert (written.out, "the list of incoming sessions" in written.err) == ("", True)


def test_several_lists_are_told_together_and_each_record_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.txt"
    other.write_text(LIST.read_text().replace("1660360496", "418220137"))
    assert replay("--tool", "teamviewer", "--connections", LIST, "--connections", other, "--connections", LIST) == 0
    told = capsys.readouterr()
    assert ("2 sessions" in told.out, told.err) == (True, "")


def test_what_the_list_tells_is_not_said_to_be_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.txt"
    log.write_text("2024/02/20 14:10:35.000  1  2 G1   Client connection to 1660360496, server version is 15.1\n")
    assert replay("--tool", "teamviewer", "--log", log, "--zone", "Europe/Rome", "--json") == 0
    assert "nothing tells when it ended" in capsys.readouterr().err
    assert replay("--tool", "teamviewer", "--log", log, "--zone", "Europe/Rome", "--connections", LIST) == 0
    assert capsys.readouterr().err == ""


def test_a_system_that_there_is_not_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["replay", "--tool", "teamviewer", "--os", "beos", "--log", str(LOG)])
    assert "'beos' is no system: write one of linux, windows, macos" in capsys.readouterr().err


def test_a_zone_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        replay("--tool", "teamviewer", "--log", LOG, "--zone", "Europe/Berlino")
    assert ended.value.code == 2
    assert "no time zone" in capsys.readouterr().err


def test_the_zone_tells_what_a_log_without_a_banner_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = SAMPLES / "teamviewer" / "written-outgoing-12.log"
    assert replay("--tool", "teamviewer", "--log", log, "--zone", "Asia/Shanghai", "--json") == 0
    assert told(capsys)[0]["start"] == "2018-05-29T08:43:03.143Z"


def test_a_length_is_written_as_people_do() -> None:
    assert [hours(ms) for ms in (0, 61_999, 36_000_000)] == ["0:00:00", "0:01:01", "10:00:00"]
