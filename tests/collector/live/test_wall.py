"""What is said of the board: all of it, or what differs."""

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from collector.ledger.board import Seen
from collector.live import wall
from collector.live.wall import DRIFT_MS
from tests.collector.live.builders import CAP_MS, NOW, a_board, a_row

ids = st.sampled_from("abcd").map(lambda letter: letter * 32)
rows = st.builds(
    a_row,
    ids,
    connected_ms=st.integers(0, 2 * CAP_MS),
    as_of=st.integers(NOW, NOW + 60_000),
    ticking=st.booleans(),
    half_hours=st.integers(0, 2),
)
boards = st.lists(rows, unique_by=lambda row: row.id).map(lambda some: a_board(*some))


def changes(known: Seen, seen: Seen) -> dict[str, Any] | None:
    frame, _ = wall.changes(known, seen)
    return None if frame is None else json.loads(frame)


def everything(seen: Seen) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(wall.all_of(wall.body_of(seen), NOW))
    return told


def test_everything_is_told_as_it_is() -> None:
    told = everything(a_board(a_row()))
    assert (told["type"], told["now"], told["recent"], told["summary"]["live"]) == ("all", NOW, [], 1)
    assert told["rows"][0] == json.loads(msgspec.json.encode(a_row()))


def test_nothing_is_said_when_nothing_changed() -> None:
    assert changes(a_board(a_row()), a_board(a_row(), now_at=NOW + 5_000)) is None


def test_a_row_that_went_on_as_foretold_is_no_news() -> None:
    later = a_row(connected_ms=65_000 + DRIFT_MS, as_of=NOW + 5_000)
    assert changes(a_board(a_row()), a_board(later)) is None


def test_a_row_that_drifted_away_is_told() -> None:
    later = a_row(connected_ms=65_000 + DRIFT_MS + 1, as_of=NOW + 5_000)
    told = changes(a_board(a_row()), a_board(later))
    assert told is not None and [row["connected_ms"] for row in told["rows"]] == [65_301]


def test_small_drifts_do_not_add_up_unseen() -> None:
    known, told = a_board(a_row()), 0
    for n in range(1, 11):
        later = a_row(connected_ms=60_000 + n * 900, as_of=NOW + n * 1_000)
        frame, known = wall.changes(known, a_board(later))
        told += frame is not None
    assert told == 2


def test_a_row_that_stands_still_is_told_once() -> None:
    silent = a_row(ticking=False, state="silent")
    told = changes(a_board(a_row()), a_board(silent))
    assert told is not None and told["rows"][0]["state"] == "silent"
    assert changes(a_board(silent), a_board(silent)) is None


def test_whoever_has_gone_is_named() -> None:
    told = changes(a_board(a_row()), a_board())
    assert told is not None
    assert (told["rows"], told["gone"], told["summary"]["live"]) == ([], ["1" * 32], 0)


@given(st.lists(boards, min_size=1, max_size=5))
def test_whoever_hears_every_change_knows_what_whoever_asks_now_is_told(seen: list[Seen]) -> None:
    known, page = seen[0], {row["id"]: row for row in everything(seen[0])["rows"]}
    for board in seen[1:]:
        frame, known = wall.changes(known, board)
        told = {"rows": [], "gone": []} if frame is None else json.loads(frame)
        for session in told["gone"]:
            del page[session]
        page |= {row["id"]: row for row in told["rows"]}
    assert page == {row["id"]: row for row in everything(known)["rows"]}
    for row in seen[-1].rows:
        shown = page[row.id]["connected_ms"] + (row.as_of - page[row.id]["as_of"] if row.ticking else 0)
        assert abs(shown - row.connected_ms) <= DRIFT_MS
