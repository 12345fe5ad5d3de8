"""`python -m tests.bench [agent|collector|pages|postgresql|statements]`: a line for each figure once it is known."""

import argparse
import sys

from tests.bench import agent, collector, pages, postgresql, statements

PARTS = {
    "agent": agent.figures,
    "collector": collector.figures,
    "pages": pages.figures,
    "postgresql": postgresql.figures,
    "statements": statements.figures,
}


def main() -> int:
    """Measure the named parts, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Figures beside their bare limits.")
    parser.add_argument("part", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)} (default: all)")
    chosen = parser.parse_args().part
    if unknown := set(chosen) - PARTS.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    sys.stdout.write(f"{'what':<52} {'ours':>23} {'bare limit':>12}    ratio\n")
    for part in chosen or PARTS:
        for figure in PARTS[part]():
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
