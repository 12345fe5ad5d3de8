"""Catalogue files are read strictly, and the more specific signature wins."""

import re

import pytest

from agent.errors import BadSignature
from agent.signature import Catalogue, Confidence, Role, System, Target, read_signature
from agent.snapshot import Process
from shared.session import Evidence
from tests.agent.pictures import LOGGER, VIEWER, a_catalogue, a_process


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("tool =", "tool"), 2, "not TOML"),
        (('tool = "viewer"', 'tool = "A Viewer"'), 2, "tool: small letters"),
        (('name = "A viewer"', 'name = "A viewer'), 3, "not TOML"),
        (('name = "A viewer"', ""), 1, "`name` is missing"),
        (('name = "A viewer"', "name = 7"), 3, "name: expected `str`, got `int`"),
        (('name = "A viewer"', 'name = "A viewer"\nnotes = "red"'), 4, "notes: no such key: did you mean `note`?"),
        (('role = "service"', 'rolle = "service"'), 10, "process[1].rolle: no such key: did you mean `role`?"),
        (('role = "service"', 'zzz = "service"'), 10, "the keys here are names, source"),
        (('role = "service"', 'role = "servant"'), 10, "write one of viewer, service, incoming"),
        (('role = "service"', 'systems = ["beos"]'), 10, "write one of linux, windows, macos"),
        (('confidence = "verified"', 'confidence = "certain"'), 7, "process[0].confidence: 'certain' is not known"),
        (('confidence = "verified"', 'confidence = "guess"'), 7, "process[0].confidence: a guess proves no session"),
        (("pattern = '^(", "pattern = '^(("), 19, "argument[0].pattern: not a pattern"),
        (("<host>", "<peer>"), 19, "it names the peer by the groups"),
        (("[[argument]]", "[argument]"), 18, "argument: there may be several of them: write [[argument]]"),
        (("[socket]", "[[socket]]"), 22, "socket: there is one of it: write [socket]"),
        (("[443]", "[443, 700000]"), 23, "socket.ignore_ports[1]: a port is a number from 1 to 65535"),
        (("[443]", "[443]\ndefault_port = -1"), 24, "socket.default_port: a port is a number from 1 to 65535"),
        (('"viewer.exe"]', '"*.exe"]'), 5, "'*.exe' is every program's name"),
        (("[443]", '["443"]'), 23, "socket.ignore_ports[0]: expected `int`"),
    ],
)
def test_a_broken_file_is_refused_with_line_key_reason_and_remedy(
    change: tuple[str, str], line: int, says: str
) -> None:
    text = VIEWER.replace(*change, 1)
    assert text != VIEWER
    with pytest.raises(BadSignature, match=rf"^own\.toml:{line}: ") as refused:
        read_signature(text, "own.toml")
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        ('name = "A viewer"', f"name = {'[' * 20_000}"),  # deeper than any reader goes
        ('name = "A viewer"', f"name = {'9' * 5_000}"),  # longer than Python reads
        ("pattern = '^(", f"pattern = '{'(' * 3_000}^("),
        ("pattern = '^(", "pattern = 'a{99999999999999999999}^("),
        ('role = "service"', 'role = "ser\\nvice"'),
        ('names = ["viewerd"]', "names = []"),
        ('names = ["viewerd"]', 'names = "viewerd"'),
        ('names = ["viewerd"]', "names = 2026-11-24"),
        ("[[argument]]", "[argument]"),
        ("[socket]", "[[socket]]"),
    ],
)
def test_whatever_a_file_says_it_is_one_line_and_no_crash(change: tuple[str, str]) -> None:
    text = VIEWER.replace(*change, 1)
    assert text != VIEWER
    with pytest.raises(BadSignature, match=r"^own\.toml:\d+: ") as refused:
        read_signature(text, "own.toml", is_own=True)
    assert "\n" not in str(refused.value)


