"""What this PC knows of its collector: written when it is enrolled, read once at start."""

from pathlib import Path

import msgspec

from agent import own_file
from agent.errors import NotEnrolled

FILE = "enrolment.json"


class Enrolment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to report to, as whom, and the token that proves it."""

    url: str
    agent: str
    token: str


def read_enrolment(data: Path) -> Enrolment:
    """The enrolment of this data folder; NotEnrolled with the remedy where there is none that can be read."""
    path = data / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Enrolment)
    except FileNotFoundError:
        remedy = "ask the supervisor for a code (mezzora enrol NAME), then run: mezzora-agent enrol URL CODE"
        raise NotEnrolled(f"this PC is not enrolled: {remedy}") from None
    except (OSError, msgspec.DecodeError) as error:
        raise NotEnrolled(f"{path} cannot be read ({error}): enrol this PC again") from error


def write_enrolment(data: Path, enrolment: Enrolment) -> None:
    """Readable by this user alone, and whole or not at all."""
    data.mkdir(parents=True, exist_ok=True)
    own_file.write(data / FILE, msgspec.json.format(msgspec.json.encode(enrolment)))
