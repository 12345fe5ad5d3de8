"""A customer's link: off until one is made, good until it is taken back."""

import pytest

from collector.errors import NotFound
from collector.ledger import customer_links
from tests.collector.room import Room


async def test_a_link_is_his_until_it_is_taken_back_or_another_is_made(room: Room) -> None:
    bianchi, verdi = await room.customer(), await room.customer("Studio Verdi")
    assert await room.reading.linked_since(bianchi) is None
    older, newer = [
        await room.ledger.write(lambda pen: customer_links.make(pen, bianchi, by="Laura")) for _ in range(2)
    ]
    assert [await room.reading.customer_of(code) for code in (older, newer, "guessed")] == [None, bianchi, None]
    assert await room.reading.linked_since(bianchi) == room.clock.wall_ms()
    await room.ledger.write(lambda pen: customer_links.take_back(pen, bianchi))
    assert await room.reading.customer_of(newer) is None
    for none in (bianchi, verdi, 99):
        with pytest.raises(NotFound):
            await room.ledger.write(lambda pen, none=none: customer_links.take_back(pen, none))


async def test_the_link_of_one_who_turned_out_to_be_another_is_void(room: Room) -> None:
    kept, gone = await room.customer(), await room.customer("Studio Bianchi srl")
    code = await room.ledger.write(lambda pen: customer_links.make(pen, gone, by="Laura"))
    await room.ledger.merge_customers(kept, gone, drop_periods=True, by="Laura")
    assert await room.reading.customer_of(code) is None
    with pytest.raises(NotFound):
        await room.ledger.write(lambda pen: customer_links.make(pen, gone, by="Laura"))
