"""`mezzora user`: who signs in with a password of his own, also beside a collector that runs.

The first one is made here: whoever may type on the collector's computer may make a supervisor.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from collector import folder
from collector.access import a_name, address
from collector.ledger import keys, users
from collector.ledger.keys import Role
from collector.ledger.pen import Pen
from collector.ledger.reading import Reading
from collector.ledger.users import Invitation
from collector.ledger.views import SignInView, UserView
from collector.settings import Settings
from collector.web.browsers import browser_on_system
from shared.moments import iso


def add_arguments(parser: argparse.ArgumentParser, settings_of: Callable[[argparse.Namespace], Settings]) -> None:
    """The acts of the command; `settings_of` reads where the ledger is."""
    acts = parser.add_subparsers(required=True, metavar="ACT")
    adding = acts.add_parser("add", help="a new one; prints the one-time link with which he chooses his password")
    listing = acts.add_parser("list", help="the users, their roles, and since when they are")
    changing = acts.add_parser("role", help="another role, at once")
    renewing = acts.add_parser("password", help="print a one-time link for another password")
    disabling = acts.add_parser("disable", help="he does not come in any more, and his sessions are over")
    enabling = acts.add_parser("enable", help="he may come in again, with the password that he had")
    showing = acts.add_parser("signins", help="the browsers in which somebody is signed in, the one seen last first")
    ending = acts.add_parser("end-signin", help="that browser is signed out at once")
    ending.add_argument("number", type=int, metavar="NUMBER", help="as `signins` tells it")
    for act in (adding, changing, renewing, disabling, enabling):
        act.add_argument("name", metavar="NAME")
    adding.add_argument("--role", choices=list(Role), default=Role.SUPERVISOR, help="default: supervisor")
    changing.add_argument("role", choices=list(Role))
    runs: Mapping[argparse.ArgumentParser, Callable[[Settings, argparse.Namespace], int]] = {
        adding: add,
        listing: list_users,
        changing: change_role,
        renewing: renew_password,
        disabling: disable,
        enabling: enable,
        showing: list_sign_ins,
        ending: end_sign_in,
    }
    for act, run in runs.items():
        act.add_argument("--data", type=Path, metavar="DIR", help="where the collector keeps its things")
        act.set_defaults(run=lambda args, run=run: run(settings_of(args), args))


def add(settings: Settings, args: argparse.Namespace) -> int:
    """Print the link; standard error says what it is for."""
    name, role = a_name(args.name), Role(args.role)
    _, invitation = folder.write(settings, lambda pen: users.add(pen, name, role, by=folder.by()))
    return _print_link(settings, name, invitation)


def renew_password(settings: Settings, args: argparse.Namespace) -> int:
    """Print the link; the old password is good until another one is chosen."""

    async def invited(pen: Pen) -> Invitation:
        return await users.invite(pen, await users.named(pen, args.name))

    return _print_link(settings, args.name, folder.write(settings, invited))


def change_role(settings: Settings, args: argparse.Namespace) -> int:
    async def changed(pen: Pen) -> None:
        await users.change_role(pen, await users.named(pen, args.name), Role(args.role), by=folder.by())

    folder.write(settings, changed)
    return 0


def disable(settings: Settings, args: argparse.Namespace) -> int:
    async def disabled(pen: Pen) -> None:
        await users.disable(pen, await users.named(pen, args.name), by=folder.by())

    folder.write(settings, disabled)
    return 0


def enable(settings: Settings, args: argparse.Namespace) -> int:
    async def enabled(pen: Pen) -> None:
        await users.enable(pen, await users.named(pen, args.name), by=folder.by())

    folder.write(settings, enabled)
    return 0


def list_users(settings: Settings, args: argparse.Namespace) -> int:
    """A line each: name, role, since when, and what is to be known of it."""
    del args

    async def ask(reading: Reading) -> list[UserView]:
        return await reading.users()

    for user in folder.read(settings, ask):
        said = "" if user.has_password else "  no password yet"
        said = said if user.disabled_at is None else f"  disabled {iso(user.disabled_at)}"
        print(f"{user.name:<24} {user.role:<12} made {iso(user.made_at)}{said}")
    return 0


def list_sign_ins(settings: Settings, args: argparse.Namespace) -> int:
    """A line each: its number, who, from where, and when he was last seen."""
    del args

    async def ask(reading: Reading) -> list[SignInView]:
        return await reading.sign_ins()

    for each in folder.read(settings, ask):
        where = f"{browser_on_system(each.browser)} at {each.address}" if each.address else "-"
        print(f"{each.id:>6}  {each.name:<24} {each.role:<12} seen {iso(each.seen_at)}  {where}")
    return 0


def end_sign_in(settings: Settings, args: argparse.Namespace) -> int:
    folder.write(settings, lambda pen: keys.end_browser(pen, args.number))
    return 0


def _print_link(settings: Settings, name: str, invitation: Invitation) -> int:
    print(f"{address(settings)}/welcome?code={invitation.code}")
    until = iso(invitation.expires_at)
    print(f"{name} chooses a password there, once, before {until}; he signs in with it then.", file=sys.stderr)
    return 0
