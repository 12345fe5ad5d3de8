"""`mezzora alerts`: told, seen to, put off; and a channel is tested."""

import asyncio
import json
from argparse import Namespace
from pathlib import Path

import pytest

from collector import alerting
from collector.delivery.channel import NotDelivered
from collector.domain.routes import Route, Routes
from collector.errors import BadInput, NotFound
from collector.ledger import outbox
from collector.ledger.outbox import Failed
from collector.ledger.post import Post
from collector.settings import Settings
from shared.moments import HOUR_MS
from tests.collector.delivery.receivers import an_http_receiver
from tests.collector.room import S1, a_room


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A folder with two alerts, of which the first was tried in vain."""
    async with a_room(tmp_path, file="mezzora.sqlite3", post=Post(Routes((Route(("desk",)),)))) as room:
        await room.connect(S1, seconds=60)
        await room.alert("1/a", "1/b")
        await room.ledger.write(lambda pen: outbox.take(pen, "desk", "A", 1))
        trouble = Failed("it answered 500", room.clock.wall + HOUR_MS, holds=True)
        await room.ledger.write(lambda pen: outbox.settle(pen, "A", trouble))
    return Settings(tmp_path)


def listed(settings: Settings, capsys: pytest.CaptureFixture[str], *, open: bool = False) -> list[dict[str, object]]:
    assert alerting.list_alerts(settings, Namespace(open=open, limit=50, json=True)) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_alerts_are_listed_with_what_became_of_them(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    newest, oldest = listed(settings, capsys)
    assert [each["id"] for each in (newest, oldest)] == [2, 1]
    (delivery,) = oldest["deliveries"]  # type: ignore[misc]
    assert (delivery["state"], delivery["tries"], delivery["message"]) == ("waiting", 1, "A")  # type: ignore[index]
    alerting.list_alerts(settings, Namespace(open=False, limit=1, json=False))
    assert "desk: waiting" in capsys.readouterr().out
    alerting.list_alerts(settings, Namespace(open=False, limit=2, json=False))
    assert "failed 1 times: it answered 500" in capsys.readouterr().out


def test_what_is_seen_to_is_open_no_more(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotFound):
        alerting.acknowledge(settings, Namespace(alerts=[1, 7]))
    assert len(listed(settings, capsys, open=True)) == 2, "all of them or none"
    assert alerting.acknowledge(settings, Namespace(alerts=[1])) == 0
    assert [each["id"] for each in listed(settings, capsys, open=True)] == [2]


def test_what_is_put_off_says_until_when(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BadInput, match="--for"):
        alerting.snooze(settings, Namespace(alerts=[2], length="soon"))
    assert alerting.snooze(settings, Namespace(alerts=[2], length="2h")) == 0
    alerting.list_alerts(settings, Namespace(open=True, limit=1, json=False))
    told = capsys.readouterr().out
    assert "snoozed until" in told and "(reminder)" in told


async def test_a_channel_is_tested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(tmp_path)
    (tmp_path / "key").write_text("shared", encoding="utf-8")
    async with an_http_receiver("200", "500") as receiver:
        (tmp_path / "channels.toml").write_text(
            f'[channels.desk]\nkind = "webhook"\nurl = "{receiver.url}"\nsecret = {{ file = "key" }}\n', "utf-8"
        )
        assert await asyncio.to_thread(alerting.test, settings, Namespace(channel="desk")) == 0
        assert capsys.readouterr().out == "desk: delivered\n"
        with pytest.raises(NotDelivered, match="desk: it answered 500"):
            await asyncio.to_thread(alerting.test, settings, Namespace(channel="desk"))
    assert json.loads(receiver.calls[0][1])["test"] is True
