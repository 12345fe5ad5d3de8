"""Users: one-time links to a password, roles that change at once, and always somebody left who may do everything."""

import pytest

from collector.errors import Conflict, NotFound
from collector.ledger import users
from collector.ledger.keys import NO_DEVICE, Device, Role
from collector.ledger.users import INVITATION_LASTS_MS, Invitation
from tests.collector.room import Room


async def added(room: Room, name: str = "Anna", role: Role = Role.TECHNICIAN) -> tuple[int, Invitation]:
    return await room.ledger.write(lambda pen: users.add(pen, name, role, by="Laura"))


async def chosen(room: Room, invitation: Invitation, password: str = "kept") -> str | None:
    return await room.ledger.write(lambda pen: users.choose_password(pen, invitation.code, password, NO_DEVICE))


async def test_a_name_is_taken_however_it_is_spelled(room: Room) -> None:
    await added(room, "Anna Rossi")
    with pytest.raises(Conflict, match="Anna Rossi"):
        await added(room, " anna  ROSSI")


async def test_an_invitation_is_good_once_and_for_a_day(room: Room) -> None:
    _, invitation = await added(room)
    assert await room.reading.invited(invitation.code) is not None
    secret = await chosen(room, invitation)
    assert secret is not None and await chosen(room, invitation) is None
    visitor = await room.reading.browser(secret)
    assert visitor is not None and (visitor.name, visitor.role) == ("Anna", "technician")
    id, late = await added(room, "Bruno")
    room.clock.advance(INVITATION_LASTS_MS)
    assert await room.reading.invited(late.code) is None and await chosen(room, late) is None
    assert not (await room.reading.users())[1].has_password and id


async def test_an_invitation_signs_nobody_in_by_itself(room: Room) -> None:
    _, invitation = await added(room)
    assert await room.ledger.use_link(invitation.code) is None
    assert await room.reading.invited(await room.ledger.make_link("Laura", Role.SUPERVISOR)) is None


async def test_a_newer_invitation_voids_the_older(room: Room) -> None:
    id, older = await added(room)
    newer = await room.ledger.write(lambda pen: users.invite(pen, id))
    assert await chosen(room, older) is None
    assert await chosen(room, newer) is not None


async def test_another_password_ends_the_sessions_of_the_one_before(room: Room) -> None:
    id, invitation = await added(room)
    first = await chosen(room, invitation)
    again = await room.ledger.write(lambda pen: users.invite(pen, id))
    assert first is not None and await room.reading.browser(first) is not None
    second = await chosen(room, again)
    assert second is not None and await room.reading.browser(second) is not None
    assert await room.reading.browser(first) is None


async def test_a_role_changes_in_the_open_sessions_too(room: Room) -> None:
    id, invitation = await added(room)
    secret = await chosen(room, invitation)
    assert secret is not None
    await room.ledger.write(lambda pen: users.change_role(pen, id, Role.OFFICE, by="Laura"))
    visitor = await room.reading.browser(secret)
    assert visitor is not None and visitor.role == "office"
    assert await room.reading.still_in({visitor.key, "nobody's"}) == {visitor.key: "office"}


async def test_whoever_is_disabled_is_out_until_he_is_enabled(room: Room) -> None:
    id, invitation = await added(room)
    secret = await chosen(room, invitation)
    assert secret is not None
    await room.ledger.write(lambda pen: users.disable(pen, id, by="Laura"))
    assert await room.reading.browser(secret) is None and await room.reading.known_user("anna") is None
    assert await room.ledger.write(lambda pen: users.open_for(pen, id, NO_DEVICE)) is None
    with pytest.raises(Conflict, match="disabled"):
        await room.ledger.write(lambda pen: users.invite(pen, id))
    await room.ledger.write(lambda pen: users.enable(pen, id, by="Laura"))
    known = await room.reading.known_user("ANNA")
    assert known is not None and known.password == "kept"
    assert await room.reading.browser(secret) is None


async def test_the_last_supervisor_stays_one(room: Room) -> None:
    laura, _ = await added(room, "Laura", Role.SUPERVISOR)
    with pytest.raises(Conflict, match="last supervisor"):
        await room.ledger.write(lambda pen: users.disable(pen, laura, by="Laura"))
    with pytest.raises(Conflict, match="last supervisor"):
        await room.ledger.write(lambda pen: users.change_role(pen, laura, Role.OFFICE, by="Laura"))
    await added(room, "Bruno", Role.SUPERVISOR)
    await room.ledger.write(lambda pen: users.disable(pen, laura, by="Bruno"))
    assert [each.role for each in await room.reading.users() if each.disabled_at is None] == ["supervisor"]


async def test_whoever_makes_and_changes_users_is_written_into_the_chain_without_passwords(room: Room) -> None:
    id, invitation = await added(room)
    await chosen(room, invitation, "$argon2id$secret")
    await room.ledger.write(lambda pen: users.change_role(pen, id, Role.OFFICE, by="Laura"))
    entries, _ = await room.reading.entries(kind="user")
    assert [(each.what, each.by) for each in entries] == [("user-added", "Laura"), ("user-role", "Laura")]
    assert "argon2" not in f"{entries}"
    assert (await room.reading.verdict(None)).whole


async def test_a_sign_in_tells_where_and_ends_with_the_token_that_opened_it(room: Room) -> None:
    token = await room.ledger.make_token("Olga", Role.OFFICE)
    secret = await room.ledger.sign_in(token, Device("Firefox/1", "192.0.2.7"))
    assert secret is not None
    (one,) = await room.reading.sign_ins()
    assert (one.name, one.role, one.browser, one.address, one.user) == (
        "Olga",
        "office",
        "Firefox/1",
        "192.0.2.7",
        None,
    )
    await room.ledger.revoke_token("Olga")
    assert await room.reading.browser(secret) is None and await room.reading.sign_ins() == []


async def test_a_pc_is_somebody_s(room: Room) -> None:
    id, _ = await added(room)
    agent = await room.agent("PC Anna")
    await room.ledger.write(lambda pen: users.give_pc(pen, agent, id))
    assert (await room.reading.users())[0].pcs == ("PC Anna",)
    for wrong in ((agent, 99), (99, id)):
        with pytest.raises(NotFound):
            await room.ledger.write(lambda pen, wrong=wrong: users.give_pc(pen, *wrong))
