"""The page of what is one's own."""

from tests.collector.web.api.test_users import added, welcomed
from tests.collector.web.house import House


async def test_a_user_changes_his_password_there_and_sees_where_he_is_signed_in(house: House) -> None:
    async with await house.program() as program, house.client({"Accept": "text/html"}) as client:
        await welcomed(client, (await added(program))["url"])
        page = (await client.get("/account")).text
    assert 'id="new-password"' in page and "this one" in page and "Tino, technician" in page


async def test_whoever_came_by_a_link_has_no_password_to_change(house: House) -> None:
    async with house.browser() as client:
        page = (await client.get("/account")).text
    assert 'id="new-password"' not in page and "questo" in page
