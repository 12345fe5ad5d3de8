"""The agent's command line."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from agent import app, declared, log, paths, words
from shared.clock import SystemClock
from shared.errors import MezzoraError
from shared.messages import What

# Each of these is loaded when it is chosen: an agent that runs for months keeps none of them in memory.
LOADED_WHEN_CHOSEN = {
    "status": ("agent.status", "say what is recorded about you, what waits, and how to stop it"),
    "tools": ("agent.tool_list", "list the tools that the agent knows, and what proves their sessions"),
    "replay": ("agent.replay", "print the sessions that recorded logs of a tool prove"),
    "reconcile": ("agent.reconcile", "list where a tool's own list and what was recorded differ"),
    "install": ("agent.autostart", "start the agent at every log-on"),
    "uninstall": ("agent.autostart", "undo install"),
}

EPILOG = """\
A first day:
  mezzora-agent enrol https://mezzora.example:8765 CODE   the code comes from the supervisor (mezzora enrol NAME)
  mezzora-agent run                                       measures and reports; Ctrl-C stops it
  mezzora-agent install                                   starts it at every log-on from now on

Without a collector:
  mezzora-agent watch --json                              this PC's sessions, one JSON object a line
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; what goes wrong is one line on standard error and a status other than 0."""
    typed = sys.argv[1:] if arguments is None else arguments
    given = _parser(typed).parse_args(typed)
    log.to_stderr(talkative=given.verbose)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # Windows' code page has no letter for many a peer's name
    verb: Callable[[argparse.Namespace], int] = given.verb
    try:
        return verb(given)
    except (MezzoraError, ValueError) as error:
        return _fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on: nothing to flush at exit
        return 0
    except (OSError, TimeoutError) as error:
        return _fail(f"the system refuses: {error}")
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0


def _fail(text: str) -> int:
    sys.stderr.write("mezzora-agent: " + " ".join(text.split()) + "\n")
    return 1


class _Help(argparse.RawDescriptionHelpFormatter):
    """To ask how wide the terminal is, argparse would load what an agent that runs for months never uses again."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


class _Parser(argparse.ArgumentParser):
    """So are its verbs."""

    def __init__(self, **more: Any) -> None:
        super().__init__(formatter_class=_Help, **more)


def _parser(typed: Sequence[str]) -> argparse.ArgumentParser:
    """With every verb, and the arguments of those that may be meant by these words."""
    parser = _Parser(
        prog="mezzora-agent",
        description="Sees the remote-support sessions of this PC and reports how long they last.",
        epilog=EPILOG,
    )
    _add_data(parser, paths.data_folder())
    parser.add_argument("-v", "--verbose", action="store_true", help="also say what goes well")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    enrol = verbs.add_parser("enrol", help="make this PC known to a collector")
    enrol.add_argument("url", metavar="URL", help="the collector's address, as in https://mezzora.example:8765")
    enrol.add_argument("code", metavar="CODE", help="the one-time code that `mezzora enrol NAME` printed")
    enrol.set_defaults(verb=_enrol)

    run = verbs.add_parser("run", help="measure and report until stopped")
    run.set_defaults(verb=_run)

    watch = verbs.add_parser("watch", help="print this PC's sessions; needs no collector, keeps nothing")
    watch.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    watch.add_argument("--seconds", type=_positive, metavar="N", help="stop after so many seconds (default: at Ctrl-C)")
    watch.set_defaults(verb=_watch)

    explaining = verbs.add_parser("explain", help="say for each candidate why it is or is not a session")
    explaining.set_defaults(verb=_explain)
    begin = verbs.add_parser("begin", help="declare that a session begins that the agent cannot see")
    end = verbs.add_parser("end", help="declare that it ends")
    for verb, act in ((begin, _begin), (end, _end)):
        declared.add_arguments(verb)
        verb.set_defaults(verb=act)
    saying = verbs.add_parser("say", help="say what the buttons of a notification say: agreed, next-problem ...")
    words.add_arguments(saying)
    saying.set_defaults(verb=_say)
    does = {"status": _status, "tools": _tools, "replay": _replay, "reconcile": _reconcile}
    does |= {"install": _autostart, "uninstall": _autostart}
    for name, (module, told) in LOADED_WHEN_CHOSEN.items():
        chosen = verbs.add_parser(name, help=told)
        chosen.set_defaults(verb=does[name], name=name)
        if name in typed:
            import_module(module).add_arguments(chosen)
        if name not in ("tools", "replay"):
            _add_data(chosen)
    for verb in (enrol, run, watch, explaining, begin, end, saying):
        _add_data(verb)
    return parser


def _add_data(parser: argparse.ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    """Before the verb or after it."""
    text = "where the agent keeps its things" + ("" if default is argparse.SUPPRESS else " (%(default)s)")
    parser.add_argument("--data", type=Path, default=default, metavar="DIR", help=text)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 366 * 24 * 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return number


def _enrol(given: argparse.Namespace) -> int:
    enrolment = app.enrol(given.data, given.url, given.code)
    sys.stdout.write(f"enrolled as {enrolment.agent}; start with: mezzora-agent run\n")
    return 0


def _run(given: argparse.Namespace) -> int:
    app.run(given.data)
    return 0


def _watch(given: argparse.Namespace) -> int:
    for_ms = round(given.seconds * 1000) if given.seconds is not None else None
    app.run_watch(given.data, as_json=given.json, for_ms=for_ms)
    return 0


def _autostart(given: argparse.Namespace) -> int:
    from agent import autostart

    # A folder that is not the usual one is part of what starts at log-on.
    own = [] if given.data == paths.data_folder() else ["--data", str(given.data.absolute())]
    return autostart.run(given.name, dry_run=given.dry_run, run_arguments=(*own, "run"))


def _explain(given: argparse.Namespace) -> int:
    from agent import explain

    return explain.run(app.explanation(given.data))


def _status(given: argparse.Namespace) -> int:
    from agent import status

    now_at = SystemClock().wall_ms()
    standing = app.standing(given.data, status.since_at(given.days, now_at))
    return status.run(standing, now_at, given.days, app.NOTICE)


def _begin(given: argparse.Namespace) -> int:
    return app.declare(given.data, declared.name_given(given.tool, "tool"), declared.name_given(given.peer, "peer"))


def _end(given: argparse.Namespace) -> int:
    tool, peer = declared.name_given(given.tool, "tool"), declared.name_given(given.peer, "peer")
    return declared.run_end(paths.Paths(given.data).declared, tool, peer, SystemClock())


def _say(given: argparse.Namespace) -> int:
    return app.say(given.data, What(given.what), declared.name_given(given.peer, "peer"))


def _replay(given: argparse.Namespace) -> int:
    from agent import replay

    return replay.run(given, app.catalogue().signatures)


def _reconcile(given: argparse.Namespace) -> int:
    from agent import reconcile

    return reconcile.run(given, app.catalogue().signatures, lambda since_at: app.recorded(given.data, since_at))


def _tools(given: argparse.Namespace) -> int:
    from agent import tool_list

    status = tool_list.run(given, paths.own_catalogue())
    if not given.json:
        sys.stdout.writelines(f"{each}\n" for each in app.explanation(given.data).channels)
    return status


if __name__ == "__main__":
    sys.exit(main())
