"""The firm's own sign-in service says who somebody is: OpenID Connect, by authorization code with PKCE (RFC 7636).

What it says is an ID token: signed by a key of the service, for this collector, for this attempt alone. Who is named
there has to be a user here already; nobody is made one.
"""

import base64
import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from collector.errors import CannotStart, CollectorError
from shared.clock import Clock
from shared.moments import HOUR_MS, MINUTE_MS, SECOND_MS

PATIENCE_S = 10.0
KNOWN_FOR_MS = HOUR_MS  # its addresses and keys
ASKED_ANEW_AFTER_MS = MINUTE_MS  # for keys, when a token names one that is not among them
LEEWAY_S = 60
LONGEST_TOKEN = 64 * 1024
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
EMAIL = "email"
DOWN = "The sign-in service does not answer as it should. Try again, or sign in with a password."
DOUBTFUL = "What the sign-in service said of you does not hold. Begin again; if it stays so, ask the administrator."


class NoSignIn(CollectorError):
    """The service did not let him in, or is not to be believed; `told` says it to him, the text to the log."""

    def __init__(self, told: str, why: str) -> None:
        self.told = told
        super().__init__(why)


@dataclass(frozen=True)
class Client:
    """What the collector is to the service, and which claim of a token names a user here."""

    issuer: str
    id: str
    secret: str
    claim: str = EMAIL
    name: str = ""  # of the service, on the sign-in page; unless told, its host

    def __post_init__(self) -> None:
        """CannotStart where it could not work."""
        if find_spec("joserfc") is None:
            raise CannotStart("oidc_issuer needs a part that is not installed: pip install 'mezzora[oidc]'")
        if not is_safe(self.issuer):
            raise CannotStart('oidc_issuer: write the service\'s address, as in "https://login.example.it"')
        if not self.id:
            raise CannotStart("oidc_client_id: missing beside oidc_issuer (the service gives it to you)")

    @property
    def label(self) -> str:
        return self.name or urlsplit(self.issuer).hostname or self.issuer


