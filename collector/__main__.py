"""The command line of the collector: `mezzora`."""

import argparse
import sys
from collections.abc import Sequence

from collector import rate


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    parser = argparse.ArgumentParser(prog="mezzora", description="Remote-support caps and bills.")
    commands = parser.add_subparsers(dest="command", required=True)
    rating = commands.add_parser("rate", help="what one intervention costs")
    rate.add_arguments(rating)
    rating.set_defaults(run=rate.run)
    args = parser.parse_args(argv)
    return int(args.run(args))


if __name__ == "__main__":
    sys.exit(main())
