"""Channels: the ways of telling that `channels.toml` describes, and a test of each."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends

from collector.delivery.channel import NotDelivered
from collector.delivery.message import Message
from collector.delivery.sender import send
from collector.errors import NotFound
from collector.ledger.views import Visitor
from collector.web import told
from collector.web.auth import Act, May
from collector.web.parts import Given
from collector.web.schemas import ChannelTested, ChannelTold, Slug

router = APIRouter(prefix="/channels", tags=["alerts"])
Sees = Annotated[Visitor, Depends(May(Act.SEE))]
Tests = Annotated[Visitor, Depends(May(Act.CHANNELS))]


@router.get("")
async def list_channels(_: Sees, parts: Given) -> list[ChannelTold]:
    """All of them, and how each stands."""
    standing = await parts.reading.told_over()
    return [told.channel(each, standing.get(each.name)) for each in parts.channels.channels]


@router.post("/{name}/test")
async def test_channel(_: Tests, parts: Given, name: Slug) -> ChannelTested:
    """Send a test message over it, and wait for what becomes of that."""
    channel = next((each for each in parts.channels.channels if each.name == name), None)
    if channel is None:
        raise NotFound(f"no channel {name}")
    try:
        trouble = await send(channel, Message(uuid4().hex, parts.clock.wall_ms(), (), parts.zone))
    except NotDelivered as error:
        return ChannelTested(delivered=False, trouble=str(error))
    return ChannelTested(delivered=True, trouble=trouble)
