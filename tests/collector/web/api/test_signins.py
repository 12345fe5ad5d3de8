"""Sign-ins are looked at and ended: one's own, and by a supervisor everybody's; and one's own password."""

from tests.collector.web.api.test_users import OURS, PASSWORD, added, welcomed
from tests.collector.web.house import House

ANOTHER = "cinque altre parole messe"


async def test_a_user_sees_and_ends_his_own_and_nobody_else_s(house: House) -> None:
    async with (
        await house.program() as program,
        house.client() as here,
        house.client() as there,
        house.client() as olga,
    ):
        await welcomed(here, (await added(program))["url"])
        await there.post("/signin", data={"name": "Tino", "password": PASSWORD}, headers=OURS)
        await welcomed(olga, (await added(program, "Olga", "office"))["url"])
        mine = (await here.get("/api/v1/signins")).json()
        assert [(each["name"], each["this_one"]) for each in mine].count(("Tino", True)) == 1 and len(mine) == 2
        assert (await here.get("/api/v1/signins", params={"everybody": True})).status_code == 403
        (hers,) = (await olga.get("/api/v1/signins")).json()
        assert (await here.delete(f"/api/v1/signins/{hers['id']}", headers=OURS)).status_code == 404
        other = next(each["id"] for each in mine if not each["this_one"])
        assert (await here.delete(f"/api/v1/signins/{other}", headers=OURS)).status_code == 204
        assert (await there.get("/api/v1/me")).status_code == 401
        assert (await here.get("/api/v1/me")).status_code == 200
        every = (await program.get("/api/v1/signins", params={"everybody": True})).json()
        assert sorted(each["name"] for each in every) == ["Olga", "Tino"]
        assert (await program.delete(f"/api/v1/signins/{hers['id']}")).status_code == 204
        assert (await olga.get("/api/v1/me")).status_code == 401


async def test_another_password_ends_the_other_sign_ins_and_keeps_this_one(house: House) -> None:
    async with await house.program() as program, house.client() as here, house.client() as there:
        await welcomed(here, (await added(program))["url"])
        await there.post("/signin", data={"name": "Tino", "password": PASSWORD}, headers=OURS)
        for before, password, status in (("wrong", ANOTHER, 422), (PASSWORD, "short", 422), (PASSWORD, ANOTHER, 204)):
            asked = {"before": before, "password": password}
            assert (await here.put("/api/v1/me/password", json=asked, headers=OURS)).status_code == status
        assert (await here.get("/api/v1/me")).status_code == 200
        assert (await there.get("/api/v1/me")).status_code == 401
        for password, status in ((PASSWORD, 403), (ANOTHER, 303)):
            typed = {"name": "Tino", "password": password}
            assert (await there.post("/signin", data=typed, headers=OURS)).status_code == status


async def test_whoever_guesses_his_own_password_must_wait(house: House) -> None:
    async with await house.program() as program, house.client() as here:
        await welcomed(here, (await added(program))["url"])
        asked = {"before": "guessed", "password": ANOTHER}
        for _ in range(10):
            house.app.state.attempts.count("password 1", house.room.clock.steady_ms())
        assert (await here.put("/api/v1/me/password", json=asked, headers=OURS)).status_code == 429


async def test_a_program_has_no_password(house: House) -> None:
    async with await house.program() as program:
        asked = {"before": "x", "password": ANOTHER}
        assert (await program.put("/api/v1/me/password", json=asked)).status_code == 409
