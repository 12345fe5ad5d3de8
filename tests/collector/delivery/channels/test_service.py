"""Every other service through apprise; here its plain JSON one, at a receiver on loopback."""

import json
import logging

import pytest

from collector.delivery.channel import NotDelivered
from collector.delivery.channels.service import Service
from collector.delivery.secret import Secret
from tests.collector.delivery.builders import a_message
from tests.collector.delivery.receivers import an_http_receiver


async def test_it_arrives_and_what_is_refused_is_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    async with an_http_receiver("204", "500") as receiver:
        service = Service(Secret(receiver.url.replace("http://", "json://") + "/t0ps3cret"), "it")
        await service.send(a_message())
        told = json.loads(receiver.calls[0][1])
        with pytest.raises(NotDelivered, match="500"):
            await service.send(a_message())
    assert told["title"] == "Mezzora: Studio Bianchi: tetto n° 1." and told["message"].endswith("\n01234567")
    assert not logging.getLogger("apprise").propagate, "it names addresses with their keys"
    assert capsys.readouterr().err == ""
    with pytest.raises(NotDelivered, match="does not understand"):
        await Service(Secret("nonsense"), "it").send(a_message())
