"""A channel never shows its secrets, nor how it sends."""

from collector.delivery.channel import Channel, NotDelivered
from collector.delivery.message import Message
from collector.delivery.secret import Secret


async def nowhere(message: Message) -> None:
    raise NotDelivered(f"{message.id} goes nowhere", asked_ms=5)


def test_a_channel_prints_without_its_secrets() -> None:
    assert "secret" not in repr(Channel("mail", "it", None, 1, nowhere, (Secret("secret"),)))


def test_what_is_not_delivered_is_the_channels_trouble_unless_told_otherwise() -> None:
    assert NotDelivered("x").holds and not NotDelivered("x", holds=False).holds
