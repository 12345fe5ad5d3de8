"""The webhook against a receiver that behaves badly in every way."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.delivery.channel import NotDelivered
from collector.delivery.channels.webhook import Webhook, wanted_ms
from collector.delivery.secret import Secret
from tests.collector.delivery.builders import ID, a_message
from tests.collector.delivery.receivers import HttpReceiver, an_http_receiver
from tests.fakes.clock import FakeClock

README = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
CLOCK = FakeClock()


def as_the_readme_says() -> Callable[[str, str, str, bytes], bool]:
    (shown,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(shown, names)
    verifies: Callable[[str, str, str, bytes], bool] = names["is_from_mezzora"]
    return verifies


def webhook(receiver: HttpReceiver) -> Webhook:
    return Webhook(Secret(receiver.url), Secret("shared"), "it", CLOCK)


async def test_it_says_its_id_in_header_and_body_and_seals_both() -> None:
    async with an_http_receiver() as receiver:
        await webhook(receiver).send(a_message(2))
    ((headers, body),) = receiver.calls
    told = json.loads(body)
    assert headers["idempotency-key"] == told["id"] == ID
    assert [each["text"] for each in told["alerts"]] == ["Studio Bianchi: tetto n° 1.", "Studio Bianchi: tetto n° 2."]
    seconds = headers["mezzora-timestamp"]
    assert int(seconds) == CLOCK.wall // 1000
    verifies = as_the_readme_says()
    assert verifies("shared", seconds, headers["mezzora-signature"], body)
    assert not verifies("shared", str(int(seconds) + 1), headers["mezzora-signature"], body)
    assert not verifies("other", seconds, headers["mezzora-signature"], body)


@pytest.mark.parametrize(
    ("word", "why", "holds", "asked_ms"),
    [
        ("500", "it answered 500", True, 0),
        ("500 Retry-After=7", "it answered 500", True, 0),
        ("429 Retry-After=7", "it answered 429", True, 7_000),
        ("503 Retry-After=soon", "it answered 503", True, 0),
        ("400", "it answered 400", False, 0),
        ("302 Location=http://127.0.0.1:1/", "redirects are not followed", True, 0),
        ("half", "RemoteProtocolError", True, 0),
        ("close", "RemoteProtocolError", True, 0),
    ],
)
async def test_what_is_no_answer_is_trouble(word: str, why: str, holds: bool, asked_ms: int) -> None:
    async with an_http_receiver(word) as receiver:
        with pytest.raises(NotDelivered, match=why) as trouble:
            await webhook(receiver).send(a_message())
        await webhook(receiver).send(a_message())
    assert (trouble.value.holds, trouble.value.asked_ms) == (holds, asked_ms)
    assert len(receiver.calls) == 2


async def test_one_that_hangs_can_be_left() -> None:
    async with an_http_receiver("hang") as receiver:
        sending = asyncio.create_task(webhook(receiver).send(a_message()))
        await receiver.arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_nobody_there_is_trouble() -> None:
    async with an_http_receiver() as receiver:
        pass
    with pytest.raises(NotDelivered, match="ConnectError"):
        await webhook(receiver).send(a_message())


def test_a_retry_after_is_seconds_or_a_date() -> None:
    assert wanted_ms("120", 0) == 120_000
    assert wanted_ms("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_479_000) == 1_000
    assert wanted_ms("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_481_000) == 0
    assert wanted_ms("soon", 0) == wanted_ms(None, 0) == 0
