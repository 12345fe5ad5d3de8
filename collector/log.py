"""How the collector logs: to standard error, quiet unless asked; one line per change."""

import logging
import sys
import warnings

FORM = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def to_stderr(*, talkative: bool) -> None:
    """Set it up once, at the start of a command."""
    logging.basicConfig(level=logging.INFO if talkative else logging.WARNING, format=FORM, stream=sys.stderr)
    for name in ("uvicorn.error", "uvicorn.access", "alembic", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
    warnings.simplefilter("ignore", ResourceWarning)
