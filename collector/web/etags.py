"""Two people who change one thing at once: whoever has seen an older state of it is refused (RFC 9110, 13.1.1).

The tag of a thing of billing weight is the number of the last audit entry about it: it changes exactly when the thing
does. Without If-Match nothing is expected.
"""

import re
from typing import Annotated

from fastapi import Depends, Header
from starlette.responses import Response

from collector.ledger.audit import Seen

_TAG = re.compile(r'"(\d{1,18})"', re.ASCII)


def seen(if_match: Annotated[str | None, Header(description="the ETag of what was last read")] = None) -> Seen:
    """The states that whoever asks has in mind; None when he does not say."""
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(tag) for tag in _TAG.findall(if_match))


Match = Annotated[Seen, Depends(seen)]


def tag(version: int) -> str:
    """The tag of that state."""
    return f'"{version}"'


def mark(response: Response, version: int) -> None:
    """Say which state of it this answer is."""
    response.headers["ETag"] = tag(version)
