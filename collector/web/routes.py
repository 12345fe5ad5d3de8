"""Hangs every page and every call into the application. The only file of this room that `app` needs to know."""

from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from collector.ledger.schema import newest
from collector.web import health, problems
from collector.web.api import (
    agents,
    alerts,
    audit,
    channels,
    customer_links,
    customers,
    interventions,
    live,
    months,
    reports,
    review,
    sessions,
    signins,
    statements,
    tariffs,
    tokens,
    users,
)
from collector.web.assets import Assets, read_assets
from collector.web.attempts import Attempts
from collector.web.auth import Act, allowed
from collector.web.doorkeeper import Doorkeeper
from collector.web.headers import Headers
from collector.web.language import read_words
from collector.web.pages import account, billing, consent, mine, oidc, reference, signin, wall, yours
from collector.web.pages import agents as agent_pages
from collector.web.pages import alerts as alert_pages
from collector.web.pages import customers as customer_pages
from collector.web.pages import interventions as intervention_pages
from collector.web.pages import reports as report_pages
from collector.web.pages import settings as settings_page
from collector.web.pages import users as user_pages
from collector.web.parts import Parts
from collector.web.passwords import Passwords
from collector.web.schemas import Problem
from collector.web.sheet import Sheets

PAGES = (
    wall,
    intervention_pages,
    customer_pages,
    billing,
    report_pages,
    alert_pages,
    agent_pages,
    user_pages,
    settings_page,
    mine,
    yours,
    account,
    signin,
    oidc,
    consent,
    reference,
    health,
)
NOUNS = (
    sessions,
    interventions,
    review,
    customers,
    customer_links,
    statements,
    months,
    reports,
    tariffs,
    audit,
    alerts,
    channels,
    agents,
    users,
    signins,
    tokens,
    live,
)
REFUSALS = {
    401: "Nobody knows who is asking.",
    403: "The role may not.",
    404: "There is none of that number.",
    409: "It does not fit what is already there.",
    412: "Somebody changed it since it was read.",
    422: "The request is malformed.",
    503: "It cannot be written just now.",
}


def install(app: FastAPI, parts: Parts) -> None:
    """Everything under / and /api, with its headers and its refusals. The application brings no docs of its own."""
    assets = read_assets()
    app.state.parts = parts
    app.state.attempts = Attempts()
    app.state.passwords = Passwords()
    app.state.doorkeeper = Doorkeeper(parts.reading.still_in, lambda role: Act.SEE in allowed(role), parts.bell)
    app.state.schema = newest()
    app.state.sheets = Sheets.prepare(read_words(), assets)
    app.add_middleware(Headers, secure=parts.secure)
    problems.install(app)
    app.include_router(_api())
    app.include_router(live.line)
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.include_router(_static(assets), include_in_schema=False)


def _api() -> APIRouter:
    told: dict[int | str, dict[str, Any]] = {
        status: {"description": why, "content": {problems.KIND: {"schema": Problem.model_json_schema()}}}
        for status, why in REFUSALS.items()
    }
    api = APIRouter(prefix="/api/v1", responses=told)
    for noun in NOUNS:
        api.include_router(noun.router)
    return api


def _static(assets: Assets) -> APIRouter:
    router = APIRouter()

    @router.get("/static/{mark}/{name}")
    async def static(request: Request, mark: str, name: str) -> Response:
        return assets.answer(request, mark, name)

    @router.get("/favicon.ico")
    async def favicon(request: Request) -> Response:
        return assets.answer(request, "", "mark.svg")

    return router
