"""The technician's own page: what he sees first, and all that is recorded about him, of his PCs alone."""

from collector.ledger import users
from tests.collector.room import S1, S2
from tests.collector.web.api.test_users import OURS, PASSWORD, added, welcomed
from tests.collector.web.house import House


async def test_a_technician_comes_to_his_own_page_first_and_sees_his_sessions_alone(house: House) -> None:
    room = house.room
    await room.connect(S1, seconds=65, peer="mine.example:5900")
    await room.connect(S2, seconds=65, peer="theirs.example:5900", agent="PC Bruno")
    async with await house.program() as program, house.client({"Accept": "text/html"}) as client:
        made = await added(program)
        assert (await welcomed(client, made["url"])).headers["location"] == "/mine"
        typed = {"name": "Tino", "password": PASSWORD, "next": "/"}
        assert (await client.post("/signin", data=typed, headers=OURS)).headers["location"] == "/mine"
        assert "No PC is yours yet." in (await client.get("/mine")).text
        await room.ledger.write(lambda pen: users.give_pc(pen, room.agents["PC Anna"], made["user"]["id"]))
        page = (await client.get("/mine")).text
        assert "mine.example" in page and "theirs.example" not in page and "1:05" in page
        assert 'data-mine="[&#34;PC Anna&#34;]"' in page and 'href="/mine"' in page
        mine = (await client.get("/api/v1/sessions", params={"mine": True})).json()["items"]
        assert [each["id"] for each in mine] == [S1]


async def test_whoever_is_no_technician_comes_to_the_live_page(house: House) -> None:
    async with await house.program() as program, house.client({"Accept": "text/html"}) as client:
        made = await added(program, "Olga", "office")
        assert (await welcomed(client, made["url"])).headers["location"] == "/"
        assert 'href="/mine"' not in (await client.get("/customers")).text
