"""`python -m tests.mutants [MODULE...]`: changes collector/domain in one place at a time and runs its tests each time.

A change that no test notices is told and is a failure, unless reasons.toml says why nobody could notice it.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.mutants import workshop
from tests.mutants.survivors import REASONS, Survivor, read_reasons, without_mutant, without_reason


def main() -> int:
    """Test the named modules, or all."""
    names = sorted(file.stem for file in workshop.DOMAIN.glob("[!_]*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("module", nargs="*", metavar="MODULE", help="of collector/domain, as rating (default: all)")
    chosen = [name.removesuffix(".py") for name in parser.parse_args().module] or names
    if unknown := sorted(set(chosen) - set(names)):
        parser.error(f"there is no {', '.join(unknown)}: choose from {', '.join(names)}")
    if not any(map(workshop.has_functions, chosen)):
        return judge({name: {} for name in chosen}, [], [])
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        workshop.furnish(Path(folder), chosen)
        workshop.run(Path(folder), progress)
        fates = {name: workshop.fates(Path(folder), name) for name in chosen}
        alive = [each for name in chosen for each in workshop.survivors(Path(folder), name, fates[name])]
    reasons = [each for each in read_reasons(REASONS.read_text(encoding="utf-8")) if each.module in fates]
    return judge(fates, alive, reasons)


def progress(done: int, total: int) -> None:
    """On a terminal one line that changes, elsewhere a line for each hundred."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r  {done} of {total} mutants ")
    elif done % 100 == 0 or done == total:
        sys.stdout.write(f"  {done} of {total} mutants\n")
    sys.stdout.flush()


def judge(fates: Mapping[str, Mapping[str, str]], alive: Sequence[Survivor], reasons: Sequence[Survivor]) -> int:
    """The table, then every mutant that has no reason and every reason that has no mutant."""
    sys.stdout.write(f"\n{'module':<16}{'mutants':>9}{'killed':>9}{'survived':>9}{'reasoned':>9}\n")
    for name, of_module in fates.items():
        here = [each for each in alive if each.module == name]
        reasoned = len(here) - len(without_reason(here, reasons))
        killed = len(of_module) - len(here)
        sys.stdout.write(f"{name:<16}{len(of_module):>9}{killed:>9}{len(here):>9}{reasoned:>9}\n")
    unnoticed, outlived = without_reason(alive, reasons), without_mutant(alive, reasons)
    for each in unnoticed:
        sys.stdout.write(f"\nno test notices it in {each}\n")
    for each in outlived:
        sys.stdout.write(f"\nreasons.toml speaks of a mutant that does not survive: {each}\n")
    return 1 if unnoticed or outlived else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
