"""Whoever may not come in any more is out; the others stay; without a guest nobody is asked."""

import asyncio
from collections.abc import Collection

from collector.ledger.bell import Bell
from collector.web.doorkeeper import Doorkeeper


async def test_one_question_for_all_sends_out_who_has_no_right_any_more() -> None:
    roles, asked, bell = {"a": "office", "b": "office", "c": "office"}, list[Collection[str]](), Bell()

    async def still_in(keys: Collection[str]) -> dict[str, str]:
        asked.append(keys)
        return {key: role for key, role in roles.items() if key in keys}

    keeper = Doorkeeper(still_in, lambda role: role == "office", bell)
    with keeper.watching("a") as a, keeper.watching("b") as b, keeper.watching("c") as c:
        await asyncio.sleep(0)  # he begins to listen
        del roles["a"]
        roles["b"] = "unknown by now"
        bell.ring(frozenset())
        async with asyncio.timeout(10):
            await asyncio.gather(a.out.wait(), b.out.wait())
        assert not c.out.is_set()
        assert asked == [{"a", "b", "c"}]


async def test_while_nobody_is_inside_nobody_is_asked() -> None:
    bell = Bell()
    keeper = Doorkeeper(lambda keys: asyncio.sleep(0, dict.fromkeys(keys, "office")), lambda _: True, bell)
    with keeper.watching("a"):
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not bell._listeners
