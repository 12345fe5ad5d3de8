"""Quotas and sessions → the reminder that is due now, on line or off. Knows no clock: time is what was observed."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from agent import own_file
from shared.messages import Quota, QuotaMark
from shared.moments import MINUTE_MS, SECOND_MS
from shared.session import Session

KINDS = ("warning", "cap", "half-hour")
ASK_AGAIN_MS = 5 * MINUTE_MS
"""Where the price list asks for consent, it is asked for again, until the customer answers or somebody waives."""


class Reminder(msgspec.Struct, frozen=True):
    """What became true for a session, and what comes next, if anything."""

    session: Session
    quota: Quota
    mark: QuotaMark
    left_ms: int  # of the cap; below 0 beyond it
    following: QuotaMark | None
    in_ms: int  # until the following one


class _Kept(msgspec.Struct):
    """On disk: an agent that was started anew off line goes on reminding."""

    quota: Quota
    told: list[str] = []


_file = msgspec.json.Decoder(dict[str, _Kept])


class Reminders:
    """The quotas of the live sessions, and what was told of each. Not for concurrent use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = _read(path)

    def grant(self, quota: Quota) -> None:
        """The newest quota counts."""
        before = self._kept.get(quota.session)
        self._kept[quota.session] = _Kept(quota, [] if before is None else before.told)
        self._write()

    def quota_of(self, session_id: str) -> Quota | None:
        kept = self._kept.get(session_id)
        return None if kept is None else kept.quota

    def due(self, live: Iterable[Session]) -> list[Reminder]:
        """What the technician has to be told now: of several marks that were passed at once, the last alone."""
        found: list[Reminder] = []
        changed = False
        sessions = {each.id: each for each in live}
        for id in self._kept.keys() & sessions.keys():
            reminder, told = _due(sessions[id], self._kept[id])
            if reminder is not None:
                found.append(reminder)
            if told != self._kept[id].told:
                self._kept[id].told, changed = told, True
        if changed:
            self._write()
        return found

    def forget(self, ended: Iterable[str]) -> None:
        """These sessions are over."""
        gone = [id for id in ended if self._kept.pop(id, None) is not None]
        if gone:
            self._write()

    def _write(self) -> None:
        """Whole or not at all; a disk that takes nothing keeps nobody from being reminded."""
        with contextlib.suppress(OSError):
            own_file.write(self._path, msgspec.json.encode(self._kept))


def _read(path: Path) -> dict[str, _Kept]:
    try:
        return _file.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}


def _due(session: Session, kept: _Kept) -> tuple[Reminder | None, list[str]]:
    """The reminder, and the keys of all that is true by now: what a better quota made untrue may be told again."""
    observed_ms = session.observed_ms
    marks = [each for each in kept.quota.marks if each.kind in KINDS]
    passed = [each for each in marks if each.at_ms <= observed_ms]
    keys = [_key(each) for each in passed]
    lately = [_key(each) for each in marks if observed_ms < each.at_ms <= observed_ms + SECOND_MS]
    again = _asked_again(kept.quota, observed_ms)
    told = [*keys, *(key for key in lately if key in kept.told), *again]
    news = [each for each in passed if _key(each) not in kept.told]
    if not news and not (again and again[0] not in kept.told):
        return None, told
    mark = news[-1] if news else passed[-1]
    return _reminder(session, kept.quota, mark), told


def _asked_again(quota: Quota, observed_ms: int) -> list[str]:
    """The number of the question that is due beyond the cap, where the price list asks for consent."""
    cap = next((each for each in quota.marks if each.kind == "cap"), None)
    is_answered = quota.agreed or quota.declined
    if quota.policy != "consent" or is_answered or cap is None or observed_ms < cap.at_ms + ASK_AGAIN_MS:
        return []
    return [f"ask-{(observed_ms - cap.at_ms) // ASK_AGAIN_MS}"]


def _reminder(session: Session, quota: Quota, mark: QuotaMark) -> Reminder:
    observed_ms = session.observed_ms
    cap_ms = next((each.at_ms for each in quota.marks if each.kind == "cap"), observed_ms)
    following = next((each for each in quota.marks if each.kind == "half-hour" and each.at_ms > observed_ms), None)
    in_ms = 0 if following is None else following.at_ms - observed_ms
    return Reminder(session, quota, mark, cap_ms - observed_ms, following, in_ms)


def _key(mark: QuotaMark) -> str:
    return f"{mark.kind}-{mark.n}"
