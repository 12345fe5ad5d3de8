"""What the live page relies on, field by field."""

import msgspec

from collector.ledger.views import Recent, Row, Summary


def test_a_row_has_what_the_page_draws() -> None:
    fields = (
        "id intervention customer tool tool_name peer peer_name technician nth evidence marks state standing service"
        " connected_ms as_of ticking session_ms cap_ms unit_ms near_ms gaps half_hours overtime cost next consent"
        " critical flags actions"
    )
    assert Row.__struct_fields__ == tuple(fields.split())


def test_answers_become_json_as_they_are() -> None:
    summary = Summary(1, 0, 0, 0, 0, "0.00", "0.00", "0.00", 0, False)
    assert msgspec.json.decode(msgspec.json.encode(summary))["overtime_today"] == "0.00"
    assert "ended_at" in Recent.__struct_fields__
