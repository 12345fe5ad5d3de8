"""A real OpenID provider on loopback, and somebody who signs in there with a browser of few words."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

with warnings.catch_warnings():  # what it stands on tells its own makers of a change to come
    warnings.simplefilter("ignore")
    import oidc_provider_mock
    from oidc_provider_mock import User

PEOPLE = (
    User(sub="1", claims={"email": "laura@example.it", "email_verified": True, "preferred_username": "laura"}),
    User(sub="2", claims={"email": "tino@example.it", "email_verified": False}),
    User(sub="3", claims={"email": "<nobody>@example.it", "email_verified": True}),
)


@contextmanager
def a_service() -> Iterator[str]:
    """Its address."""
    with oidc_provider_mock.run_server_in_thread(user_claims=PEOPLE, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


def confirmed(door: str, sub: str, action: str = "") -> str:
    """Says at the service's door who he is; where it sends him back to, without the host."""
    answer = httpx.post(door, data={"sub": sub, "action": action}, timeout=10)
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"
