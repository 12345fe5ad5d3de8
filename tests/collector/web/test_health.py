"""Alive, and ready."""

from collector.ledger.conditions import Difference
from tests.collector.web.house import House


async def test_health_is_public_and_ready_means_that_the_tables_are(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).status_code == 200
        house.app.state.schema = "a later one"
        assert (await client.get("/readyz")).status_code == 503


async def test_collectors_that_are_not_alike_are_told_on_the_pages_and_to_whoever_watches(house: House) -> None:
    async with house.client() as client, house.browser() as browser:
        for page in ("settings", "alerts"):
            assert "b.example" not in (await browser.get(f"/{page}")).text
        house.differences = (Difference("b.example (/data)", price_lists=True, channels=True, settings=False),)
        assert (await client.get("/readyz")).json() == {"status": "ready", "differs": ["channels.toml", "price lists"]}
        settings, alerts = [(await browser.get(f"/{page}")).text for page in ("settings", "alerts")]
        assert "Il collettore su b.example (/data) non lavora alle stesse condizioni" in settings
        assert "listini</span>" in settings and "impostazioni</span>" not in settings
        assert "Il collettore su b.example (/data) ha un altro channels.toml" in alerts
