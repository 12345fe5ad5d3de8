"""What the collector was told at the start: arguments first, then the environment, then DATA/mezzora.toml."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

from platformdirs import user_data_path

from collector.domain.fault import refuse
from collector.domain.firm import FIRM_KEYS, Firm, firm_of
from collector.errors import BadInput, CannotStart

FILE = "mezzora.toml"
IMAP_KEYS = ("imap_host", "imap_port", "imap_user", "imap_folder", "imap_password", "imap_password_file")
OIDC_KEYS = (
    *("oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_client_secret_file"),
    *("oidc_claim", "oidc_name"),
)
KEYS = (
    *("host", "port", "database", "tariff", "tls_cert", "tls_key", "zone", "quiet_days"),
    *(*IMAP_KEYS, *OIDC_KEYS, *FIRM_KEYS, "firm_logo"),
)
"""What the file may say; the environment says the same as MEZZORA_HOST and so on."""

OWN_FILE = "mezzora.sqlite3"
FIRM_ZONE = ZoneInfo("Europe/Rome")
NOBODY = Firm()


@dataclass(frozen=True)
class Settings:
    """Read once; whoever needs one of these is handed it."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8765
    postgres: str | None = field(default=None, repr=False)  # the address of a PostgreSQL, its password in it
    tariff: Path | None = None  # a price list of the firm's own
    tls_cert: Path | None = None
    tls_key: Path | None = None
    zone: ZoneInfo = FIRM_ZONE  # where the firm is: decides what day it is
    quiet_days: int = 14  # an intervention that is open without contact for so long is alerted
    imap_host: str | None = None  # the mailbox that requests come in by
    imap_port: int = 993
    imap_user: str | None = None
    imap_folder: str = "INBOX"
    imap_password: str = field(default="", repr=False)
    imap_password_file: Path | None = None
    oidc_issuer: str | None = None  # the service by which the firm's people sign in
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_client_secret_file: Path | None = None
    oidc_claim: str = "email"  # of what the service says; it is a user's name here
    oidc_name: str = ""
    firm: Firm = NOBODY  # whose statements they are
    firm_logo: Path | None = None
    demo: bool = False

    @property
    def database(self) -> Path | str:
        """A file, or an address. Made-up data never meet real ones."""
        if self.demo:
            return self.data / "demo.sqlite3"
        return self.postgres or self.data / OWN_FILE

    @property
    def secure(self) -> bool:
        return self.tls_cert is not None


def data_folder() -> Path:
    """This user's own data folder for the collector."""
    return user_data_path("mezzora", appauthor=False)


def read_settings(
    data: Path | None, told: Mapping[str, str | None], env: Mapping[str, str], *, demo: bool = False
) -> Settings:
    """The settings; `told` holds the arguments that were given. CannotStart or BadInput says what to change."""
    folder = data or Path(env.get("MEZZORA_DATA", "") or data_folder())
    found = _file(folder) | {key: env[f"MEZZORA_{key.upper()}"] for key in KEYS if env.get(f"MEZZORA_{key.upper()}")}
    found |= {key: value for key, value in told.items() if value is not None}
    default = Settings(folder)
    settings = Settings(
        data=folder,
        host=found.get("host", default.host),
        port=_port(found["port"]) if "port" in found else default.port,
        postgres=found.get("database"),
        tariff=_path(found, "tariff"),
        tls_cert=_path(found, "tls_cert"),
        tls_key=_path(found, "tls_key"),
        zone=_zone(found["zone"]) if "zone" in found else default.zone,
        quiet_days=_days(found["quiet_days"]) if "quiet_days" in found else default.quiet_days,
        imap_host=found.get("imap_host"),
        imap_port=_port(found["imap_port"], "imap_port") if "imap_port" in found else default.imap_port,
        imap_user=found.get("imap_user"),
        imap_folder=found.get("imap_folder", default.imap_folder),
        imap_password=found.get("imap_password", default.imap_password),
        imap_password_file=_path(found, "imap_password_file"),
        oidc_issuer=found.get("oidc_issuer"),
        oidc_client_id=found.get("oidc_client_id", default.oidc_client_id),
        oidc_client_secret=found.get("oidc_client_secret", default.oidc_client_secret),
        oidc_client_secret_file=_path(found, "oidc_client_secret_file"),
        oidc_claim=found.get("oidc_claim", default.oidc_claim),
        oidc_name=found.get("oidc_name", default.oidc_name),
        firm=firm_of(found),
        firm_logo=_path(found, "firm_logo"),
        demo=demo,
    )
    _refuse_plain_network(settings)
    _refuse_two_ledgers(settings)
    refuse(settings.firm.wrong())
    return settings


def make_folder(folder: Path) -> None:
    """Make the data folder where there is none, for this user alone; CannotStart when that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        why = error.strerror or str(error)
        raise CannotStart(f"{folder} cannot be used for the data ({why}): give another --data DIR") from None


def _file(folder: Path) -> dict[str, str]:
    path = folder / FILE
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(str(path), f"cannot be read: {error}") from None
    for key, value in values.items():
        if key not in KEYS:
            raise BadInput(f"{path}: {key}", "unknown setting", f"known: {', '.join(KEYS)}")
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise BadInput(f"{path}: {key}", "write it as text in quotes")
    return {key: str(value) for key, value in values.items()}


def _port(text: str, key: str = "port") -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise BadInput(key, f"{text[:20]!r} is no port", "write a number from 0 to 65535; 0 takes any free one")
    return int(text)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 366):
        raise BadInput("quiet_days", f"{text[:20]!r} is no number of days", "write one from 1 to 366")
    return int(text)


def _path(found: Mapping[str, str], key: str) -> Path | None:
    return Path(found[key]) if key in found else None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise BadInput("zone", f"{name[:60]!r} is no time zone", 'write one as in "Europe/Rome"') from None


def _refuse_plain_network(settings: Settings) -> None:
    """Tokens and times of people never go over a network readable by everybody."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise CannotStart("give --tls-cert FILE and --tls-key FILE together")
    for file in (settings.tls_cert, settings.tls_key):
        if file is not None and not file.is_file():
            raise CannotStart(f"{file} is no file: give the certificate and its key in PEM form")
    if not settings.secure and not _loopback(settings.host):
        raise CannotStart(
            f"--host {settings.host} is reached from other computers, and without TLS everybody could read along:"
            " give --tls-cert FILE and --tls-key FILE, or stay on 127.0.0.1"
        )


def _refuse_two_ledgers(settings: Settings) -> None:
    """What a file holds is not carried over into PostgreSQL, and nobody should look for it there in vain."""
    own = settings.data / OWN_FILE
    if isinstance(settings.database, str) and own.exists():
        raise CannotStart(
            f"{own} holds what was recorded until now, and does not go over into the database of the settings:"
            " take `database` out again, or move the file away to begin anew"
        )


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
