"""Loop one: picture → detector → tracker → whoever wants to know. Looks more often while something may be live."""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from agent.detector import Verdict, detect, running, sightings
from agent.sighting import LoggedSession
from agent.signature import Catalogue, Role
from agent.snapshot import Snapshot
from agent.tracker import Change, Happening, Timing, Tracks, Watch, track
from shared.session import SessionState

# Start and end must be told within a second of the truth, and a duration be at most 1.5 s short: the first look at a
# new viewer comes up to IDLE_MS late, the last one before its end up to BUSY_MS early.
IDLE_MS = 750
BUSY_MS = 500

log = logging.getLogger(__name__)


class Looks(Protocol):
    """What takes the picture."""

    def look(self) -> Snapshot: ...


class Reads(Protocol):
    """What tells whole sessions: the tools' logs, event channels, the technician; `runs`: the tools that run now."""

    def look(self, runs: Collection[str]) -> tuple[LoggedSession, ...]: ...


class Meter:
    """Measures the sessions of this PC."""

    def __init__(
        self,
        machine: Looks,
        readers: Sequence[Reads],
        catalogue: Catalogue,
        tell: Callable[[Sequence[Change]], None],
        ask: Callable[[str], None],
        new_id: Callable[[], str],
        tracks: Tracks = (),
        timing: Timing = Timing(),  # noqa: B008 - frozen
        followed: Callable[[Tracks], None] = lambda tracks: None,
    ) -> None:
        """`followed` is told the sessions as they are after each look."""
        self.readers, self.catalogue = tuple(readers), catalogue
        self._machine = machine
        self._tell, self._ask, self._new_id, self._timing = tell, ask, new_id, timing
        self._followed = followed
        self._asked: frozenset[str] = frozenset()
        self._tracks = tracks
        self._watch = Watch()
        self._shown: tuple[object, ...] = ()  # to the detector, when it was asked last
        self._verdicts: tuple[Verdict, ...] = ()
        self._trouble: str | None = None

    def look(self) -> int:
        """One look; returns after how many milliseconds, from its start, the next one is due."""
        try:
            snapshot, verdicts = self.verdicts()
        except OSError as error:  # psutil's own errors are caught where they arise; this is the system in trouble
            if str(error) != self._trouble:
                log.warning("this look saw nothing: %s; what is not seen is not counted", error)
            self._trouble = str(error)
            return BUSY_MS
        self._trouble = None
        seen = sightings(verdicts)
        self._tracks, changes = track(self._tracks, seen, snapshot, self._new_id, self._timing, self._watch)
        self._watch = self._watch.then(snapshot, self._timing)
        if changes:
            self._tell(changes)
        if self._tracks:
            self._followed(self._tracks)
        self._ask_for(frozenset(each.tool for each in verdicts if each.undecidable))
        followed = any(each.session.state is not SessionState.ENDED for each in self._tracks)
        return BUSY_MS if followed or self._has_candidate(snapshot) else IDLE_MS

    def _ask_for(self, undecidable: frozenset[str]) -> None:
        """Once for each such tool, until it is opened anew: only the technician can tell a session of it."""
        for tool in sorted(undecidable - self._asked):
            self._ask(tool)
        self._asked = undecidable

    def _has_candidate(self, snapshot: Snapshot) -> bool:
        """Whether anything that runs could hold a session: what runs all day could not."""
        found = (self.catalogue.match(process) for process in snapshot.processes)
        return any(match is not None and match.rule.role is Role.VIEWER for match in found)

    def verdicts(self) -> tuple[Snapshot, tuple[Verdict, ...]]:
        """What is to be said of every candidate right now."""
        snapshot = self._machine.look()
        runs = running(self.catalogue, snapshot)
        logged = tuple(session for reader in self.readers for session in reader.look(runs))
        shown = (snapshot.processes, snapshot.connections, logged)
        if shown != self._shown:  # else what was said of it holds
            self._shown, self._verdicts = shown, detect(self.catalogue, snapshot, logged)
        return snapshot, self._verdicts

    def live(self) -> list[Change]:
        """The sessions that are live as of the last look, each as a progress."""
        live = (each for each in self._tracks if each.session.state is SessionState.LIVE)
        return [each.told(Happening.PROGRESS) for each in live]
