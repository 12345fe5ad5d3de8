"""The API keeps what its description promises, whatever it is asked."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from collector.web.routes import NOUNS, REFUSALS
from shared.session import SessionState
from tests.collector.room import S1, S2
from tests.collector.web.house import House, a_house

KEPT = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def described() -> dict[str, Any]:
    """The description of the API's calls, without anything behind them."""
    app = FastAPI(title="Mezzora")
    for noun in NOUNS:
        app.include_router(noun.router, prefix="/api/v1", responses={status: {} for status in REFUSALS})
    told: dict[str, Any] = app.openapi()
    return told


async def test_the_description_names_every_call_of_the_api(house: House) -> None:
    async with house.client() as client:
        told = (await client.get("/api/openapi.json")).json()
    assert told["info"]["title"] == "Mezzora"
    assert told["paths"].keys() == described()["paths"].keys()
    assert all(path.startswith("/api/v1/") for path in told["paths"])


@contextmanager
def furnished(folder: Path, runner: asyncio.Runner) -> Iterator[tuple[httpx.AsyncClient, dict[str, Any]]]:
    """A supervisor's program in a house with something in it, and the description that it reads there."""
    opened = a_house(folder)

    async def begin() -> tuple[httpx.AsyncClient, dict[str, Any]]:
        house = await opened.__aenter__()
        await house.room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
        await house.room.connect(S1, seconds=1300, state=SessionState.ENDED)
        await house.room.connect(S2, seconds=60, peer="unknown")
        program = await house.program()
        return program, (await program.get("/api/openapi.json")).json()

    try:
        yield runner.run(begin())
    finally:
        runner.run(opened.__aexit__(None, None, None))


@pytest.mark.parametrize("examples", [25, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", sorted(described()["paths"]))
def test_any_request_is_answered_as_described_and_never_with_a_mistake_of_ours(
    tmp_path: Path, path: str, examples: int
) -> None:
    with asyncio.Runner() as runner, furnished(tmp_path, runner) as (program, told):
        schema = schemathesis.openapi.from_dict(told)
        for method in told["paths"][path]:
            cases = schema[path][method.upper()].as_strategy()

            @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=cases)
            def holds(case: schemathesis.Case) -> None:
                asked = case.as_transport_kwargs(base_url="http://house")
                asked["content"] = asked.pop("data", None)
                asked.pop("cookies", None)
                asked["headers"] = {name: text for name, text in asked["headers"].items() if text is not None}
                case.validate_response(runner.run(program.request(**asked)), checks=KEPT)

            holds()
