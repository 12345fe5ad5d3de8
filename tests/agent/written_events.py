"""Events in the form that Windows renders them in, written for these tests.

The form is that of http://schemas.microsoft.com/win/2004/08/events/event and of the events that are public: 1024 and
1026 of a Windows 10 in Psmths/windows-forensic-artifacts, 1025 of a Windows 11 in a test of rfutils.
"""

from itertools import count
from xml.sax.saxutils import escape, quoteattr

from shared.moments import iso

CHANNEL = "Microsoft-Windows-TerminalServices-RDPClient/Operational"
PROVIDER = "Microsoft-Windows-TerminalServices-ClientActiveXCore"
ATTEMPT, ADDRESS, START, END, USER_HASH = 1024, 1102, 1027, 1026, 1029
ACTIVITY = "780cf827-0ed1-4f4b-924c-3b14e7660000"
OTHER_ACTIVITY = "2c2c9d66-5f3d-4bcb-872e-d1b715c30000"
BASE_AT = 1_795_000_000_000

_records = count(1)


def an_event(
    number: int,
    value: str | None = None,
    *,
    after_ms: int = 0,
    pid: int = 11136,
    activity: str | None = ACTIVITY,
    record: int | None = None,
    channel: str = CHANNEL,
    provider: str = PROVIDER,
) -> str:
    """One event, so long after `BASE_AT`; each has a record of its own unless it is told which."""
    stamp = iso(BASE_AT + after_ms).replace("Z", "8747Z")
    correlation = f"<Correlation ActivityID='{{{activity}}}'/>" if activity is not None else "<Correlation/>"
    data = f"<Data Name='Value'>{escape(value)}</Data>" if value is not None else ""
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<Provider Name={quoteattr(provider)} Guid='{{28aa95bb-d444-4719-a36f-40462168127e}}'/>"
        f"<EventID>{number}</EventID><Version>0</Version><Level>4</Level><Task>101</Task><Opcode>10</Opcode>"
        f"<Keywords>0x4000000000000000</Keywords><TimeCreated SystemTime='{stamp}'/>"
        f"<EventRecordID>{next(_records) if record is None else record}</EventRecordID>{correlation}"
        f"<Execution ProcessID='{pid}' ThreadID='3624'/><Channel>{channel}</Channel><Computer>DESK01</Computer>"
        "<Security UserID='S-1-5-21-1-2-3-1001'/></System>"
        f"<EventData><Data Name='Name'>Server Name</Data>{data}<Data Name='CustomLevel'>Info</Data></EventData>"
        "</Event>"
    )


def a_session(host: str = "pc7", address: str | None = "192.0.2.7", **where: object) -> list[str]:
    """The events of a session that begins after three seconds and ends after a minute."""
    return [
        an_event(ATTEMPT, host, after_ms=0, **where),
        an_event(USER_HASH, "37b1Qe+C6RABWfEqhOY11NzgSzEATQWYD8PK6fWhlzc=-", after_ms=500, **where),
        *([an_event(ADDRESS, address, after_ms=1_000, **where)] if address else []),
        an_event(START, after_ms=3_000, **where),
        an_event(END, "1", after_ms=60_000, **where),
    ]
