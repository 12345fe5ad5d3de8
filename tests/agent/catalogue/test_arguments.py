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
        ("dameware-mini-remote-control", ("-prxa:gate", "-prxp:6127", "-m:pc7"), ("pc7", 6129)),
        ("radmin", ("/through:gate:4899", "/connect:pc7:4900"), ("pc7", 4900)),
        ("remote-utilities", ("-create", "-name:Reception", "-host:pc7", "-fullcontrol"), ("pc7", None)),
        ("remote-utilities", ("/create", "/host:192.0.2.7", "/viewonly"), ("192.0.2.7", None)),
        ("litemanager", ("/connect:pc7",), ("pc7", None)),
        ("nomachine", ("--session", "office.nxs"), (None, None)),
        ("nomachine", ("office.nxs",), (None, None)),
        ("mstsc", ("/v", "pc7:3390"), ("pc7", 3390)),
        ("mstsc", ("/w:1024", "/h:768", "/v:pc7"), ("pc7", 3389)),
        ("mstsc", ("/v:{11111111-2222-3333-4444-555555555555}", "/wslg"), (None, None)),
        ("windows-app", ("/v:pc7",), ("pc7", 3389)),
        ("remote-assistance", ("/offerRA", "pc7"), ("pc7", None)),
        ("tigervnc", ("-via", "gate", "pc7:1"), ("pc7", 5901)),
        ("gnome-connections", ("rdp://pc7:3390",), ("pc7", 3390)),
        ("gnome-connections", ("-F", "office.rdp"), (None, None)),
        ("krdc", ("rdp://anna:secret@pc7",), ("pc7", None)),
        ("freerdp", ("/args-from:/tmp/secret",), (None, None)),
        ("apple-screen-sharing", ("vnc://anna:secret@pc7",), ("pc7", 5900)),
    ],
)
def test_only_the_peer_is_read(tool: str, arguments: tuple[str, ...], expected: tuple[str | None, int | None]) -> None:
    assert target(tool, *arguments) == expected


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("teamviewer", ("-i", "123456789", "-P", "secret", "-m", "fileTransfer"), "123456789"),
        ("teamviewer", ("-i", "123456789", "--Password", "987654321"), "123456789"),
        ("teamviewer", ("--Password", "987654321"), None),
        ("anydesk", ("123456789", "--with-password"), "123456789"),
        ("anydesk", ("anna@ad", "--plain"), "anna@ad"),
        ("anydesk", ("--file-transfer", "123456789"), "123456789"),
        ("anydesk", ("anydesk:123456789",), "123456789"),
        ("anydesk", ("anydesk-6f0c:123456789",), "123456789"),
        ("anydesk", ("--set-password", "123456789"), None),
        ("rustdesk", ("--connect", "123456789", "secret"), "123456789"),
        ("rustdesk", ("--connect", "192.0.2.7:21118"), "192.0.2.7:21118"),
        ("rustdesk", ("--connect", "123456789@server.example", "--password", "secret"), "123456789@server.example"),
        ("rustdesk", ("--connect", "--password"), None),
        ("isl-online", ("--connect", "12345678"), "12345678"),
        ("meshcentral", ("-host:mesh.example", "-user:anna", "-pass:secret", '-map:TCP:0:"Srv 01":RDP:3389'), "Srv 01"),
        ("meshcentral", ("-map:TCP:1234:srv01::22", "-tray"), "srv01"),
        ("ultravnc", ("-proxy", "repeater:5901", "ID:1234", "-password", "secret"), "1234"),
        (
            "screenconnect",
            (
                "sc-0123456789ABCDEF://relay.example:8041/0f8fad5b-d9cb-469f-a165-70867728950e/key/token/Anna/"
                "Access/title/x/1",
            ),
            "0f8fad5b-d9cb-469f-a165-70867728950e",
        ),
        ("screenconnect", ("?e=Access&y=Guest&h=relay.example&p=8041&s=0f8fad5b&k=key",), None),
    ],
)
def test_a_peer_that_has_a_number_or_a_name_is_read(tool: str, arguments: tuple[str, ...], expected: str) -> None:
    found = catalogue(System.WINDOWS).target(signature(tool), arguments)
    assert (found.id, found.host) == (expected, None)


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
    "anydesk": ("--with-password", "{}"),
    "rustdesk": ("--connect", "123456789", "--password", "{}"),
    "teamviewer": ("-i", "123456789", "--Password", "{}"),
    "dameware-mini-remote-control": ("-m:pc7", "-p:{}"),
    "vnc": ("-password", "{}"),
    "isl-online": ("--connect", "12345678", "--password", "{}"),
    "meshcentral": ("-host:mesh.example", "-pass:{}", "-map:TCP:0:srv01::22"),
    "screenconnect": ("sc-0123456789abcdef://h:8041/0f8fad5b-d9cb-469f-a165-70867728950e/{}/{}/{}/Support/t/x/1",),
    "krdc": ("rdp://anna:{}@pc7",),
    "apple-screen-sharing": ("vnc://anna:{}@pc7",),
    "gnome-connections": ("rdp://anna:{}@pc7",),
    "remote-utilities": ("/create", "/host:pc7", "/password:{}", "/fullcontrol"),
    "radmin": ("/connect:pc7:4899", "/password:{}"),
    "litemanager": ("/connect:pc7", "/password:{}"),
    "nomachine": ("--session", "office.nxs", "--password={}"),
    "spicy": ("-h", "pc7", "--password={}"),
}


@pytest.mark.parametrize("tool", sorted(PASSWORDS))
@given(secret=SECRET)
def test_a_password_is_never_read(tool: str, secret: str) -> None:
    arguments = tuple(each.replace("{}", secret) for each in PASSWORDS[tool])
    found: Target = catalogue(System.WINDOWS).target(signature(tool), arguments)
    assert secret.lower() not in f"{found}".lower()
