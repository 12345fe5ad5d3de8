"""The agents' door: socket ↔ CollectorSide ↔ ledger. Thin: what is said and what it means is decided elsewhere."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

import msgspec
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from collector.errors import BadInput, Conflict, NotFound, Unavailable
from collector.intake import admission
from collector.intake.admission import Admitted, Denied, Guesses
from collector.intake.commits import answer, commit
from collector.ledger import keys, words
from collector.ledger.bell import Bell
from collector.ledger.ledger import Ledger
from collector.ledger.pen import Pen
from collector.ledger.presence import Presence
from collector.ledger.words import Said
from shared.clock import Clock
from shared.errors import Refused
from shared.messages import AgentMessage, Backlog, Enrol, Hello, Noted, Order, Progress, Quota, Reason, Rejected, Word
from shared.protocol import CollectorSide

GREETING_S = 10.0
GREETING_AT_ONCE = 500  # lines that have not said yet who they are
MOST_GRANTED = 1_000  # sessions of one line whose quota is remembered
JITTER_MS = 200  # a quota that moved by less is not told anew
OUTSTANDING = 32  # frames of one line that wait for their commit; the sender waits beyond that

DONE, GOING_AWAY, AGAINST_THE_RULES, TRY_LATER = 1000, 1001, 1008, 1013  # close codes of RFC 6455 and its registry

_log = logging.getLogger(__name__)


@dataclass
class _Line:
    """An agent's open line: the frames that go out on it, in order, each when it is ready."""

    socket: WebSocket
    side: CollectorSide
    frames: "asyncio.Queue[asyncio.Future[bytes]]" = field(default_factory=lambda: asyncio.Queue(OUTSTANDING))
    granted: dict[str, Quota] = field(default_factory=dict)
    owed: dict[str, Quota] = field(default_factory=dict)  # that wait for room among the frames

    def tell(self, message: Quota | Order) -> bool:
        """Say it, unless it was said before; a quota that finds no room is said later, an order is not."""
        if isinstance(message, Quota):
            before = self.granted.get(message.session)
            self.owed.pop(message.session, None)
            if before is not None and is_granted(before, message):
                return True
            if self.frames.full():
                self.owed[message.session] = message
                return True
            if len(self.granted) >= MOST_GRANTED:
                self.granted.clear()
            self.granted[message.session] = message
        elif self.frames.full():
            return False
        ready: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        ready.set_result(self.side.tell(message))
        self.frames.put_nowait(ready)
        return True

    def tell_what_is_owed(self) -> None:
        """As far as there is room by now."""
        owed, self.owed = self.owed, {}
        for quota in owed.values():
            self.tell(quota)


