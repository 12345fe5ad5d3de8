"""Whatever is refused is told as problem details that name the place, and nothing is a mistake of ours."""

import pytest

from tests.collector.room import S1
from tests.collector.web.house import House

BIANCHI = {"name": "Studio Bianchi", "contract": True, "version": "current"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "place"),
    [
        ("POST", "customers", {"contract": True}, 422, "body.name"),
        ("POST", "customers", {**BIANCHI, "version": "next"}, 422, "body.version"),
        ("POST", "customers", {**BIANCHI, "colour": "red"}, 422, "body.colour"),
        ("POST", "customers", {**BIANCHI, "name": 7}, 422, "body.name"),
        ("POST", "customers", {**BIANCHI, "name": "two\nlines"}, 422, "body.name"),
        ("POST", "customers", {**BIANCHI, "contract": {"from": "2026-13-01"}}, 422, "body.contract"),
        ("POST", "customers", {**BIANCHI, "contract": {"from": 20260101}}, 422, "body.contract"),
        ("POST", "customers", {**BIANCHI, "contract": {"from": "2026-02-01", "until": "2026-01-01"}}, 422, ""),
        ("POST", "customers", {**BIANCHI, "peers": [{"tool": "Team Viewer", "peer": "1"}]}, 422, "body.peers"),
        ("POST", "interventions/1/assign", {"customer": "1"}, 422, "body.customer"),
        ("POST", "interventions/1/assign", {"customer": 99}, 404, ""),
        ("POST", "interventions/99/agree", {"how": "phone"}, 404, ""),
        ("POST", "interventions/1/category", {"category": "gardening"}, 422, ""),
        ("POST", "interventions/1/category", {}, 422, "body.category"),
        ("POST", f"sessions/{S1}/new-intervention", {"at": "2026-01-01T10:00:00"}, 422, "body.at"),
        ("POST", f"sessions/{S1}/new-intervention", {"at": "2999-01-01T10:00:00Z"}, 422, ""),
        ("POST", f"sessions/{S1}/new-intervention", {"at": "2001-01-01T10:00:00Z"}, 409, ""),
        ("POST", "alerts/1/acknowledge", None, 404, ""),
        ("GET", "interventions/99", None, 404, ""),
        ("GET", "interventions/99999999999999999999", None, 422, "path.intervention_id"),
        ("GET", "sessions/zz", None, 422, "path.session_id"),
        ("GET", "sessions?limit=0", None, 422, "query.limit"),
        ("GET", "customers?q=%00", None, 422, "query.q"),
        ("GET", "nothing", None, 404, ""),
        ("DELETE", "customers", None, 405, ""),
    ],
)
async def test_a_refusal_is_problem_details_that_name_the_place(
    house: House, method: str, path: str, body: object, status: int, place: str
) -> None:
    await house.room.connect(S1, seconds=60)
    async with await house.program() as client:
        answer = await client.request(method, f"/api/v1/{path}", **({} if body is None else {"json": body}))
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["title"] and told["detail"]
    assert any(each["place"].startswith(place) for each in told.get("errors", [{"place": ""}]))


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        (
            "interventions/1/decisions",
            {"what": "price-named", "price": "45,00"},
            'body.price: not of the form "120.00"',
        ),
        (
            "interventions/1/decisions",
            {"what": "price-named", "price": "45.001"},
            'body.price: not of the form "120.00"',
        ),
        (
            "interventions/1/decisions",
            {"what": "price-named", "price": 45},
            "body.price: not text (write it in quotes)",
        ),
        ("statements", {"month": "2026-13", "customer": 1}, 'body.month: not of the form "2026-10": year and month'),
        ("statements", {"month": "2026-10"}, "body.customer: missing"),
        ("customers", {**BIANCHI, "nam": "x"}, "body.nam: there is no such field"),
        (
            "interventions/1/declared",
            {"start": "2026-10-01T10:00:00", "end": "2026-10-01T11:00:00Z", "tool": "telephone"},
            "body.start: without a time zone (end it with Z, or as in +01:00)",
        ),
    ],
)
async def test_what_to_write_instead_is_said(house: House, path: str, body: object, told: str) -> None:
    async with await house.program() as client:
        answer = await client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 422 and answer.json()["detail"].startswith(told)


async def test_broken_json_is_refused(house: House) -> None:
    async with await house.program() as client:
        headers = {"Content-Type": "application/json"}
        for content in (b"{", b"\xff", b'{"name": "\\ud800", "contract": true}', b"[" * 5000):
            answer = await client.post("/api/v1/customers", content=content, headers=headers)
            assert answer.status_code in (400, 422), content[:20]


async def test_a_refusal_speaks_the_language_that_is_asked_for(house: House) -> None:
    async with await house.program() as client:
        told = [
            (await client.get("/api/v1/interventions/99", headers={"Accept-Language": language})).json()["detail"]
            for language in ("it-IT,it;q=0.9", "en")
        ]
    assert told == ["nessun intervento 99", "no intervention 99"]
