"""When an intervention was connected, as positions."""

from hypothesis import given
from hypothesis import strategies as st

from collector.web.timeline import LEFT, MOST_TICKS, WIDTH, Kind, Piece, draw, pieces_of

pieces = st.tuples(st.integers(0, 10**9), st.integers(0, 10**8)).map(lambda p: Piece(p[0], p[0] + p[1]))
lanes = st.lists(st.lists(pieces, min_size=1, max_size=5), min_size=1, max_size=4)


def test_nothing_is_not_drawn() -> None:
    assert draw([]) is None


def test_the_first_second_lies_left_and_the_last_right_and_the_limit_between() -> None:
    line = draw([[Piece(0, 60_000)], [Piece(30_000, 120_000)]], 60_000)
    assert line is not None
    assert line.lanes[0][0].x == LEFT
    assert line.lanes[1][0].x + line.lanes[1][0].width == LEFT + WIDTH
    assert [tick.at for tick in line.ticks] == [0, 30_000, 60_000, 90_000, 120_000]
    assert line.mark is not None and line.mark.x == LEFT + WIDTH / 2
    assert (line.from_at, line.until_at) == (0, 120_000)
    assert line.kinds == [Kind.OWN]


def test_an_instant_outside_is_not_marked() -> None:
    line = draw([[Piece(0, 60_000)]], 60_001)
    assert line is not None and line.mark is None


def test_a_connection_shows_its_own_time_others_gaps_and_an_end_that_nobody_saw() -> None:
    found = pieces_of([(0, 100), (150, 300)], [(20, 100), (150, 200)], 30)
    assert found == [
        Piece(0, 20, Kind.ELSEWHERE),
        Piece(20, 100),
        Piece(100, 150, Kind.GAP),
        Piece(150, 200),
        Piece(200, 300, Kind.ELSEWHERE),
        Piece(300, 330, Kind.UNSURE),
    ]
    assert pieces_of([(5, 5)], [(5, 5)], None) == [Piece(5, 5)]
    assert pieces_of([], [], 30) == []


@given(lanes)
def test_every_piece_lies_within_and_can_be_seen(given_lanes: list[list[Piece]]) -> None:
    line = draw(given_lanes)
    assert line is not None
    assert [len(lane) for lane in line.lanes] == [len(lane) for lane in given_lanes]
    for bar in (bar for lane in line.lanes for bar in lane):
        assert bar.width >= 0.3
        assert LEFT - 0.01 <= bar.x <= LEFT + WIDTH + 0.01
    assert len(line.ticks) <= MOST_TICKS + 1
