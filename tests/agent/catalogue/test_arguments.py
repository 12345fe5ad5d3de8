"""How arguments name the peer, and that nothing else of them is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.signature import System, Target
from tests.agent.catalogue.scenes import catalogue, signature


def target(tool: str, *arguments: str) -> tuple[str | None, int | None]:
    found = catalogue(System.WINDOWS).target(signature(tool), arguments)
    return found.host, found.port


@pytest.mark.parametrize("tool", ["tigervnc", "tightvnc", "ssvnc", "ultravnc", "vnc", "gvncviewer", "realvnc"])
def test_vnc_viewers_take_a_host_with_a_display_or_a_port(tool: str) -> None:
    assert target(tool, "pc7") == ("pc7", 5900)
    assert target(tool, "pc7:1") == ("pc7", 5901)
    assert target(tool, "pc7::5999") == ("pc7", 5999)
    assert target(tool, "192.0.2.7:5999") == ("192.0.2.7", 5999)
    assert target(tool, "[2001:db8::7]::5999") == ("2001:db8::7", 5999)


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("tigervnc", ("-FullScreen", "pc7:2"), ("pc7", 5902)),
        ("tigervnc", ("-passwd", "/home/anna/.vnc/passwd", "pc7::5999"), ("pc7", 5999)),
        ("tigervnc", ("/home/anna/office.tigervnc",), (None, None)),
        ("tigervnc", ("-listen",), (None, None)),
        ("tightvnc", ("tightvncviewer.VncViewer", "HOST", "pc7", "PORT", "5901"), ("pc7", 5900)),
        ("tightvnc", ("-host=pc7", "-password=secret"), ("pc7", 5900)),
        ("tightvnc", ("-geometry", "800x600", "pc7:1"), ("pc7", 5901)),
        ("ultravnc", ("-connect", "pc7::5999"), ("pc7", 5999)),
        ("ultravnc", ("-listen", "-password", "secret"), (None, None)),
        ("freerdp", ("/v:pc7", "/u:anna", "/p:secret"), ("pc7", 3389)),
        ("freerdp", ("/u:anna", "/v:192.0.2.7:3390"), ("192.0.2.7", 3390)),
        ("freerdp", ("/v:[2001:db8::7]:3390",), ("2001:db8::7", 3390)),
        ("freerdp", ("--v", "pc7:3390"), ("pc7", 3390)),
        ("freerdp", ("office.rdp", "/p:secret"), (None, None)),
        ("mstsc", ("/v:pc7",), ("pc7", 3389)),
        ("mstsc", ("/V:PC7:3390", "/admin"), ("pc7", 3390)),
        ("mstsc", ("-v", "pc7"), ("pc7", 3389)),
        ("mstsc", ("c:/users/anna/office.rdp",), (None, None)),
        ("remmina", ("-c", "rdp://anna@pc7:3390"), ("pc7", 3390)),
        ("remmina", ("-c", "vnc://anna:secret@pc7"), ("pc7", None)),
        ("remmina", ("-c", "/home/anna/office.remmina"), (None, None)),
        ("rdesktop", ("-u", "anna", "-p", "secret", "-f", "pc7:3390"), ("pc7", 3390)),
        ("rdesktop", ("-p", "secret"), (None, None)),
        ("krdc", ("vnc://pc7:5901",), ("pc7", 5901)),
        ("vinagre", ("pc7:1",), ("pc7", 5901)),
        ("remote-viewer", ("spice://pc7:5930",), ("pc7", 5930)),
        ("remote-viewer", ("spice://pc7?tls-port=5931&password=secret",), ("pc7", 5931)),
        ("remote-viewer", ("-f", "vnc://pc7:5901"), ("pc7", 5901)),
        ("remote-viewer", ("/tmp/console.vv",), (None, None)),
        ("spicy", ("-h", "pc7", "-p", "5930", "-w", "secret"), ("pc7", None)),
        ("spicy", ("--uri=spice://pc7:5930",), ("pc7", 5930)),
        ("x2go", ("-S", "192.0.2.7:8"), ("192.0.2.7", 4008)),
        ("nomachine", ("pc7:4000",), ("pc7", 4000)),
        ("radmin", ("/connect:pc7:4899",), ("pc7", 4899)),
        ("xpra", ("attach", "tcp://anna:secret@pc7:10000/"), ("pc7", 10000)),
        ("dameware-mini-remote-control", ("-c:", "-h:", "-m:pc7", "-u:anna", "-p:secret"), ("pc7", 6129)),
    ],
)
def test_only_the_peer_is_read(tool: str, arguments: tuple[str, ...], expected: tuple[str | None, int | None]) -> None:
    assert target(tool, *arguments) == expected


SECRET = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=6, max_size=12).map("Zq9".__add__)
PASSWORDS = {
    "tigervnc": ("-passwd={}", "-PasswordFile={}"),
    "ultravnc": ("-password", "{}"),
    "tightvnc": ("-passwd", "{}"),
    "freerdp": ("/p:{}", "/gp:{}"),
    "mstsc": ("/p:{}",),
    "remmina": ("-c", "rdp://anna:{}@pc7"),
    "rdesktop": ("-u", "anna", "-p", "{}"),
    "remote-viewer": ("spice://pc7:5930?password={}",),
    "spicy": ("-w", "{}", "--password={}"),
    "anydesk": ("--with-password", "{}"),
    "rustdesk": ("--connect", "123456789", "--password", "{}"),
    "teamviewer": ("-i", "123456789", "--Password", "{}"),
    "dameware-mini-remote-control": ("-m:pc7", "-p:{}"),
    "vnc": ("-password", "{}"),
}


@pytest.mark.parametrize("tool", sorted(PASSWORDS))
@given(secret=SECRET)
def test_a_password_is_never_read(tool: str, secret: str) -> None:
    arguments = tuple(each.format(secret) for each in PASSWORDS[tool])
    found: Target = catalogue(System.WINDOWS).target(signature(tool), arguments)
    assert secret.lower() not in f"{found}".lower()
