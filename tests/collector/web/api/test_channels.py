"""Channels over REST."""

from collector.delivery.channel import Channel, NotDelivered
from collector.delivery.channel_file import Channels
from collector.delivery.message import Message
from collector.ledger.keys import Role
from tests.collector.web.house import House


def a_channel(name: str, trouble: str | None = None, *, arrives: bool = True) -> Channel:
    async def send(message: Message) -> str | None:
        assert message.items == ()
        if not arrives:
            raise NotDelivered("the receiver hangs up")
        return trouble

    return Channel(name, "it", 6, 10, send)


async def test_channels_are_listed_and_tested_and_nothing_secret_is_told(house: House) -> None:
    house.furnish(Channels((a_channel("mail"), a_channel("chat", "slow"), a_channel("hook", arrives=False))))
    async with await house.program() as program:
        told = (await program.get("/api/v1/channels")).json()
        assert [each["name"] for each in told] == ["mail", "chat", "hook"]
        assert told[0]["waiting"] == told[0]["told"] == 0
        tested = [(await program.post(f"/api/v1/channels/{name}/test")).json() for name in ("mail", "chat", "hook")]
        assert (await program.post("/api/v1/channels/pigeon/test")).status_code == 404
    assert tested == [
        {"delivered": True, "trouble": None},
        {"delivered": True, "trouble": "slow"},
        {"delivered": False, "trouble": "the receiver hangs up"},
    ]
    async with await house.program(Role.OFFICE) as program:
        assert (await program.post("/api/v1/channels/mail/test")).status_code == 403
