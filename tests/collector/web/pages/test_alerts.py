"""The feed of alerts."""

from pathlib import Path

from collector.delivery.channel_file import Channels
from collector.domain.routes import Route, Routes
from collector.ledger import outbox
from collector.ledger.keys import Role
from collector.ledger.post import Post
from tests.collector.web.api.test_alerts import an_alert
from tests.collector.web.api.test_channels import a_channel
from tests.collector.web.house import House, a_house


async def test_an_alert_stands_in_the_feed_until_somebody_has_seen_it(house: House) -> None:
    async with house.browser() as client:
        assert "Ancora nessun avviso" in (await client.get("/alerts")).text
        await an_alert(house)
        page = (await client.get("/alerts")).text
        assert "limite raggiunto" in page and 'data-acknowledge="1"' in page
        await house.room.ledger.acknowledge_alert(1, by="Laura")
        page = (await client.get("/alerts")).text
        assert "visto da Laura" in page and "data-acknowledge" not in page


async def test_who_may_only_look_cannot_say_that_he_has_seen_it(house: House) -> None:
    await an_alert(house)
    async with house.browser(Role.READ_ONLY) as client:
        assert "data-acknowledge" not in (await client.get("/alerts")).text


async def test_it_says_where_an_alert_was_told_and_how_each_channel_stands(tmp_path: Path) -> None:
    async with a_house(tmp_path, post=Post(Routes((Route(("mail", "chat")),)))) as house:
        house.furnish(Channels((a_channel("mail"), a_channel("chat"))))
        await an_alert(house)
        due = await house.room.ledger.write(lambda pen: outbox.take(pen, "mail", "a" * 32, 10))
        assert isinstance(due, outbox.Envelope)
        await house.room.ledger.write(lambda pen: outbox.settle(pen, due.id, outbox.Told()))
        async with house.browser() as client:
            page = (await client.get("/alerts?state=open")).text
        assert "mail: detto" in page and "chat: in attesa" in page
        assert 'data-snooze="1"' in page and 'data-test="chat"' in page
        async with house.browser(Role.OFFICE) as client:
            assert "data-test" not in (await client.get("/alerts")).text


async def test_of_those_that_were_seen_only_the_others_are_shown(house: House) -> None:
    await an_alert(house)
    await house.room.ledger.snooze_alert(1, house.room.clock.wall + 60_000, by="Laura")
    async with house.browser() as client:
        assert "rimandato da Laura" in (await client.get("/alerts?state=open")).text
        await house.room.ledger.acknowledge_alert(1, by="Laura")
        assert "Non c’è nulla da vedere." in (await client.get("/alerts?state=open")).text
