"""What the tools are called where people read it. The wire and the tables know them by their catalogue names."""

_NAMES = {
    "anydesk": "AnyDesk",
    "freerdp": "FreeRDP",
    "mstsc": "Microsoft Remote Desktop",
    "realvnc": "RealVNC Viewer",
    "remmina": "Remmina",
    "rustdesk": "RustDesk",
    "screenconnect": "ScreenConnect",
    "teamviewer": "TeamViewer",
    "tightvnc": "TightVNC",
    "tigervnc": "TigerVNC",
    "ultravnc": "UltraVNC",
}


def tool_name(tool: str) -> str:
    """The product's name; a tool that is not known here goes by its catalogue name."""
    return _NAMES.get(tool, tool)
