"""The command line of the collector: `mezzora`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from collector import log, rate
from collector.errors import BadInput
from shared.errors import MezzoraError

if TYPE_CHECKING:
    from collector.settings import Settings

# Each verb imports what it needs when it is chosen: `mezzora rate` answers before a web server would be loaded.

EPILOG = """\
A first day, all on this PC:
  mezzora up                                    collector and agent; opens the live page. Ctrl-C stops both
  mezzora up --demo                             the same, with a made-up day on the wall

For a firm:
  mezzora serve                                 the collector alone
  mezzora enrol "PC Anna"                       a one-time code; on her PC: mezzora-agent enrol URL CODE
  mezzora signin                                a one-time link to the live page
  mezzora token create --role supervisor        a token for the REST API (see /api/docs)

Without anything running:
  mezzora rate intervention.json                what one intervention costs, and why
"""
OF_THEIR_OWN = {
    "user": (
        "collector.user",
        "who signs in: add, list, role, password, disable; where each is signed in, and the end of it",
    ),
    "agent": ("collector.agent", "the programs on the technicians' PCs: list, whose PC it is, revoke"),
    "session": ("collector.session", "the sessions as they are heard now, and the end of one asked for"),
    "report": ("collector.report", "overtime by month, customer and tool, as CSV or JSON"),
    "statement": ("collector.billing", "what customers owe: issued, listed, written in its forms, verified"),
    "month": ("collector.closing", "how far a month is, and the act that closes it"),
    "alerts": ("collector.alerting", "the alerts, who was told of them, and whether a channel works"),
    "audit": ("collector.trail", "whether the past is as it was left, and who changed what"),
    "customer": ("collector.customer", "the customers: list, change, import, export, duplicates"),
    "intervention": ("collector.intervention", "the interventions: list, open, split, move, decide, close, reopen"),
    "tariff": ("collector.tariff", "a price list checked, and a month under another one"),
    "request": ("collector.request", "e-mail that asks for help: taken in from files or a mailbox, listed"),
    "review": ("collector.review", "what waits for a person before it is final, oldest first"),
}
"""Verbs whose module adds its arguments itself, once it is chosen."""

ROLES = ("supervisor", "technician", "office", "read-only")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb. What goes wrong is one line on standard error: status 2 for bad input, 1 for anything else."""
    args = _parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # Windows' code page has no letter for many a name
    log.to_stderr(talkative=args.verbose)
    run: Callable[[argparse.Namespace], int] = args.run
    try:
        return run(args)
    except BadInput as error:
        return _fail(error, 2)
    except MezzoraError as error:
        return _fail(error, 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on: nothing to flush at exit
        return 0
    except OSError as error:
        return _fail(error, 1)
    except KeyboardInterrupt:
        return 130


def _fail(error: Exception, status: int) -> int:
    print("mezzora: " + " ".join(str(error).split()), file=sys.stderr)
    return status


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """With every verb, and the arguments of those that may be meant by these words."""
    parser = argparse.ArgumentParser(
        prog="mezzora",
        description="Takes in remote-support sessions, keeps their caps, and tells what they cost.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="also say what goes well")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _add_up(verbs.add_parser("up", help="collector and agent on this PC, in one command"))
    _add_serve(verbs.add_parser("serve", help="the collector alone"))
    _add_enrol(verbs.add_parser("enrol", help="print a one-time code for a technician's PC"))
    _add_signin(verbs.add_parser("signin", help="print a one-time link to the live page"))
    _add_token(verbs.add_parser("token", help="tokens for the REST API"))
    rating = verbs.add_parser("rate", help="what one intervention costs, from JSON")
    rate.add_arguments(rating)
    rating.set_defaults(run=rate.run)
    for verb, (module, told) in OF_THEIR_OWN.items():
        added = verbs.add_parser(verb, help=told)
        if verb in words:
            import_module(module).add_arguments(added, _settings)
    migrating = verbs.add_parser("migrate", help="bring the tables up to date (serve does it by itself)")
    _add_data(migrating)
    migrating.set_defaults(run=_migrate)
    return parser


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="where the collector keeps its things (default: this user's own)"
    )


def _add_serving(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    parser.add_argument("--host", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", help="the port to listen on; 0 takes any free one (default: 8765)")
    parser.add_argument("--tariff", metavar="FILE", help="a price list of your own (TOML)")
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate (PEM), to be reached from other computers")
    parser.add_argument("--tls-key", metavar="FILE", help="its key (PEM)")


def _add_up(parser: argparse.ArgumentParser) -> None:
    _add_serving(parser)
    parser.add_argument("--no-browser", action="store_true", help="only print the address of the live page")
    parser.add_argument("--demo", action="store_true", help="with a made-up day, in a database of its own")
    parser.set_defaults(run=_up)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    _add_serving(parser)
    parser.set_defaults(run=_serve)


def _add_enrol(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    parser.add_argument("name", metavar="NAME", help='what the PC is called on the pages, as in "PC Anna"')
    parser.set_defaults(run=_enrol)


def _add_signin(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    parser.add_argument("--role", choices=ROLES, default="supervisor", help="default: supervisor")
    parser.add_argument("--name", help="who signs in (default: the role)")
    parser.set_defaults(run=_signin)


def _add_token(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="create|list|revoke")
    create = acts.add_parser("create", help="print a new token; it is shown this once")
    create.add_argument("--role", choices=ROLES, required=True)
    create.add_argument("--name", help="what it is for (default: the role, with a number where that is taken)")
    create.set_defaults(run=_token_create)
    listing = acts.add_parser("list", help="the tokens, without their secrets")
    listing.set_defaults(run=_token_list)
    revoke = acts.add_parser("revoke", help="void a token from now on")
    revoke.add_argument("name", metavar="NAME")
    revoke.set_defaults(run=_token_revoke)
    for act in (create, listing, revoke):
        _add_data(act)


def _settings(args: argparse.Namespace) -> "Settings":
    from collector.settings import KEYS, read_settings

    told = {key: getattr(args, key, None) for key in KEYS}
    return read_settings(args.data, told, os.environ, demo=getattr(args, "demo", False))


def _up(args: argparse.Namespace) -> int:
    from collector import up

    return up.run(_settings(args), browser=not args.no_browser)


def _serve(args: argparse.Namespace) -> int:
    from collector.serve import serve, until_stopped

    return serve(_settings(args), until_stopped)


def _enrol(args: argparse.Namespace) -> int:
    from collector import access

    return access.enrol(_settings(args), args.name)


def _signin(args: argparse.Namespace) -> int:
    from collector import access
    from collector.ledger.keys import Role

    return access.sign_in(_settings(args), Role(args.role), args.name)


def _token_create(args: argparse.Namespace) -> int:
    from collector import access
    from collector.ledger.keys import Role

    return access.create_token(_settings(args), Role(args.role), args.name)


def _token_list(args: argparse.Namespace) -> int:
    from collector import access

    return access.list_tokens(_settings(args))


def _token_revoke(args: argparse.Namespace) -> int:
    from collector import access

    return access.revoke_token(_settings(args), args.name)


def _migrate(args: argparse.Namespace) -> int:
    from collector import access

    return access.migrate(_settings(args))


if __name__ == "__main__":
    sys.exit(main())
