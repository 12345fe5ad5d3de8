"""The API keeps what its description promises, whatever it is asked."""

import asyncio
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.web import routes
from shared.session import SessionState
from tests.collector.room import S1, S2
from tests.collector.web.house import House, a_house

EXAMPLES = 100


async def test_the_description_names_every_call_of_the_api(house: House) -> None:
    async with house.client() as client:
        told = (await client.get("/api/openapi.json")).json()
    assert told["info"]["title"] == "Mezzora"
    assert all(path.startswith("/api/v1/") for path in told["paths"])
    nouns = {path.split("/")[3] for path in told["paths"]}
    assert nouns == {"sessions", "interventions", "customers", "alerts", "agents", "me", "live"}