def test_a_pattern_that_may_look_for_ever_is_refused_in_a_file_of_one_s_own() -> None:
    text = VIEWER.replace("(?P<host>[^:/]+)", "(?P<host>(?:[^:/]+)+)")
    with pytest.raises(BadSignature, match=r"own\.toml:19: argument\[0\]\.pattern: .*a repeat within a repeat"):
        read_signature(text, "own.toml", is_own=True)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (('time_format = "%Y-%m-%d %H:%M:%S.%f"', ""), "it needs `time_format`"),
        (("(?P<time>\\S+ \\S+)", "x"), "log[0].time: the pattern needs a group `time`"),
        (("ignore = 'incoming'", "route = '(?P<peer>.)'"), "log[0].route: the pattern needs a group `handle`"),
        (("(?P<start>", "("), "log[1].record: the pattern needs a group `start`"),
    ],
)
def test_a_log_s_patterns_need_the_groups_that_are_read(written: tuple[str, str], complaint: str) -> None:
    assert written[0] in LOGGER
    with pytest.raises(BadSignature, match=re.escape(complaint)):
        read_signature(LOGGER.replace(*written, 1), "own.toml")


def test_a_log_of_lines_needs_start_and_end() -> None:
    log = '[[log]]\npaths=["x"]\nsystems=["linux"]\ntime="x"\ntime_format="%Y"\nzone="utc"\nsource="s"\n'
    log += 'confidence="verified"\n'
    with pytest.raises(BadSignature, match=r"own\.toml:\d+: log\[0\]: a log of lines needs"):
        read_signature(VIEWER + log, "own.toml")


@pytest.mark.parametrize(
    "change", [('confidence = "verified"', 'confidence = "guess"'), ("after = 60", "after = 0"), ("after = 60", "")]
)
def test_a_rule_of_pictures_has_a_number_of_bytes_and_is_no_guess(change: tuple[str, str]) -> None:
    head, _, picture = VIEWER.partition("[picture]")
    with pytest.raises(BadSignature, match="picture"):
        read_signature(head + "[picture]" + picture.replace(*change), "own.toml")


EVENT = """
[[event]]
channel = "A/Operational"
provider = "A"
attempt = [1]
start = [2]
end = [3]
requires = '^/help$'
source = "s"
confidence = "reported"
"""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("[3]", "[2]"), "event[0]: one event cannot mean two things"),
        (("[3]", "[]"), "event[0].end"),
        (("[3]", "[70000]"), "event[0].end"),
        (("reported", "guess"), "event[0].confidence: a guess proves no session"),
        (('"A"', """ "A' or '1'='1" """), "event[0].provider: letters"),
        (("/help$", "/help$("), "event[0].requires"),
        (("end =", "ends ="), "event[0].ends: no such key: did you mean `end`?"),
    ],
)
def test_an_event_rule_is_read_strictly(change: tuple[str, str], says: str) -> None:
    with pytest.raises(BadSignature, match=r"own\.toml") as refused:
        read_signature(VIEWER + EVENT.replace(*change), "own.toml")
    assert says in str(refused.value)


def test_an_event_rule_knows_its_events_and_the_side_that_counts() -> None:
    (rule,) = read_signature(VIEWER + EVENT, "own.toml").event
    assert rule.ids == (1, 2, 3)
    assert rule.is_of(("x", "/HELP"))
    assert not rule.is_of(("x", "/invite"))
    assert read_signature(VIEWER + EVENT.replace("requires = '^/help$'", ""), "own.toml").event[0].is_of(())


@pytest.mark.parametrize("time_format", ["%Y-%m-%d %Q", "%Y %Y", "%", "%H:%M:%S%"])
def test_a_form_of_times_that_reads_none_is_refused(time_format: str) -> None:
    with pytest.raises(BadSignature, match=r"own\.toml:13: log\[0\]\.time_format: no time is written so"):
        read_signature(LOGGER.replace("%Y-%m-%d %H:%M:%S.%f", time_format), "own.toml")


def test_names_are_known_whatever_their_case_and_with_wildcards() -> None:
    catalogue = a_catalogue(VIEWER.replace('"viewer.exe"', '"View*.exe"'))
    assert catalogue.knows("viewer64.exe")
    assert not catalogue.knows("firefox")


