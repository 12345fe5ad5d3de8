"""What only the collector that runs can tell or do, asked of it over REST by a command on the same folder."""

import json
import ssl
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from collector import folder
from collector.errors import CollectorError, Conflict, NotFound, Unavailable
from collector.ledger import keys
from collector.ledger.keys import Role
from collector.ledger.lock import who_runs
from collector.settings import Settings

PATIENCE_S = 30.0
EVERYWHERE = {"//0.0.0.0:": "//127.0.0.1:", "//[::]:": "//[::1]:"}  # whoever listens there is asked here
_REFUSALS: dict[int, type[CollectorError]] = {404: NotFound, 409: Conflict}


def runs(settings: Settings) -> bool:
    """Whether one runs on this folder."""
    return who_runs(settings.data) is not None


def ask(settings: Settings, method: str, path: str) -> Any:
    """What it answers at this path of its API, as whoever types; what it refuses is raised in its own words."""
    running = who_runs(settings.data)
    if running is None:
        raise Conflict(f"no collector runs on {settings.data}, and it alone hears the agents: start it, or give --data")
    address = running.address
    for everywhere, here in EVERYWHERE.items():
        address = address.replace(everywhere, here)
    secret = folder.write(settings, lambda pen: keys.lend(pen, folder.by(), Role.SUPERVISOR))
    try:
        return _answer(settings, Request(f"{address}/api/v1{path}", method=method), secret)
    finally:
        folder.write(settings, lambda pen: keys.take_back(pen, secret))


def _answer(settings: Settings, request: Request, secret: str) -> Any:
    request.add_header("Authorization", f"Bearer {secret}")
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=_trusting(settings)))
    try:
        with opener.open(request, timeout=PATIENCE_S) as answer:
            told = answer.read()
    except HTTPError as refused:
        raise _REFUSALS.get(refused.code, Unavailable)(_detail(refused)) from None
    except (OSError, HTTPException) as error:
        raise Unavailable(f"the collector at {request.host} does not answer: {error}") from None
    return json.loads(told) if told else None


def _trusting(settings: Settings) -> ssl.SSLContext:
    """Its own certificate and no other; under which name it is known to others does not matter here."""
    context = ssl.create_default_context(cafile=settings.tls_cert)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _detail(refused: HTTPError) -> str:
    try:
        return str(json.loads(refused.read())["detail"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"the collector refused ({refused.code})"
