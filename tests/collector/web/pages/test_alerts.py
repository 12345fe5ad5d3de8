"""The feed of alerts."""

from collector.ledger.keys import Role
from tests.collector.web.api.test_alerts import an_alert
from tests.collector.web.house import House


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
