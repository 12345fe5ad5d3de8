"""The programs of Windows and macOS: which tool each process belongs to, on which side, and the traps."""

import pytest

from agent.signature import Role, System
from tests.agent.catalogue.scenes import a_process, live, tool_and_role

WINDOWS, MAC = System.WINDOWS, System.MACOS
VIEWER, SERVICE, INCOMING = Role.VIEWER, Role.SERVICE, Role.INCOMING

PROGRAMS = [
    ("c:/windows/system32/mstsc.exe", (), "mstsc", VIEWER),
    ("c:/windows/system32/rdpclip.exe", (), "mstsc", INCOMING),
    ("c:/program files/remote desktop/msrdc.exe", (), "windows-app", VIEWER),
    ("c:/program files/tightvnc/tvnviewer.exe", (), "tightvnc", VIEWER),
    ("c:/program files/tightvnc/tvnserver.exe", (), "tightvnc", INCOMING),
    ("c:/program files/realvnc/vnc viewer/vncviewer.exe", (), "realvnc", VIEWER),
    ("c:/program files/uvnc bvba/ultravnc/vncviewer.exe", (), "ultravnc", VIEWER),
    ("c:/program files/tigervnc/vncviewer.exe", (), "tigervnc", VIEWER),
    ("c:/users/anna/downloads/vncviewer64-1.14.0.exe", (), "vnc", VIEWER),
    ("c:/program files/turbovnc/vncviewer.exe", (), "turbovnc", VIEWER),
    ("c:/users/anna/desktop/vncviewer.exe", (), "vnc", VIEWER),
    ("c:/program files (x86)/radmin viewer 3/radmin.exe", (), "radmin", VIEWER),
    ("c:/windows/syswow64/rserver30/rserver3.exe", (), "radmin", INCOMING),
    ("c:/program files/mremoteng/mremoteng.exe", (), "mremoteng", VIEWER),
    ("c:/program files/freerdp/wfreerdp.exe", (), "freerdp", VIEWER),
    ("c:/program files/nomachine/bin/nxplayer.exe", (), "nomachine", VIEWER),
    ("c:/program files/teamviewer/teamviewer.exe", (), "teamviewer", VIEWER),
    ("c:/program files/teamviewer/teamviewer_service.exe", (), "teamviewer", SERVICE),
    ("c:/program files/teamviewer/teamviewer_desktop.exe", ("--IPCport", "5939"), "teamviewer", INCOMING),
    ("c:/program files (x86)/anydesk/anydesk.exe", (), "anydesk", VIEWER),
    ("c:/program files (x86)/anydesk/anydesk.exe", ("--service",), "anydesk", SERVICE),
    ("c:/program files (x86)/anydesk/anydesk.exe", ("--tray",), "anydesk", SERVICE),
    ("c:/program files (x86)/anydesk/anydesk.exe", ("--backend",), "anydesk", INCOMING),
    ("c:/program files/rustdesk/rustdesk.exe", (), "rustdesk", VIEWER),
    ("c:/program files/rustdesk/rustdesk.exe", ("--server",), "rustdesk", SERVICE),
    ("c:/program files/rustdesk/rustdesk.exe", ("--cm",), "rustdesk", INCOMING),
    ("c:/program files (x86)/screenconnect client/screenconnect.clientservice.exe", ("?e=Access&y=Guest",),
     "screenconnect", INCOMING),
    ("c:/program files (x86)/screenconnect client/screenconnect.windowsclient.exe", ("RunRole", "6f", "User"),
     "screenconnect", INCOMING),
]  # fmt: skip


@pytest.mark.parametrize(("path", "arguments", "tool", "role"), PROGRAMS)
def test_each_program_belongs_to_its_tool_and_side(
    path: str, arguments: tuple[str, ...], tool: str, role: Role
) -> None:
    assert tool_and_role(a_process(path, *arguments), WINDOWS) == (tool, role)


@pytest.mark.parametrize(
    "path",
    [
        "c:/program files/teamviewer/teamviewer.exe",
        "c:/program files (x86)/anydesk/anydesk.exe",
        "c:/program files/rustdesk/rustdesk.exe",
        "c:/users/anna/supremo.exe",
        "c:/windows/system32/quickassist.exe",
        "c:/program files/parsec/parsecd.exe",
    ],
)
def test_a_program_that_is_always_connected_is_none(path: str) -> None:
    process = a_process(path)
    assert tool_and_role(process, WINDOWS) is not None
    assert live(process, to=("203.0.113.1:443", "203.0.113.1:5938"), system=WINDOWS) == ()


