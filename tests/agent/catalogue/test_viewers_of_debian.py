"""Every VNC, RDP, SPICE and NX viewer that Debian 12 and 13 package, by the name of its executable."""

import pytest

from agent.signature import Role
from agent.snapshot import Process
from tests.agent.catalogue.scenes import a_process, live, tool_and_role

PYTHON, JAVA = "/usr/bin/python3.11", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"

VIEWERS = [
    ("tigervnc", a_process("/usr/bin/xtigervncviewer")),
    ("tigervnc", a_process("/usr/bin/xtigervncviewer", known_as="vncviewer")),
    ("tightvnc", a_process("/usr/bin/xtightvncviewer")),
    ("tightvnc", a_process("/usr/bin/xtightvncviewer", known_as="vncviewer")),
    ("tightvnc", a_process(JAVA, "tightvncviewer.VncViewer", "HOST", "pc", script="tightvncviewer.VncViewer")),
    ("ssvnc", a_process("/usr/lib/ssvnc/vncviewer", known_as="ssvncviewer")),
    ("ssvnc", a_process("/usr/lib/ssvnc/vncviewer")),
    ("ssvnc", a_process("/home/anna/ssvncviewer")),
    ("gvncviewer", a_process("/usr/bin/gvncviewer")),
    ("directvnc", a_process("/usr/bin/directvnc")),
    ("x2vnc", a_process("/usr/bin/x2vnc")),
    ("vnc", a_process("/home/anna/bin/vncviewer")),
    ("freerdp", a_process("/usr/bin/xfreerdp")),
    ("freerdp", a_process("/usr/bin/wlfreerdp")),
    ("freerdp", a_process("/usr/bin/xfreerdp3")),
    ("freerdp", a_process("/usr/bin/wlfreerdp3")),
    ("freerdp", a_process("/usr/bin/sdl-freerdp3")),
    ("rdesktop", a_process("/usr/bin/rdesktop")),
    ("remmina", a_process("/usr/bin/remmina")),
    ("vinagre", a_process("/usr/bin/vinagre")),
    ("gnome-connections", a_process("/usr/bin/gnome-connections")),
    ("krdc", a_process("/usr/bin/krdc")),
    ("remote-viewer", a_process("/usr/bin/remote-viewer")),
    ("remote-viewer", a_process("/usr/bin/virt-viewer")),
    ("virt-manager", a_process(PYTHON, "/usr/bin/virt-manager", script="virt-manager")),
    ("gnome-boxes", a_process("/usr/bin/gnome-boxes")),
    ("spicy", a_process("/usr/bin/spicy")),
    ("x2go", a_process("/usr/bin/nxproxy", "-S", "nx/nx,options=/home/anna/.x2go/S-anna/options:50")),
    ("x2go", a_process("/usr/bin/x2goclient")),
    ("x2go", a_process("/usr/libexec/x2goclient")),
    ("x2go", a_process(PYTHON, "/usr/bin/pyhoca-cli", script="pyhoca-cli")),
    ("x2go", a_process(PYTHON, "/usr/bin/pyhoca-gui", script="pyhoca-gui")),
    ("xpra", a_process(PYTHON, "/usr/bin/xpra", "attach", "tcp://192.0.2.7:10000/", script="xpra")),
    ("xpra", a_process(PYTHON, "/usr/bin/xpra_launcher", script="xpra_launcher")),
]
SHARING = [
    "/usr/bin/xtigervnc", "/usr/bin/x0tigervncserver", "/usr/bin/x11vnc", "/usr/bin/xtightvnc", "/usr/bin/wayvnc",
    "/usr/bin/krfb", "/usr/bin/krdpserver", "/usr/libexec/vino-server", "/usr/libexec/gnome-remote-desktop-daemon",
    "/usr/sbin/xrdp", "/usr/bin/freerdp-shadow-cli", "/usr/bin/freerdp-shadow-cli3", "/usr/bin/freerdp-proxy3",
    "/usr/bin/spice-vdagent", "/usr/bin/nxagent", "/usr/bin/x2goagent", "/usr/bin/qemu-system-x86_64",
]  # fmt: skip
NO_VIEWERS = [
    "/usr/bin/vncsnapshot", "/usr/bin/vnccapture", "/usr/bin/gvnccapture", "/usr/bin/vncdo", "/usr/bin/spicy-stats",
    "/usr/bin/spicy-screenshot", "/usr/bin/vncpasswd", "/usr/bin/tigervncpasswd", "/usr/bin/rvc", "/usr/bin/ssh",
    "/usr/share/novnc/utils/novnc_proxy", "/usr/bin/websockify", "/usr/bin/hydra", "/usr/bin/firefox-esr",
]  # fmt: skip


def name_of(process: Process) -> str:
    return "+".join(sorted(process.names))