def test_the_signature_that_names_a_path_wins() -> None:
    own = VIEWER.replace('tool = "viewer"', 'tool = "own"').replace(
        'role = "service"', 'role = "service"\npaths = ["/opt/*"]'
    )
    special = own.replace('names = ["viewer", "viewer.exe"]', 'names = ["viewer"]\npaths = ["*/special/*"]')
    catalogue = a_catalogue(VIEWER, special)
    somewhere = Process(1, 1, frozenset({"viewer"}), "/usr/lib/special/viewer")
    assert [found.signature.tool for each in (a_process(), somewhere) if (found := catalogue.match(each))] == [
        "viewer",
        "own",
    ]


def test_roles_are_told_apart() -> None:
    found = a_catalogue().match(a_process("viewer-host"))
    assert found is not None
    assert found.rule.role is Role.INCOMING


def test_only_the_named_fields_of_the_arguments_are_kept() -> None:
    catalogue = a_catalogue()
    (signature,) = [each for each in catalogue.signatures if each.tool == "viewer"]
    assert catalogue.target(signature, ("-passwd", "secret", "Reception::5901")) == Target("reception", 5901)
    assert catalogue.target(signature, ("-listen",)) == Target()


def test_a_rule_of_another_system_is_passed_over() -> None:
    only_windows = VIEWER.replace('role = "service"', 'role = "service"\nsystems = ["windows"]')
    assert Catalogue((read_signature(only_windows, "x"),), System.LINUX).match(a_process("viewerd")) is None


def test_linux_may_tell_only_the_first_letters_of_a_name() -> None:
    catalogue = a_catalogue(VIEWER.replace('"viewer-host"', '"viewer-host-daemon"'))
    cut = Process(1, 1, frozenset({"viewer-host-dae"}), "")
    assert catalogue.knows("viewer-host-dae")
    assert (found := catalogue.match(cut)) is not None
    assert found.rule.role is Role.INCOMING
    assert catalogue.match(Process(1, 1, frozenset({"viewer-host-da"}), "")) is None


def test_a_whole_name_goes_before_a_wildcard() -> None:
    catalogue = a_catalogue(VIEWER.replace('"viewerd"', '"view*"'))
    roles = [found.rule.role for name in ("viewer", "viewmaster") if (found := catalogue.match(a_process(name)))]
    assert roles == [Role.VIEWER, Role.SERVICE]


def test_the_evidence_of_a_tool_is_told_for_each_system_with_its_best_confidence() -> None:
    log = read_signature(LOGGER.replace('systems = ["linux", "windows", "macos"]', 'systems = ["linux"]'), "x")
    assert log.evidence(System.LINUX) == {Evidence.LOG: Confidence.VERIFIED}
    assert log.evidence(System.WINDOWS) == {}
    twice = VIEWER.replace(
        "[[argument]]", '[[process]]\nnames = ["v"]\nsource = "s"\nconfidence = "reported"\n[[argument]]'
    )
    assert read_signature(twice, "x").evidence(System.MACOS) == {Evidence.SOCKET: Confidence.VERIFIED}


def test_a_tool_is_undecidable_where_no_evidence_is_and_absent_where_only_its_other_side_is() -> None:
    log = read_signature(LOGGER.replace('systems = ["linux", "windows", "macos"]', 'systems = ["linux"]'), "x")
    assert [log.is_undecidable(system) for system in System] == [False, True, True]
    sharing = VIEWER.replace('names = ["viewer", "viewer.exe"]', 'names = ["viewer"]\nrole = "incoming"')
    assert not read_signature(sharing, "x").is_seen(System.LINUX)
    assert not read_signature(sharing, "x").is_undecidable(System.LINUX)
    page = read_signature(sharing.replace('name = "A viewer"', 'name = "A page"\nbrowser = true'), "x")
    assert page.is_undecidable(System.LINUX)


def test_a_process_is_undecidable_when_neither_it_nor_a_log_tells_its_sessions() -> None:
    silent = VIEWER.replace('names = ["viewer", "viewer.exe"]', 'names = ["viewer"]\nproof = "none"')
    found = [
        (catalogue.is_undecidable(match), name)
        for catalogue, name in (
            (a_catalogue(silent), "viewer"),
            (a_catalogue(silent), "viewerd"),
            (a_catalogue(), "viewer"),
            (a_catalogue(), "logger"),
        )
        if (match := catalogue.match(a_process(name)))
    ]
    assert found == [(True, "viewer"), (False, "viewerd"), (False, "viewer"), (False, "logger")]
