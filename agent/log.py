"""How the agent speaks of itself: one line for each change, on standard error."""

import logging
import sys


def to_stderr(*, talkative: bool) -> None:
    """Warnings and worse; with `talkative`, also what goes well."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if talkative else logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
        force=True,
    )
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # the uplink says itself what happened to the line
    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)  # so does the desk of a notice