@pytest.mark.parametrize(("tool", "process"), VIEWERS, ids=[name_of(each) for _, each in VIEWERS])
def test_a_viewer_with_a_connection_to_any_port_is_a_session(tool: str, process: Process) -> None:
    for peer in ("192.0.2.7:5900", "192.0.2.7:3389", "192.0.2.7:40123", "127.0.0.1:8443"):
        assert [(each.tool, each.peer) for each in live(process, to=(peer,))] == [(tool, peer)]


@pytest.mark.parametrize(("tool", "process"), VIEWERS, ids=[name_of(each) for _, each in VIEWERS])
def test_a_viewer_without_a_connection_is_none(tool: str, process: Process) -> None:
    assert (tool_and_role(process), live(process)) == ((tool, Role.VIEWER), ())


@pytest.mark.parametrize("path", SHARING)
def test_the_sharing_side_is_never_a_session(path: str) -> None:
    found = tool_and_role(a_process(path))
    assert found is not None
    assert found[1] is Role.INCOMING
    assert live(a_process(path), to=("192.0.2.7:40123",)) == ()


@pytest.mark.parametrize("path", NO_VIEWERS)
def test_what_lets_nobody_work_on_the_other_side_is_unknown(path: str) -> None:
    assert tool_and_role(a_process(path)) is None


@pytest.mark.parametrize("name", ["ssvnc", "ss_vncviewer", "jtightvncviewer", "grdesktop", "gitso", "epoptes"])
def test_a_dialog_around_a_viewer_is_none_itself(name: str) -> None:
    assert live(a_process("/usr/bin/dash", script=name), to=("192.0.2.7:40123",)) == ()


@pytest.mark.parametrize("name", ["veyon-master", "aqemu"])
def test_who_watches_many_or_only_this_computer_is_none(name: str) -> None:
    assert live(a_process(f"/usr/bin/{name}"), to=("192.0.2.7:11100", "192.0.2.8:11100")) == ()


@pytest.mark.parametrize(
    ("path", "peer"),
    [
        ("/usr/bin/remmina", "203.0.113.1:443"),  # its news
        ("/usr/bin/remmina", "203.0.113.1:22"),  # a terminal, or the tunnel under a session
        ("/usr/bin/virt-manager", "192.0.2.9:16514"),
        ("/usr/bin/virt-viewer", "192.0.2.9:16509"),
        ("/usr/bin/gnome-boxes", "203.0.113.1:443"),
        ("/usr/bin/x2goclient", "192.0.2.9:22"),
        ("/usr/bin/x2goclient", "192.0.2.9:389"),
    ],
)
def test_what_an_idle_window_connects_to_is_none(path: str, peer: str) -> None:
    assert live(a_process(path), to=(peer,)) == ()


def test_a_port_that_the_arguments_name_is_the_session_s() -> None:
    process = a_process("/usr/bin/remmina", "-c", "vnc://203.0.113.1:443")
    assert [each.peer for each in live(process, to=("203.0.113.1:443",))] == ["203.0.113.1:443"]


@pytest.mark.parametrize("path", ["/usr/bin/remote-viewer", "/usr/bin/spicy", "/usr/bin/xfreerdp"])
def test_the_channels_of_one_window_are_one_session(path: str) -> None:
    assert len(live(a_process(path), to=("192.0.2.7:5900", "192.0.2.7:5900", "192.0.2.7:5901"))) == 1


@pytest.mark.parametrize("name", ["remmina", "vinagre", "krdc", "gnome-connections", "virt-manager"])
def test_the_tabs_of_one_window_are_a_session_each(name: str) -> None:
    found = live(a_process(f"/usr/bin/{name}"), to=("192.0.2.7:5900", "192.0.2.8:3389", "192.0.2.8:3389"))
    assert [each.peer for each in found] == ["192.0.2.7:5900", "192.0.2.8:3389"]


def test_a_session_of_x2go_is_seen_once_where_nxproxy_carries_it() -> None:
    client = a_process("/usr/bin/x2goclient", pid=100)
    proxy = a_process("/usr/bin/nxproxy", "-S", pid=200)
    assert [each.peer for each in live(client, to=("192.0.2.9:2222",))] == ["192.0.2.9:2222"]
    assert live(client, proxy, to=("192.0.2.9:2222",)) == ()
    assert [each.peer for each in live(proxy, client, to=("127.0.0.1:30001",))] == ["127.0.0.1:30001"]


def test_the_far_side_of_nxproxy_is_none() -> None:
    process = a_process("/usr/bin/nxproxy", "-C", ":50")
    assert (tool_and_role(process), live(process, to=("192.0.2.7:4050",))) == (("x2go", Role.INCOMING), ())


def test_a_server_of_xpra_is_none() -> None:
    process = a_process(PYTHON, "/usr/bin/xpra", "start", ":100", script="xpra")
    assert live(process, to=("192.0.2.7:40123",)) == ()