def test_mstsc_is_a_session_when_it_is_connected_and_not_in_its_dialog() -> None:
    mstsc = a_process("c:/windows/system32/mstsc.exe", "/v:srv01:3390", "/admin")
    (found,) = live(mstsc, to=("192.0.2.7:3390",), system=WINDOWS)
    assert (found.tool, found.peer, found.peer_name) == ("mstsc", "192.0.2.7:3390", "srv01")
    assert live(mstsc, system=WINDOWS) == ()


@pytest.mark.parametrize("port", [53, 88, 389, 445])
def test_what_mstsc_asks_before_the_log_on_is_none(port: int) -> None:
    assert live(a_process("c:/windows/system32/mstsc.exe"), to=(f"192.0.2.9:{port}",), system=WINDOWS) == ()


def test_a_gateway_on_443_carries_a_session_of_mstsc() -> None:
    assert len(live(a_process("c:/windows/system32/mstsc.exe"), to=("192.0.2.9:443",), system=WINDOWS)) == 1


@pytest.mark.parametrize("name", ["mstsc.exe", "msrdc.exe"])
@pytest.mark.parametrize("argument", ["/wslg", "/WSLG", "/hvsocketserviceid:3049197C"])
def test_the_windows_of_wsl_are_none(name: str, argument: str) -> None:
    process = a_process(f"c:/windows/system32/{name}", "/v:{11111111-2222}", argument)
    assert live(process, to=("192.0.2.7:3389",), system=WINDOWS) == ()


def test_mstsc_on_linux_is_a_stranger() -> None:
    assert tool_and_role(a_process("/usr/bin/mstsc.exe")) is None


def test_a_manager_of_connections_counts_its_desktops_and_not_its_terminals() -> None:
    mremoteng = a_process("c:/program files/mremoteng/mremoteng.exe")
    to = ("192.0.2.7:22", "192.0.2.7:3389", "203.0.113.1:443", "192.0.2.8:5900")
    assert [each.peer for each in live(mremoteng, to=to, system=WINDOWS)] == ["192.0.2.7:3389", "192.0.2.8:5900"]


def test_the_computer_list_of_splashtop_is_none_and_a_direct_session_is_one() -> None:
    splashtop = a_process("c:/program files (x86)/splashtop/strwinclt.exe")
    assert live(splashtop, to=("203.0.113.1:443",), system=WINDOWS) == ()
    assert [each.peer for each in live(splashtop, to=("192.0.2.7:6783",), system=WINDOWS)] == ["192.0.2.7:6783"]


def test_the_address_book_of_remote_utilities_is_none_and_a_program_for_one_session_is_one() -> None:
    path = "c:/program files/remote utilities - viewer/rutview.exe"
    assert live(a_process(path), to=("192.0.2.7:5650",), system=WINDOWS) == ()
    started = a_process(path, "/create", "/host:pc7", "/fullcontrol")
    assert len(live(started, to=("192.0.2.7:5650",), system=WINDOWS)) == 1


def test_screenconnect_tells_the_session_s_id_and_none_of_its_secrets() -> None:
    guid = "0f8fad5b-d9cb-469f-a165-70867728950e"
    join = f"sc-0123456789abcdef://relay.example.test:8041/{guid}/serverkey/token/Anna/Support/title/x/1"
    (found,) = live(a_process("c:/users/anna/screenconnect.windowsclient.exe", join), system=WINDOWS)
    assert (found.peer, found.evidence) == (guid, "process")


@pytest.mark.parametrize(
    ("path", "tool", "role"),
    [
        ("/system/library/coreservices/applications/screen sharing.app/contents/macos/screen sharing",
         "apple-screen-sharing", VIEWER),
        ("/system/library/coreservices/remotemanagement/screensharingd.bundle/contents/macos/screensharingd",
         "apple-screen-sharing", INCOMING),
        ("/applications/tigervnc viewer 1.14.0.app/contents/macos/tigervnc viewer", "tigervnc", VIEWER),
        ("/applications/vnc viewer.app/contents/macos/vncviewer", "realvnc", VIEWER),
        ("/applications/teamviewer.app/contents/macos/teamviewer", "teamviewer", VIEWER),
        ("/applications/teamviewer.app/contents/macos/teamviewer_desktop", "teamviewer", INCOMING),
        ("/applications/rustdesk.app/contents/macos/rustdesk", "rustdesk", VIEWER),
        ("/applications/anydesk.app/contents/macos/anydesk", "anydesk", VIEWER),
    ],
)  # fmt: skip
def test_each_program_of_macos_belongs_to_its_tool_and_side(path: str, tool: str, role: Role) -> None:
    assert tool_and_role(a_process(path), MAC) == (tool, role)
