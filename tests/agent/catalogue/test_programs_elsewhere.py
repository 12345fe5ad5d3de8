"""The programs of Windows and macOS: which tool each process belongs to, on which side, and the traps."""

import msgspec
import pytest

from agent.detector import detect
from agent.signature import Role, System
from tests.agent.catalogue.scenes import a_process, catalogue, live, tool_and_role
from tests.agent.pictures import a_look

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

# The tables of remote tools, line by line: programs of the supporting side, and those that are never a session.
SIDES = {
    "teamviewer": ("TeamViewer.exe", "TeamViewer_Service.exe tv_w32.exe tv_x64.exe TeamViewer_Desktop.exe"),
    "anydesk": ("AnyDesk.exe AnyDesk-6f0c.exe", ""),
    "supremo": ("Supremo.exe", "SupremoService.exe SupremoHelper.exe SupremoSystem.exe"),
    "iperius-remote": ("IperiusRemote.exe", ""),
    "rustdesk": ("rustdesk.exe", ""),
    "hoptodesk": ("HopToDesk.exe", ""),
    "rudesktop": ("rudesktop.exe rudesktop-2.exe", ""),
    "screenconnect": ("", "ScreenConnect.ClientService.exe ScreenConnect.WindowsClient.exe"),
    "splashtop": ("strwinclt.exe", "SRService.exe SRAgent.exe SRManager.exe SRFeature.exe SSUService.exe"),
    "isl-online": ("ISLLight.exe", "isllightservice.exe ISLLightClient.exe"),
    "zoho-assist": ("", "ZohoURSService.exe ZohoURS.exe ZMAgent.exe ZohoMeeting.exe ZohoTray.exe"),
    "logmein-rescue": ("LMIRTechConsole.exe", "Support-LogMeInRescue.exe lmi_rescue.exe"),
    "logmein": ("LMIIgnition.exe", "LogMeIn.exe LMIGuardianSvc.exe"),
    "gotoassist": ("g2ax_start.exe g2ax_user_expert.exe", "g2ax_comm_customer.exe"),
    "goto-resolve": ("", "GoToResolveUnattended.exe GoToResolveRemoteControl.exe"),
    "beyondtrust-remote-support": ("bomgar-rep.exe", "bomgar-scc.exe bomgar-scc-w0e.exe bomgar-pac.exe bomgar-rdp.exe"),
    "dwservice": ("", "dwagsvc.exe dwagent.exe dwaglnc.exe"),
    "meshcentral": ("MeshCentralRouter.exe", "MeshAgent.exe"),
    "ultraviewer": ("UltraViewer_Desktop.exe", "UltraViewer_Service.exe"),
    "aeroadmin": ("AeroAdmin.exe", ""),
    "ammyy-admin": ("AA_v3.exe AMMYY_Admin.exe", ""),
    "anyviewer": ("AnyViewer.exe", "RCService.exe rcsvc.exe"),
    "getscreen-me": ("", "getscreen.exe getscreen-x86.exe"),
    "simplehelp": ("", "SimpleService.exe session_win.exe"),
    "pcvisit": ("pcvisit.exe pcvisit_client.exe", "pcvisit_service_client.exe"),
    "fastviewer": ("FastMaster.exe", "FastClient.exe"),
    "fixme-it": ("TiExpertCore.exe TiExpertStandalone.exe", "TiClientCore.exe"),
    "parsec": ("parsecd.exe", "pservice.exe"),
    "nomachine": ("nxplayer.exe nxplayer.bin", "nxservice64.exe nxd.exe nxserver.bin nxnode.bin"),
    "remotepc": ("RemotePC.exe", "RemotePCService.exe"),
    "todesk": ("ToDesk.exe", "ToDesk_Service.exe"),
    "sunlogin": ("SunloginClient.exe", "OrayRemoteService.exe"),
    "awesun": ("AweSun.exe", ""),
    "distant-desktop": ("distant-desktop.exe", "ddsystem.exe"),
    "gotohttp": ("GotoHTTP.exe GotoHTTP_x64.exe", ""),
    "alpemix": ("Alpemix.exe", "AlpemixService.exe"),
    "showmypc": ("showmypc.exe", "showmypc3521.exe"),
    "mstsc": ("mstsc.exe", "rdpclip.exe"),
    "windows-app": ("msrdc.exe", "msrdcw.exe"),
    "rdcman": ("RDCMan.exe", ""),
    "quick-assist": ("QuickAssist.exe", ""),
    "remote-assistance": ("msra.exe", "raserver.exe"),
    "chrome-remote-desktop": ("", "remoting_host.exe"),
    "realvnc": ("", "vncserver.exe"),
    "vnc": ("vncviewer.exe vncviewer64.exe", ""),
    "vnc-servers": ("", "winvnc.exe"),
    "tightvnc": ("tvnviewer.exe", "tvnserver.exe"),
    "radmin": ("Radmin.exe", "rserver3.exe"),
    "remote-utilities": ("rutview.exe", "rutserv.exe rfusclient.exe"),
    "litemanager": ("ROMViewer.exe", "ROMServer.exe ROMFUSClient.exe"),
    "netsupport-manager": ("PCICTLUI.EXE", "client32.exe"),
    "dameware-mini-remote-control": ("DWRCC.exe", "DWRCS.exe dwrcst.exe"),
    "jump-desktop": ("JumpClient.exe JumpDesktop.exe", "JumpConnect.exe JumpService.exe"),
    "mremoteng": ("mRemoteNG.exe", "PuTTYNG.exe"),
    "devolutions-remote-desktop-manager": ("RemoteDesktopManager.exe RemoteDesktopManager64.exe", ""),
    "royal-ts": ("RoyalTS.exe", "RoyalServer.exe"),
    "freerdp": ("wfreerdp.exe sdl-freerdp.exe", ""),
    "remote-viewer": ("remote-viewer.exe virt-viewer.exe", ""),
    "mobaxterm": ("MobaXterm.exe MobaXterm_Personal_24.1.exe", ""),
    "terminals": ("Terminals.exe", ""),
    "citrix-workspace": ("wfica32.exe", ""),
    "vmware-horizon": ("vmware-remotemks.exe", ""),
}
SUPPORTING = [(tool, name) for tool, (names, _) in SIDES.items() for name in names.split()]
OTHERS = [(tool, name) for tool, (_, names) in SIDES.items() for name in names.split()]


