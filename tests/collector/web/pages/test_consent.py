"""The customer's consent: asked by a link, shown as it is, given or refused once."""

import pytest

from collector.domain.entitlement import Version
from collector.ledger.keys import Role
from shared.session import SessionState
from tests.collector.room import S1, minutes
from tests.collector.web.house import ADDRESS, House

PEER = (("tigervnc", "192.0.2.7:5900"),)


async def asked(house: House, role: Role = Role.TECHNICIAN) -> str:
    """The path of the link that a technician asked for."""
    async with await house.program(role) as client:
        answer = await client.post("/api/v1/interventions/1/consent-link")
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    assert url.startswith(f"{ADDRESS}/consent/")
    return url.removeprefix(ADDRESS)


@pytest.fixture
async def live(house: House) -> House:
    """Nineteen minutes of Studio Bianchi's twenty are used."""
    await house.room.customer(peers=PEER)
    await house.room.connect(seconds=19 * 60)
    return house


async def test_the_page_says_what_is_used_and_what_the_next_half_hour_costs_and_looking_answers_nothing(
    live: House,
) -> None:
    path = await asked(live)
    async with live.client({"Accept-Language": "it"}) as customer:
        for _ in range(3):
            page = await customer.get(path)
    assert page.status_code == 200
    for told in ("Studio Bianchi", "19:00", "20:00", "€ 35,00", "12:07:41"):
        assert told in page.text, told
    assert (await live.room.reading.whole([1]))[1].agreed is None


async def test_a_yes_is_recorded_with_time_and_channel_and_counts_once(live: House) -> None:
    path = await asked(live)
    async with live.client() as customer:
        assert (await customer.post(path, data={"answer": "yes"})).status_code == 200
        for answer in ("yes", "no"):
            assert (await customer.post(path, data={"answer": answer})).status_code == 404
        assert (await customer.get(path)).status_code == 404
    of = (await live.room.reading.whole([1]))[1]
    assert of.agreed is not None
    assert (of.agreed.by, of.agreed.at) == ("Studio Bianchi", live.room.clock.wall_ms())
    assert of.agreed.how == "link: 1140 s used, the next half hour at 2026-11-18T11:07:41.000Z for EUR 35.00"


async def test_a_no_blocks_nothing_and_nothing_is_final_on_it(live: House) -> None:
    path = await asked(live)
    async with live.client() as customer:
        assert (await customer.post(path, data={"answer": "no"})).status_code == 200
    live.room.clock.advance(minutes(2))
    await live.room.connect(S1, seconds=21 * 60, state=SessionState.ENDED)
    of = (await live.room.reading.whole([1]))[1]
    assert [(each.what, each.by) for each in of.decided] == [
        ("consent-asked", "Tino"),
        ("overtime-declined", "Studio Bianchi"),
    ]
    assert (of.agreed, [flag.value for flag in of.charge.flags]) == (None, ["overtime-not-agreed"])


async def test_a_no_takes_back_what_somebody_else_has_heard_of_the_customer(live: House) -> None:
    path = await asked(live)
    await live.room.ledger.agree_overtime(1, by="Tino", how="phone")
    async with live.client() as customer:
        assert (await customer.post(path, data={"answer": "no"})).status_code == 200
    said_at = live.room.clock.wall_ms()
    live.room.clock.advance(minutes(2))
    await live.room.connect(S1, seconds=21 * 60, state=SessionState.ENDED)
    of = (await live.room.reading.whole([1]))[1]
    assert (of.agreed, of.declined_at, of.review.state) == (None, said_at, "in-review")


async def test_a_link_that_is_old_replaced_or_guessed_is_good_for_nothing(live: House) -> None:
    first, code = await asked(live), "guessed"
    async with await live.program() as client:
        path = "/api/v1/interventions/1"
        tag = {"If-Match": (await client.get(path)).headers["ETag"]}
        second = (await client.post(f"{path}/consent-link", headers=tag)).json()["url"].removeprefix(ADDRESS)
        assert (await client.post(f"{path}/consent-link", headers=tag)).status_code == 412
    async with live.client() as customer:
        assert (await customer.get(first)).status_code == 404
        assert (await customer.get(second)).status_code == 200
        live.room.clock.advance(minutes(60))
        for path in (first, second, f"/consent/{code}", f"/consent/{'x' * 300}"):
            assert (await customer.post(path, data={"answer": "yes"})).status_code == 404
        assert (await customer.post(second, data={"answer": "maybe"})).status_code == 422
        tried = [(await customer.get("/consent/x")).status_code for _ in range(12)]
        assert 429 in tried
    assert (await live.room.reading.whole([1]))[1].agreed is None


async def test_who_has_nothing_to_agree_to_is_not_asked(house: House) -> None:
    await house.room.customer(peers=PEER, contract=False, version=Version.PREVIOUS)
    await house.room.connect(seconds=60)
    async with await house.program() as client:
        assert (await client.post("/api/v1/interventions/1/consent-link")).status_code == 409
        assert (await client.post("/api/v1/interventions/2/consent-link")).status_code == 404
    async with await house.program(Role.READ_ONLY) as client:
        assert (await client.post("/api/v1/interventions/1/consent-link")).status_code == 403


async def test_a_technician_records_what_was_said_on_the_phone(live: House) -> None:
    async with await live.program(Role.TECHNICIAN) as client:
        told = (await client.post("/api/v1/interventions/1/agree", json={"how": "phone"})).json()
        assert told["overtime_consent"]["by"] == "Tino"
        assert (await client.post("/api/v1/interventions/1/consent-link")).status_code == 409
