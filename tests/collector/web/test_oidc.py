"""What the sign-in service says is believed when it is signed, for us, now and for this attempt; else nothing is."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwk, jwt

from collector.errors import CannotStart
from collector.web.oidc import Attempt, Client, NoSignIn, Service, is_safe
from shared.moments import HOUR_MS
from tests.collector.web.sign_in_service import a_service, confirmed
from tests.fakes.clock import FakeClock

BACK = "http://house/signin/oidc/back"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what the service stands on


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with a_service() as address:
        yield address


def a_clock() -> FakeClock:
    """The service's clock is the computer's."""
    clock = FakeClock()
    clock.wall = time.time_ns() // 1_000_000
    return clock


async def code_of(service: Service, attempt: Attempt, sub: str = "1") -> str:
    door = await service.door(attempt, BACK)
    return parse_qs(urlsplit(confirmed(door, sub)).query)["code"][0]


async def test_whoever_the_service_vouches_for_is_named_by_the_claim_that_counts(issuer: str) -> None:
    for claim, name in (("email", "laura@example.it"), ("preferred_username", "laura")):
        service, attempt = Service(Client(issuer, "mezzora", "secret & more", claim), a_clock()), Attempt.begin()
        assert await service.who(attempt, await code_of(service, attempt), BACK) == name


async def test_the_door_asks_for_a_code_bound_to_this_attempt(issuer: str) -> None:
    # RFC 7636, appendix B
    attempt = Attempt("s", "n", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    asked = parse_qs(urlsplit(await Service(Client(issuer, "mezzora", "secret"), a_clock()).door(attempt, BACK)).query)
    assert asked["code_challenge"] == ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]
    assert (asked["code_challenge_method"], asked["state"], asked["nonce"]) == (["S256"], ["s"], ["n"])
    assert len({Attempt.begin().verifier for _ in range(3)}) == 3


async def test_an_address_that_is_not_verified_names_nobody(issuer: str) -> None:
    service, attempt = Service(Client(issuer, "mezzora", "secret"), a_clock()), Attempt.begin()
    with pytest.raises(NoSignIn, match="does not vouch"):
        await service.who(attempt, await code_of(service, attempt, "2"), BACK)
    service = Service(Client(issuer, "mezzora", "secret", "upn"), a_clock())
    with pytest.raises(NoSignIn, match="no claim upn"):
        await service.who(attempt, await code_of(service, attempt), BACK)


async def test_a_token_of_another_attempt_or_of_another_time_does_not_hold(issuer: str) -> None:
    clock, attempt = a_clock(), Attempt.begin()
    service = Service(Client(issuer, "mezzora", "secret"), clock)
    code = await code_of(service, attempt)
    with pytest.raises(NoSignIn, match="nonce"):
        await service.who(Attempt(attempt.state, "another", attempt.verifier), code, BACK)
    with pytest.raises(NoSignIn, match="answers 400"):
        await service.who(attempt, code, BACK)  # a code is good once
    code = await code_of(service, attempt)
    clock.advance(2 * HOUR_MS)
    with pytest.raises(NoSignIn, match="expired"):
        await service.who(attempt, code, BACK)


def claims(issuer: str, attempt: Attempt, **other: object) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": issuer, "aud": "mezzora", "exp": now + 60, "iat": now, "nonce": attempt.nonce, **other}


@pytest.mark.parametrize(
    "other",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"aud": ["mezzora", "another"]},
        {"azp": "another"},
        {"nonce": None},
        {"exp": None},
        {"iat": int(time.time()) + 3_600},
    ],
)
async def test_a_token_for_somebody_else_does_not_hold(issuer: str, other: dict[str, object]) -> None:
    service, attempt = Service(Client(issuer, "mezzora", "secret"), a_clock()), Attempt.begin()
    service._check(claims(issuer, attempt), {"issuer": issuer}, attempt)
    service._check(claims(issuer, attempt, aud=["mezzora", "x"], azp="mezzora"), {"issuer": issuer}, attempt)
    with pytest.raises(NoSignIn):
        service._check(claims(issuer, attempt, **other), {"issuer": issuer}, attempt)


async def test_a_token_that_the_service_did_not_sign_does_not_hold(issuer: str) -> None:
    service, attempt = Service(Client(issuer, "mezzora", "secret"), a_clock()), Attempt.begin()
    about = await service._known()
    ours, secret = jwk.RSAKey.generate_key(2048), jwk.OctKey.import_key("a secret of thirty-two bytes, at least")
    told = claims(issuer, attempt)
    unsigned = "eyJhbGciOiJub25lIn0." + jwt.encode({"alg": "RS256"}, told, ours).split(".")[1] + "."
    for token in (
        jwt.encode({"alg": "RS256"}, told, ours),
        jwt.encode({"alg": "RS256", "kid": "newer"}, told, ours),
        jwt.encode({"alg": "HS256"}, told, secret),
        unsigned,
        "no token",
    ):
        with pytest.raises(NoSignIn):
            await service._proven(token, about, attempt)


async def test_a_service_that_is_not_there_or_is_another_is_told_as_that() -> None:
    with pytest.raises(NoSignIn, match=r"127\.0\.0\.1:9"):
        await Service(Client("http://127.0.0.1:9", "mezzora", "secret"), a_clock()).door(Attempt.begin(), BACK)
    with a_service() as address:
        other = address.replace("localhost", "127.0.0.1") + "/"
        with pytest.raises(NoSignIn, match=r"says that it is|answers 4"):
            await Service(Client(other, "mezzora", "secret"), a_clock()).door(Attempt.begin(), BACK)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://login.example.it", True),
        ("http://127.0.0.1:80/x", True),
        ("http://localhost", True),
        ("http://login.example.it", False),
        ("ftp://localhost", False),
        ("login.example.it", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_an_encrypted_way_or_this_computer_is_safe(address: str, safe: bool) -> None:
    assert is_safe(address) is safe


def test_a_client_that_could_not_work_keeps_the_collector_from_starting() -> None:
    with pytest.raises(CannotStart, match="oidc_issuer: write"):
        Client("http://login.example.it", "mezzora", "")
    with pytest.raises(CannotStart, match="oidc_client_id: missing"):
        Client("https://login.example.it", "", "")
    assert Client("https://login.example.it", "m", "").label == "login.example.it"
    assert Client("https://login.example.it", "m", "", name="Our own").label == "Our own"