@pytest.mark.parametrize(("tool", "name"), SUPPORTING)
def test_a_program_of_the_supporting_side_is_known_and_without_a_connection_none(tool: str, name: str) -> None:
    process = a_process(f"c:/tools/{name}")
    assert tool_and_role(process, WINDOWS) == (tool, VIEWER)
    assert live(process, system=WINDOWS) == ()


@pytest.mark.parametrize(("tool", "name"), OTHERS)
def test_a_program_of_the_other_side_or_that_runs_all_day_is_none_whatever_it_connects_to(tool: str, name: str) -> None:
    process = a_process(f"c:/tools/{name}")
    found = tool_and_role(process, WINDOWS)
    assert found in {(tool, SERVICE), (tool, INCOMING)}
    to = ("192.0.2.7:443", "192.0.2.7:3389", "192.0.2.7:5900", "192.0.2.7:6783")
    assert live(process, to=to, system=WINDOWS) == ()


@pytest.mark.parametrize(
    ("name", "peer"),
    [
        ("mstsc.exe", "192.0.2.7:3389"), ("msrdc.exe", "192.0.2.7:3389"), ("RDCMan.exe", "192.0.2.7:3389"),
        ("mRemoteNG.exe", "192.0.2.7:5900"), ("RemoteDesktopManager64.exe", "192.0.2.7:3389"),
        ("RoyalTS.exe", "192.0.2.7:3389"), ("Terminals.exe", "192.0.2.7:3389"), ("MobaXterm.exe", "192.0.2.7:3389"),
        ("wfica32.exe", "192.0.2.7:1494"), ("vmware-remotemks.exe", "192.0.2.7:8443"),
        ("Radmin.exe", "192.0.2.7:4899"), ("DWRCC.exe", "192.0.2.7:6129"), ("strwinclt.exe", "192.0.2.7:6783"),
        ("nxplayer.exe", "192.0.2.7:4000"), ("nxplayer.exe", "192.0.2.7:22"), ("tvnviewer.exe", "192.0.2.7:5901"),
        ("vncviewer.exe", "192.0.2.7:5900"), ("wfreerdp.exe", "192.0.2.7:3390"), ("JumpClient.exe", "192.0.2.7:3389"),
        ("remote-viewer.exe", "192.0.2.7:5930"),
    ],
)  # fmt: skip
def test_a_program_that_reaches_the_other_directly_is_a_session_while_it_does(name: str, peer: str) -> None:
    assert [each.peer for each in live(a_process(f"c:/tools/{name}"), to=(peer,), system=WINDOWS)] == [peer]


