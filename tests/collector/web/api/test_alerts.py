"""Alerts over the API."""

from collector.ledger.alerts import NewAlert, Told
from collector.ledger.keys import Role
from tests.collector.room import S1
from tests.collector.web.house import House


async def an_alert(house: House) -> None:
    """A cap that was reached."""
    session = await house.room.connect(S1, seconds=1200)
    told = Told(customer="Studio Bianchi", tool_name="TigerVNC", peer="x", connected_ms=1_200_000, cap_ms=1_200_000)
    alert = NewAlert("1/cap", 1, session.id, "cap", 1, house.room.clock.wall, late=False, confirmed=True, told=told)
    assert await house.room.ledger.make_alerts([alert]) == 1


async def test_an_alert_is_told_in_both_languages(house: House) -> None:
    await an_alert(house)
    async with await house.program(Role.READ_ONLY) as client:
        told = (await client.get("/api/v1/alerts/1")).json()
        assert (await client.get("/api/v1/alerts")).json()["items"] == [told]
    assert (told["kind"], told["intervention"], told["session"]) == ("cap", 1, S1)
    assert "Studio Bianchi" in told["text"] and "Studio Bianchi" in told["text_it"]
    assert told["text"] != told["text_it"]


async def test_whoever_has_seen_an_alert_says_so_once(house: House) -> None:
    await an_alert(house)
    async with await house.program() as client:
        told = (await client.post("/api/v1/alerts/1/acknowledge")).json()
        assert told["acknowledged_by"] == "Laura"
        house.room.clock.advance(1000)
        assert (await client.post("/api/v1/alerts/1/acknowledge")).json() == told
        assert (await client.get("/api/v1/alerts", params={"acknowledged": False})).json()["items"] == []
        assert (await client.get("/api/v1/alerts", params={"intervention": 2})).json()["items"] == []


async def test_an_alert_is_put_off_and_says_where_it_was_told(house: House) -> None:
    await an_alert(house)
    async with await house.program() as client:
        told = (await client.post("/api/v1/alerts/1/snooze", json={"minutes": 20})).json()
        assert told["snoozed_by"] == "Laura" and told["snoozed_until"] > told["made_at"]
        assert (await client.post("/api/v1/alerts/1/snooze", json={"minutes": 0})).status_code == 422
        assert (await client.get("/api/v1/alerts/1/deliveries")).json() == []
        assert (await client.get("/api/v1/alerts/7/deliveries")).status_code == 404
        await client.post("/api/v1/alerts/1/acknowledge")
        assert (await client.post("/api/v1/alerts/1/snooze", json={})).status_code == 409
    async with await house.program(Role.READ_ONLY) as client:
        assert (await client.post("/api/v1/alerts/1/snooze", json={})).status_code == 403