@dataclass(frozen=True)
class Attempt:
    """What only the browser that began it, and the service, know of one sign-in."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> "Attempt":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @property
    def challenge(self) -> str:
        """Of the verifier, as RFC 7636 has it under S256."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class Service:
    """The service, as far as this collector has to know it."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self.client = client
        self._clock = clock
        self._about: Mapping[str, Any] = {}
        self._about_ms = -KNOWN_FOR_MS
        self._keys: Mapping[str, Any] = {}
        self._keys_ms = -KNOWN_FOR_MS

    async def door(self, attempt: Attempt, back: str) -> str:
        """Where the browser goes to be asked who it is; `back` is where it comes back to."""
        about = await self._known()
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": back,
            "scope": "openid profile email",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        door = str(about["authorization_endpoint"])
        return f"{door}{'&' if '?' in door else '?'}{urlencode(asked)}"

    async def who(self, attempt: Attempt, code: str, back: str) -> str:
        """What the claim says of whoever came back with this code; NoSignIn when that is not to be believed."""
        about = await self._known()
        claims = await self._proven(await self._token(about, attempt, code, back), about, attempt)
        name = claims.get(self.client.claim)
        if not isinstance(name, str) or not name.strip():
            raise NoSignIn(DOUBTFUL, f"the ID token has no claim {self.client.claim}")
        if self.client.claim == EMAIL and claims.get("email_verified") is not True:
            raise NoSignIn(DOUBTFUL, f"the service does not vouch for the address {name!r} (email_verified)")
        return name.strip()[:200]

    async def _token(self, about: Mapping[str, Any], attempt: Attempt, code: str, back: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self.client.id,
            "code_verifier": attempt.verifier,
        }
        basic = None
        if self.client.secret:
            ways = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in ways:
                basic = httpx.BasicAuth(*(_quoted(each) for each in (self.client.id, self.client.secret)))
            else:
                form["client_secret"] = self.client.secret
        told = await self._ask("POST", str(about["token_endpoint"]), form, basic)
        token = told.get("id_token")
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            raise NoSignIn(DOUBTFUL, "the service gave no ID token")
        return token

    async def _proven(self, token: str, about: Mapping[str, Any], attempt: Attempt) -> Mapping[str, Any]:
        """The claims of a token that was signed by the service, now, for us and for this attempt."""
        from joserfc import errors, jwk, jwt  # there only where it is wanted

        ways = about.get("id_token_signing_alg_values_supported", ["RS256"])
        good = [way for way in SIGNED_BY if way in ways]
        for anew in (False, True):
            try:
                keys = jwk.KeySet.import_key_set(await self._keys_of(about, anew=anew))  # type: ignore[arg-type]
                read = jwt.decode(token, keys, algorithms=good)
                break
            except (errors.JoseError, ValueError, TypeError, KeyError) as error:
                if anew or isinstance(error, errors.BadSignatureError):
                    raise NoSignIn(DOUBTFUL, f"the ID token cannot be read: {error}") from None
        self._check(read.claims, about, attempt)
        return read.claims

    def _check(self, claims: dict[str, Any], about: Mapping[str, Any], attempt: Attempt) -> None:
        from joserfc import errors, jwt

        rules = jwt.JWTClaimsRegistry(
            now=self._clock.wall_ms() // SECOND_MS,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": about["issuer"]},
            aud={"essential": True, "value": self.client.id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": attempt.nonce},
        )
        try:
            rules.validate(claims)
        except errors.JoseError as error:
            raise NoSignIn(DOUBTFUL, f"the ID token does not hold: {error}") from None
        for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (for_others or "azp" in claims) and claims.get("azp") != self.client.id:
            raise NoSignIn(DOUBTFUL, "the ID token was made for somebody else (azp)")

    async def _known(self) -> Mapping[str, Any]:
        """What the service says of itself (OpenID Connect Discovery), asked now and then."""
        now_ms = self._clock.steady_ms()
        if now_ms - self._about_ms >= KNOWN_FOR_MS:
            issuer = self.client.issuer
            about = await self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != issuer:
                raise NoSignIn(DOWN, f"{issuer} says that it is {about.get('issuer')!r}: write that as oidc_issuer")
            _refuse_unsafe(about, ("authorization_endpoint", "token_endpoint", "jwks_uri"))
            self._about, self._about_ms = about, now_ms
        return self._about

    async def _keys_of(self, about: Mapping[str, Any], *, anew: bool) -> Mapping[str, Any]:
        now_ms = self._clock.steady_ms()
        if now_ms - self._keys_ms >= (ASKED_ANEW_AFTER_MS if anew else KNOWN_FOR_MS):
            self._keys, self._keys_ms = await self._ask("GET", str(about["jwks_uri"])), now_ms
        return self._keys

    async def _ask(
        self, method: str, url: str, form: Mapping[str, str] | None = None, basic: httpx.BasicAuth | None = None
    ) -> Mapping[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_S, headers={"Accept": "application/json"}) as asking:
                answer = await asking.request(method, url, data=form, auth=basic)
            told = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise NoSignIn(DOWN, f"{url}: {error or type(error).__name__}") from None
        if not answer.is_success or not isinstance(told, dict):
            said = told if isinstance(told, dict) else {}
            why = " ".join(str(said[key])[:200] for key in ("error", "error_description") if key in said)
            is_his = said.get("error") == "invalid_grant"  # else it is the collector that is not let in
            raise NoSignIn(DOUBTFUL if is_his else DOWN, f"{url} answers {answer.status_code} {why}")
        return told


def _refuse_unsafe(about: Mapping[str, Any], names: Collection[str]) -> None:
    for name in names:
        if not is_safe(str(about.get(name, ""))):
            raise NoSignIn(DOWN, f"the service's {name} is missing, or not encrypted")


def is_safe(address: str) -> bool:
    """Over TLS, or on this computer alone."""
    try:
        url = urlsplit(address)
        host = url.hostname or ""
        return bool(host) and (url.scheme == "https" or (url.scheme == "http" and _here(host)))
    except ValueError:
        return False


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _quoted(text: str) -> str:
    """As a form would have it (RFC 6749, 2.3.1)."""
    return urlencode({"": text})[1:]
