"""A tariff is frozen with what was opened under it."""

from pathlib import Path

import pytest

from collector.errors import BadInput
from collector.ledger.price_lists import read_price_lists
from collector.tariffs.files import shipped_text
from shared.session import SessionState
from tests.collector.room import ROME, S1, S2, a_room, minutes

PEER = (("tigervnc", "192.0.2.7:5900"),)


async def test_a_new_price_list_never_changes_old_work(tmp_path: Path) -> None:

    dearer = shipped_text().replace('"45.00"', '"60.00"')
    async with a_room(tmp_path) as room:
        await room.customer(peers=PEER)
        await room.connect(S1, seconds=60, state=SessionState.ENDED)
    async with a_room(tmp_path, tariff=dearer) as room:
        room.clock.advance(minutes(60 * 24))
        await room.connect(S2, seconds=60)
        assert (await room.intervention_of(S1)).charge.net == "45.00"
        assert (await room.intervention_of(S2)).charge.net == "60.00"


def test_a_price_list_that_begins_later_is_preceded_by_the_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(f"first_day = 2030-01-01\n{shipped_text()}", encoding="utf-8")
    lists = read_price_lists(file, ROME)
    assert lists.of(lists.in_force(1_795_000_000_000)).first_day is None
    assert lists.of(lists.in_force(1_900_000_000_000)).first_day is not None


def test_a_folder_has_a_list_for_every_time(tmp_path: Path) -> None:
    (tmp_path / "now.toml").write_text(shipped_text().replace('"45.00"', '"50.00"'), encoding="utf-8")
    (tmp_path / "later.toml").write_text(f"first_day = 2030-01-01\n{shipped_text()}", encoding="utf-8")
    lists = read_price_lists(tmp_path, ROME)
    assert [str(tariff.contract.price) for _, tariff in lists.current] == ["50.00", "45.00"]
    assert lists.in_force(1_795_000_000_000) == lists.current[0][0]
    (tmp_path / "now.toml").unlink()
    with pytest.raises(BadInput, match="a hole: before 2030-01-01 no list holds"):
        read_price_lists(tmp_path, ROME)
