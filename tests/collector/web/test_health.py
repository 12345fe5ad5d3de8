"""Alive, and ready."""

from tests.collector.web.house import House


async def test_health_is_public_and_ready_means_that_the_tables_are(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).status_code == 200
        house.app.state.schema = "a later one"
        assert (await client.get("/readyz")).status_code == 503