@pytest.mark.parametrize(
    ("path", "arguments", "tool", "role"),
    [
        ("c:/tools/supremo.exe", ("/SVCRUN",), "supremo", SERVICE),
        ("c:/program files/rudesktop/rd.exe", (), "rudesktop", VIEWER),
        ("c:/program files/rudesktop/rudesktop.exe", ("--cm",), "rudesktop", INCOMING),
        ("c:/program files/rudesktop/rd.exe", ("--cm",), "rudesktop", INCOMING),
        ("c:/tools/hoptodesk.exe", ("--cm",), "hoptodesk", INCOMING),
        ("c:/tools/hoptodesk.exe", ("--server",), "hoptodesk", SERVICE),
        ("c:/program files/distant desktop/dd.exe", (), "distant-desktop", VIEWER),
        ("c:/program files/uvnc bvba/ultravnc/winvnc.exe", (), "ultravnc", INCOMING),
        ("c:/program files/realvnc/vnc4/winvnc4.exe", (), "realvnc", INCOMING),
        ("c:/program files/uvnc bvba/ultravnc/vncviewer64.exe", (), "ultravnc", VIEWER),
    ],
)
def test_its_arguments_or_its_folder_tell_the_side(
    path: str, arguments: tuple[str, ...], tool: str, role: Role
) -> None:
    assert tool_and_role(a_process(path, *arguments), WINDOWS) == (tool, role)


@pytest.mark.parametrize("path", ["c:/msys64/usr/bin/dd.exe", "c:/tools/rd.exe"])
def test_a_name_that_many_programs_have_is_a_stranger_elsewhere(path: str) -> None:
    assert tool_and_role(a_process(path), WINDOWS) is None


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


MSTSC = "c:/windows/system32/mstsc.exe"


@pytest.mark.parametrize(
    ("arguments", "peer"),
    [
        ((), None),
        (("/v:srv01", "/g:gate"), "srv01"),
        (("/v:SRV01:3390",), "srv01:3390"),
        (("-v", "srv01"), "srv01"),
        (("c:/users/anna/office.rdp", "full address:s:srv01.example.it"), "srv01.example.it"),
        (("c:/users/anna/office.rdp", "/v:srv02", "full address:s:srv01"), "srv02"),
    ],
)
def test_a_gateway_carries_a_session_and_is_not_its_peer(arguments: tuple[str, ...], peer: str | None) -> None:
    for gateway in ("192.0.2.9:443", "192.0.2.9:8443")[: 2 if arguments else 1]:
        (found,) = live(a_process(MSTSC, *arguments), to=(gateway,), system=WINDOWS)
        assert (found.peer, found.peer_name, found.address) == (peer, None, gateway)


def test_a_host_that_is_named_with_the_port_of_a_gateway_is_none() -> None:
    (found,) = live(a_process(MSTSC, "/v:srv01:443"), to=("192.0.2.9:443",), system=WINDOWS)
    assert (found.peer, found.peer_name) == ("192.0.2.9:443", "srv01")


def test_behind_one_gateway_a_manager_s_session_has_no_peer_that_a_connection_tells() -> None:
    path = "c:/tools/rdcman.exe"
    assert [each.peer for each in live(a_process(path), to=("192.0.2.9:443", "192.0.2.7:3389"), system=WINDOWS)] == [
        "192.0.2.7:3389",
        None,
    ]


