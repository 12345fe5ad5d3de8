"""A file that the agent keeps for itself: readable by this user alone, and written whole or not at all."""

import os
from pathlib import Path


def write(path: Path, body: bytes) -> None:
    """What cannot be written is OSError, and what stood there stands."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
