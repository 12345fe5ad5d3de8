"""Who may come in: the commands that make codes, tokens and links, also beside a running collector."""

import sys

from collector import folder
from collector.errors import BadInput
from collector.ledger import keys
from collector.ledger.engine import Engines
from collector.ledger.keys import Role
from collector.ledger.lock import who_runs
from collector.ledger.reading import Reading
from collector.ledger.views import TokenView
from collector.settings import Settings
from shared.moments import iso


def enrol(settings: Settings, name: str) -> int:
    """Print a one-time code for the PC of that name, and on standard error what to do with it."""
    code = folder.write(settings, lambda pen: keys.make_code(pen, a_name(name)))
    print(code)
    url = address(settings)
    print(f"On that PC, within 24 hours: mezzora-agent enrol {url} {code}", file=sys.stderr)
    return 0


def create_token(settings: Settings, role: Role, name: str | None) -> int:
    """Print a new token; it is shown this once."""
    called = None if name is None else a_name(name)
    print(folder.write(settings, lambda pen: keys.make_token(pen, called, role)))
    return 0


def revoke_token(settings: Settings, name: str) -> int:
    """The token of that name is void from now on."""
    folder.write(settings, lambda pen: keys.revoke_token(pen, name))
    return 0


def list_tokens(settings: Settings) -> int:
    """Print the tokens: name, role, since when, until when."""

    async def ask(reading: Reading) -> list[TokenView]:
        return await reading.tokens()

    for token in folder.read(settings, ask):
        until = "" if token.revoked_at is None else f"  revoked {iso(token.revoked_at)}"
        print(f"{token.name:<24} {token.role:<12} made {iso(token.made_at)}{until}")
    return 0


def sign_in(settings: Settings, role: Role, name: str | None) -> int:
    """Print a sign-in link: good once, for a quarter of an hour."""
    code = folder.write(settings, lambda pen: keys.make_link(pen, a_name(name or role.value), role))
    print(link(address(settings), code))
    return 0


def migrate(settings: Settings) -> int:
    """Bring the tables up to date and say nothing, as nothing is to be done."""

    async def nothing(engines: Engines) -> None:
        del engines

    folder.opened(settings, nothing)
    return 0


def link(where: str, code: str) -> str:
    """What is opened in a browser to sign in."""
    return f"{where}/signin?code={code}"


def a_name(text: str) -> str:
    """A name fit to be shown; BadInput for any other."""
    name = text.strip()
    if not 0 < len(name) <= 200 or not name.isprintable():
        raise BadInput("NAME", "write 1 to 200 characters on one line")
    return name


def address(settings: Settings) -> str:
    """The running collector's own word, else where it would be."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    configured = f"{'https' if settings.secure else 'http'}://{host}:{settings.port}"
    running = who_runs(settings.data)
    return running.address if running else configured
