"""Codes, tokens and links: handed out once, kept as digests, good for what they are for and no longer."""

import sqlite3

import pytest

from collector.errors import Conflict, NotFound
from collector.ledger.keys import BROWSER_LASTS_MS, CODE_LASTS_MS, LINK_LASTS_MS, Role
from tests.collector.room import Room


async def test_a_code_enrols_once(room: Room) -> None:
    code = await room.ledger.make_code("PC Anna")
    enrolled = await room.ledger.enrol(code)
    assert enrolled is not None and enrolled[0] == "PC Anna"
    assert await room.ledger.enrol(code) is None


async def test_a_code_is_good_for_a_day(room: Room) -> None:
    code = await room.ledger.make_code("PC Anna")
    room.clock.advance(CODE_LASTS_MS)
    assert await room.ledger.enrol(code) is None


async def test_a_newer_code_voids_the_older(room: Room) -> None:
    older, newer = [await room.ledger.make_code("PC Anna") for _ in range(2)]
    assert await room.ledger.enrol(older) is None
    assert await room.ledger.enrol(newer) is not None


async def test_a_pc_that_enrols_again_goes_on_as_itself(room: Room) -> None:
    tokens = []
    for _ in range(2):
        enrolled = await room.ledger.enrol(await room.ledger.make_code("PC Anna"))
        assert enrolled is not None
        tokens.append(enrolled[1])
    known = [await room.ledger.admit(token, system="Linux", version="1", clock_offset_ms=-7) for token in tokens]
    assert known[0] is None and known[1] is not None
    agents = await room.reading.agents()
    assert [(a.name, a.system, a.clock_offset_ms) for a in agents] == [("PC Anna", "Linux", -7)]
    await room.ledger.revoke_agent(agents[0].id)
    assert await room.ledger.admit(tokens[1], system="Linux", version="1", clock_offset_ms=0) is None
    with pytest.raises(NotFound):
        await room.ledger.revoke_agent(agents[0].id)


async def test_a_token_says_who_asks_until_it_is_revoked(room: Room) -> None:
    token = await room.ledger.make_token("Laura", Role.SUPERVISOR)
    visitor = await room.reading.bearer(token)
    assert visitor is not None and (visitor.name, visitor.role) == ("Laura", "supervisor")
    with pytest.raises(Conflict, match="Laura"):
        await room.ledger.make_token("Laura", Role.OFFICE)
    await room.ledger.revoke_token("Laura")
    assert await room.reading.bearer(token) is None
    with pytest.raises(NotFound, match="Laura"):
        await room.ledger.revoke_token("Laura")


async def test_tokens_without_a_name_are_called_after_their_role(room: Room) -> None:
    for _ in range(3):
        await room.ledger.make_token(None, Role.OFFICE)
    assert [token.name for token in await room.reading.tokens()] == ["office", "office-2", "office-3"]


async def test_a_link_signs_in_once_and_for_a_quarter_of_an_hour(room: Room) -> None:
    link, late = [await room.ledger.make_link("Laura", Role.SUPERVISOR) for _ in range(2)]
    cookie = await room.ledger.use_link(link)
    assert cookie is not None and await room.ledger.use_link(link) is None
    room.clock.advance(LINK_LASTS_MS)
    assert await room.ledger.use_link(late) is None
    assert await room.reading.browser(cookie) is not None
    room.clock.advance(BROWSER_LASTS_MS)
    assert await room.reading.browser(cookie) is None


async def test_a_token_signs_a_browser_in_and_out(room: Room) -> None:
    cookie = await room.ledger.sign_in(await room.ledger.make_token("Olga", Role.OFFICE))
    assert cookie is not None and await room.ledger.sign_in("guessed") is None
    visitor = await room.reading.browser(cookie)
    assert visitor is not None and visitor.role == "office"
    await room.ledger.sign_out(cookie)
    assert await room.reading.browser(cookie) is None


async def test_no_secret_is_in_the_file(room: Room) -> None:
    enrolled = await room.ledger.enrol(code := await room.ledger.make_code("PC Anna"))
    assert enrolled is not None
    link = await room.ledger.make_link("Laura", Role.SUPERVISOR)
    secrets = [code, enrolled[1], await room.ledger.make_token("Laura", Role.OFFICE), link]
    with sqlite3.connect(room.folder / "ledger.sqlite3") as file:
        text = "\n".join(file.iterdump())
    assert not any(secret in text for secret in secrets)