class AgentsDoor:
    """Takes in agents; one line for each."""

    def __init__(self, ledger: Ledger, presence: Presence, bell: Bell, clock: Clock) -> None:
        self._ledger = ledger
        self._presence = presence
        self._bell = bell
        self._clock = clock
        self._lines: dict[int, _Line] = {}
        self._guesses = Guesses()
        self._greeting = 0
        self._numbers = count(1)

    async def open(self, socket: WebSocket) -> None:
        """One line, from its first frame to its end."""
        await socket.accept()
        side = CollectorSide()
        try:
            agent = await self._greet(socket, side)
            if agent is not None:
                await self._serve(socket, side, agent)
        except (WebSocketDisconnect, TimeoutError):
            await _close(socket, AGAINST_THE_RULES)
        except Refused as error:
            await _end(socket, side.refuse(Reason.BAD_MESSAGE, str(error)))
        except Unavailable:
            await _close(socket, TRY_LATER)

    async def close(self) -> None:
        """Hang up on everybody; they come back to whoever is here next."""
        for line in list(self._lines.values()):
            await _close(line.socket, GOING_AWAY)

    async def hang_up(self, agent_id: int) -> None:
        """On one of them: whether it may come back, its next greeting decides."""
        line = self._lines.get(agent_id)
        if line is not None:
            await _close(line.socket, AGAINST_THE_RULES)

    def tell(self, agent_id: int, message: Quota | Order) -> bool:
        """Say it to that agent, if it was not told the same before; False where its line is not open."""
        line = self._lines.get(agent_id)
        return line is not None and line.tell(message)

    async def _greet(self, socket: WebSocket, side: CollectorSide) -> Admitted | None:
        """The agent that may speak on this line; None when the line was for something else, and has ended."""
        address = socket.client.host if socket.client else ""
        if self._greeting >= GREETING_AT_ONCE or self._guesses.too_many(address, self._clock.steady_ms()):
            await _close(socket, TRY_LATER)
            return None
        self._greeting += 1
        try:
            async with asyncio.timeout(GREETING_S):
                said = await _hear(socket, side)
        finally:
            self._greeting -= 1
        match said[:1]:
            case [Enrol() as enrol]:
                outcome: Admitted | Denied | bytes = await self._enrol(side, enrol)
            case [Hello() as hello]:
                outcome = await self._admit(side, hello)
            case _:
                raise Refused("a line begins with a greeting")
        if isinstance(outcome, Admitted):
            await socket.send_bytes(side.welcome(outcome.name, hello.version, self._clock.wall_ms()))
            return outcome
        if isinstance(outcome, Denied):
            self._guesses.note(address, self._clock.steady_ms())
            await _end(socket, side.refuse(outcome.reason, outcome.why))
        else:
            await _end(socket, outcome, DONE)
        return None

    async def _enrol(self, side: CollectorSide, enrol: Enrol) -> bytes | Denied:
        enrolled = await self._ledger.enrol(enrol.code)
        if enrolled is None:
            return Denied(Reason.BAD_CODE, "the code is unknown, used or too old: make a new one with `mezzora enrol`")
        name, token = enrolled
        _log.info("agent enrolled: %s", name)
        return side.enrolled(name, token)

    async def _admit(self, side: CollectorSide, hello: Hello) -> Admitted | Denied:
        outcome = await admission.admit(self._ledger, hello, self._clock.wall_ms())
        return replace(outcome, line=next(self._numbers)) if isinstance(outcome, Admitted) else outcome

    async def _serve(self, socket: WebSocket, side: CollectorSide, agent: Admitted) -> None:
        """The line of an agent; a second one of the same agent takes its place."""
        before = self._lines.get(agent.agent_id)
        line = self._lines[agent.agent_id] = _Line(socket, side)
        if before is not None:
            await _close(before.socket, AGAINST_THE_RULES)
        self._heard(agent)
        _log.info("line open: %s, its clock %+d ms", agent.name, -agent.offset_ms)
        try:
            await self._converse(line, agent)
        finally:
            if self._lines.get(agent.agent_id) is line:
                del self._lines[agent.agent_id]
                self._presence.lose(agent.agent_id)
                self._bell.ring(frozenset())
                _log.info("line down: %s", agent.name)
                with suppress(Unavailable):
                    await self._ledger.note_seen(agent.agent_id)

    async def _converse(self, line: _Line, agent: Admitted) -> None:
        """Hear and answer at once: while one frame is on its way to the disk, the next ones are taken in."""
        hearing = asyncio.create_task(self._take_in(line, agent), name=f"line of {agent.name}")
        answering = asyncio.create_task(self._answer(line), name=f"answers to {agent.name}")
        try:
            done, _ = await asyncio.wait((hearing, answering), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            hearing.cancel()
            answering.cancel()
            await asyncio.gather(hearing, answering, return_exceptions=True)
            while not line.frames.empty():
                line.frames.get_nowait().add_done_callback(_unanswered)

    async def _take_in(self, line: _Line, agent: Admitted) -> None:
        while True:
            said = await _hear(line.socket, line.side)
            self._heard(agent)
            told = [each for each in said if isinstance(each, Progress | Rejected)]
            if told:
                await line.frames.put(asyncio.create_task(self._committed(line.side, agent, told)))
            for each in said:
                if isinstance(each, Word):
                    await line.frames.put(asyncio.create_task(self._noted(line.side, agent, each)))
                elif isinstance(each, Backlog):
                    await self._ledger.write(partial(_note_backlog, agent, each))

    async def _committed(self, side: CollectorSide, agent: Admitted, told: Sequence[Progress | Rejected]) -> bytes:
        return answer(side, told, await commit(self._ledger, agent, told))

    async def _noted(self, side: CollectorSide, agent: Admitted, word: Word) -> bytes:
        """What the technician says is written down, in his PC's name."""
        said = Said(agent.agent_id, agent.name, agent.offset_ms, word)
        try:
            why = await self._ledger.write(lambda pen: words.take(pen, said))
        except (BadInput, Conflict, NotFound) as error:
            why = str(error)[:200]
        return side.tell(Noted(id=word.id, why=why))

    async def _answer(self, line: _Line) -> None:
        """Answer each frame when it is committed; Unavailable ends the line, and the agent says it again later."""
        while True:
            ready = await line.frames.get()
            line.tell_what_is_owed()
            frame = await ready
            try:
                await line.socket.send_bytes(frame)
            except RuntimeError as error:  # what starlette says of a line that is down
                raise WebSocketDisconnect(1006) from error

    def _heard(self, agent: Admitted) -> None:
        if self._presence.hear(agent.agent_id, self._clock.steady_ms()):
            self._bell.ring(frozenset())


def install(app: FastAPI, door: AgentsDoor) -> None:
    """Hang the door into the application."""
    app.add_api_websocket_route("/agent", door.open)


async def _hear(socket: WebSocket, side: CollectorSide) -> list[AgentMessage | Rejected]:
    """The next frame, text or bytes; WebSocketDisconnect when the line is down."""
    event = await socket.receive()
    if event["type"] != "websocket.receive":
        raise WebSocketDisconnect(event.get("code", 1005))
    frame = event.get("bytes")
    return side.receive(frame if frame is not None else event.get("text") or "")


async def _note_backlog(agent: Admitted, told: Backlog, pen: Pen) -> None:
    await keys.note_backlog(pen, agent.agent_id, told, agent.offset_ms)


def is_granted(before: Quota, now: Quota) -> bool:
    """Whether they say the same, but for what two clocks differ by."""
    same = [msgspec.structs.replace(each, marks=()) for each in (before, now)]
    pairs = list(zip(before.marks, now.marks, strict=False))
    return (
        same[0] == same[1]
        and len(before.marks) == len(now.marks)
        and all((a.kind, a.n, a.price) == (b.kind, b.n, b.price) for a, b in pairs)
        and all(abs(a.at_ms - b.at_ms) <= JITTER_MS for a, b in pairs)
    )


def _unanswered(committed: "asyncio.Future[bytes]") -> None:
    """Nobody is there any more to hear how it went; the agent will say it again."""
    if not committed.cancelled():
        committed.exception()


async def _end(socket: WebSocket, last: bytes, code: int = AGAINST_THE_RULES) -> None:
    """Say the last word, and hang up."""
    try:
        await socket.send_bytes(last)
    except (RuntimeError, WebSocketDisconnect):
        return
    await _close(socket, code)


async def _close(socket: WebSocket, code: int) -> None:
    """Hang up, whatever has become of the line."""
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code)