def test_freerdp_through_a_gateway_is_to_the_host_that_its_arguments_name() -> None:
    (found,) = live(a_process("/usr/bin/xfreerdp", "/v:srv01", "/g:gate"), to=("192.0.2.9:443",))
    assert found.peer == "srv01"


@pytest.mark.parametrize(
    "path",
    [
        "c:/program files (x86)/anydesk/anydesk.exe",
        "c:/program files/rustdesk/rustdesk.exe",
        "c:/tools/hoptodesk.exe",
        "c:/program files/rudesktop/rudesktop.exe",
        "c:/users/anna/supremo.exe",
    ],
)
def test_a_program_whose_arguments_are_not_told_is_no_viewer_where_they_tell_the_service(path: str) -> None:
    veiled = msgspec.structs.replace(a_process(path), is_veiled=True)
    (_, role) = tool_and_role(veiled, WINDOWS) or ("", None)
    assert role in (SERVICE, INCOMING)
    (verdict,) = detect(catalogue(WINDOWS), a_look(processes=(veiled,)))
    assert "does not tell its arguments" in verdict.why
    assert tool_and_role(a_process(path), WINDOWS) == (verdict.tool, VIEWER)


def test_a_viewer_that_has_no_service_of_its_name_is_one_though_its_arguments_are_not_told() -> None:
    veiled = msgspec.structs.replace(a_process(MSTSC), is_veiled=True)
    assert [each.peer for each in live(veiled, to=("192.0.2.7:3389",), system=WINDOWS)] == ["192.0.2.7:3389"]


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
        ("/applications/jump desktop.app/contents/macos/jump desktop", "jump-desktop", VIEWER),
        ("/applications/royal tsx.app/contents/macos/royal tsx", "royal-ts", VIEWER),
        ("/applications/remote desktop.app/contents/macos/remote desktop", "apple-remote-desktop", VIEWER),
        ("/system/library/coreservices/remotemanagement/ardagent.app/contents/macos/ardagent",
         "apple-remote-desktop", INCOMING),
        ("/applications/supremo.app/contents/macos/supremo", "supremo", VIEWER),
        ("/applications/hoptodesk.app/contents/macos/hoptodesk", "hoptodesk", VIEWER),
        ("/applications/nomachine.app/contents/frameworks/bin/nxplayer.bin", "nomachine", VIEWER),
    ],
)  # fmt: skip
def test_each_program_of_macos_belongs_to_its_tool_and_side(path: str, tool: str, role: Role) -> None:
    assert tool_and_role(a_process(path), MAC) == (tool, role)


@pytest.mark.parametrize(
    ("path", "known_as", "tool", "role"),
    [
        ("/opt/teamviewer/tv_bin/TeamViewer", "", "teamviewer", VIEWER),
        ("/opt/teamviewer/tv_bin/teamviewerd", "", "teamviewer", SERVICE),
        ("/opt/teamviewer/tv_bin/TeamViewer_Desktop", "", "teamviewer", INCOMING),
        ("", "TeamViewer_Desk", "teamviewer", INCOMING),  # what Linux tells of another user's process
        ("", "gnome-connectio", "gnome-connections", VIEWER),
        ("", "helpwire-operat", "helpwire", VIEWER),
        ("", "gnome-remote-de", "vnc-servers", INCOMING),
        ("", "freerdp-shadow-", "freerdp", INCOMING),
        ("/usr/bin/anydesk", "", "anydesk", VIEWER),
        ("/usr/bin/rustdesk", "", "rustdesk", VIEWER),
        ("/usr/bin/parsecd", "", "parsec", VIEWER),
        ("/usr/NX/bin/nxplayer.bin", "", "nomachine", VIEWER),
        ("/usr/bin/sdl3-freerdp", "", "freerdp", VIEWER),
        ("/usr/bin/bomgar-rep", "", "beyondtrust-remote-support", VIEWER),
    ],
)
def test_each_program_of_linux_belongs_to_its_tool_and_side(path: str, known_as: str, tool: str, role: Role) -> None:
    assert tool_and_role(a_process(path, known_as=known_as)) == (tool, role)
