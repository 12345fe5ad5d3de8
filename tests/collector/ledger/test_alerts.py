"""An alert is made once; what was made unconfirmed can be confirmed, and never the other way."""

from dataclasses import replace

from collector.ledger.alerts import Had, NewAlert, Told
from tests.collector.room import S1, Room

CAP = NewAlert("1/cap", 1, S1, "cap", 0, 1_000, False, False, Told("Studio Bianchi", "TigerVNC", "x", 1_200_000))


async def test_the_same_key_is_made_once(room: Room) -> None:
    await room.connect(seconds=60)
    assert await room.ledger.make_alerts([CAP, CAP]) == 1
    assert await room.ledger.make_alerts([CAP]) == 0
    assert (await room.reading.alerts())[1] == 1


async def test_it_is_confirmed_later_and_stays_so(room: Room) -> None:
    await room.connect(seconds=60)
    for confirmed in (False, True, False):
        await room.ledger.make_alerts([replace(CAP, confirmed=confirmed)])
    assert [alert.confirmed for alert in (await room.reading.alerts())[0]] == [True]


async def test_it_is_acknowledged_once(room: Room) -> None:
    await room.connect(seconds=60)
    await room.ledger.make_alerts([CAP])
    for name in ("Laura", "Olga"):
        await room.ledger.acknowledge_alert(1, by=name)
    alert = await room.reading.alert(1)
    assert alert is not None and alert.acknowledged_by == "Laura"
    assert (await room.reading.alerts(acknowledged=False))[1] == 0


async def test_none_at_all_is_no_news(room: Room) -> None:
    heard = room.bell.listen()
    assert await room.ledger.make_alerts([]) == 0
    assert heard.heard() == frozenset()


async def test_what_is_not_true_is_taken_back_and_may_come_true_later(room: Room) -> None:
    await room.connect(seconds=60)
    await room.ledger.make_alerts([CAP, replace(CAP, key="1/sure", confirmed=True)])
    for _ in range(2):
        await room.ledger.withdraw_alerts(["1/cap", "1/nothing"])
    sure = {"1/sure": (1, Had("cap", True))}
    assert await room.reading.alert_keys([1]) == sure
    assert await room.ledger.make_alerts([CAP]) == 1
    assert await room.reading.alert_keys([1]) == {**sure, "1/cap": (1, Had("cap", False))}
    again, _, back = (await room.reading.alerts())[0]
    assert [again.key, back.key] == ["1/cap", "1/cap"]
    assert (again.withdrawn_at, back.withdrawn_at) == (None, room.clock.wall_ms())
    assert back.text.startswith("Taken back: ") and back.text_it.startswith("Ritirato: ")
    assert [alert.id for alert in (await room.reading.alerts(acknowledged=False))[0]] == [3, 2]
