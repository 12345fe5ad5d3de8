"""Whoever has seen an older state is refused."""

import asyncio

import pytest
from starlette.responses import Response

from collector.web.etags import mark, seen
from tests.collector.web.house import House


@pytest.mark.parametrize(
    ("header", "states"),
    [(None, None), ("*", None), ('"7"', {7}), ('"7", "9"', {7, 9}), ("7", set()), ('W/"x"', set()), ("", set())],
)
def test_what_was_seen_is_read_from_the_header(header: str | None, states: set[int] | None) -> None:
    assert seen(header) == states


def test_an_answer_is_marked() -> None:
    response = Response()
    mark(response, 7)
    assert response.headers["etag"] == '"7"'


async def test_of_two_who_change_one_customer_the_second_is_told(house: House) -> None:
    id = await house.room.customer()
    async with await house.program() as client:
        path = f"/api/v1/customers/{id}"
        tag = (await client.get(path)).headers["etag"]
        first = await client.patch(path, json={"note": "one"}, headers={"If-Match": tag})
        second = await client.patch(path, json={"note": "two"}, headers={"If-Match": tag})
        assert (first.status_code, second.status_code) == (200, 412)
        assert "read it again" in second.json()["detail"]
        again = await client.patch(path, json={"note": "two"}, headers={"If-Match": first.headers["etag"]})
        assert (again.status_code, again.json()["note"]) == (200, "two")
        assert (await client.patch(path, json={"note": "any"})).status_code == 200


async def test_two_in_one_commit_are_told_apart_as_well(house: House) -> None:
    id = await house.room.customer()
    async with await house.program() as client:
        path = f"/api/v1/customers/{id}"
        tag = (await client.get(path)).headers["etag"]
        both = await asyncio.gather(
            *(client.patch(path, json={"note": each}, headers={"If-Match": tag}) for each in ("one", "two"))
        )
    assert sorted(each.status_code for each in both) == [200, 412]
