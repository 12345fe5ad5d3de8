"""Whoever changes the past behind the chain's back is found out: entries, rows, and single bytes of the file."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from collector.errors import Unavailable
from collector.ledger import audit, migrations
from collector.ledger.audit import Head
from collector.ledger.decisions import Outcome
from collector.ledger.engine import open_engines
from collector.ledger.presence import Presence
from collector.ledger.price_lists import PriceLists
from collector.ledger.proof import Verdict, verify
from collector.ledger.reading import Reading
from collector.tariffs.files import shipped_text
from shared.session import SessionState
from tests.collector.room import ROME, S1, S2, Room, a_room, minutes
from tests.fakes.clock import FakeClock

FOLDER = Path(migrations.__file__).parent
FILE = "ledger.sqlite3"
BYTES = 400


async def a_past(room: Room) -> None:
    """A month in little: one customer, three interventions, one of them split off, two closed."""
    await room.customer(peers=(("tigervnc", "192.0.2.7:5900"),))
    await room.connect(S1, seconds=25 * 60)
    await room.ledger.agree_overtime(1, by="Laura", how="phone")
    await room.ledger.new_intervention(S1, room.clock.wall_ms() - minutes(2), by="Anna")
    room.clock.advance(minutes(1))
    await room.connect(S1, seconds=26 * 60, state=SessionState.ENDED)
    await room.ledger.close_intervention(1, Outcome.SOLVED, by="Anna")
    await room.ledger.close_intervention(2, Outcome.UNRESOLVED, by="Anna")
    await room.connect(S2, seconds=90, peer="999", state=SessionState.ENDED)
    await room.ledger.set_category(3, "installation", by="Olga")


@pytest.fixture
async def past(tmp_path: Path) -> Path:
    """Its file, closed."""
    async with a_room(tmp_path) as room:
        await a_past(room)
    return tmp_path / FILE


async def looked_at(file: Path, kept: Head | None = None) -> Verdict:
    engines = open_engines(file)
    try:
        async with engines.readers.connect() as connection:
            return await verify(connection, kept)
    finally:
        await engines.close()


async def behind_its_back(file: Path, *statements: str) -> str:
    """What is said to be broken after these."""
    with sqlite3.connect(file) as connection:
        for each in statements:
            connection.execute(each)
    connection.close()
    broken = (await looked_at(file)).broken
    assert broken is not None
    return broken


async def test_an_untouched_past_is_whole(past: Path) -> None:
    verdict = await looked_at(past)
    assert verdict.whole and verdict.head.n > 10
    assert (await looked_at(past, verdict.head)).whole


def a_database_of(revision: str, file: Path, *statements: str) -> None:
    """As an older program left it."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for each in statements:
            connection.exec_driver_sql(each)
    engine.dispose()


async def test_a_database_from_before_the_chain_begins_one_with_what_it_holds(tmp_path: Path) -> None:
    a_database_of(
        "0003",
        tmp_path / FILE,
        "INSERT INTO customer (name, contract_from_day, version, made_at)"
        " VALUES ('Bianchi', '2020-01-01', 'current', 1)",
        "INSERT INTO tariff (id, text) VALUES ('7', '')",
        "INSERT INTO intervention (customer_id, tariff_id, opened_at, contract, version, state)"
        " VALUES (1, '7', 5, 1, 'current', 'open')",
    )
    async with a_room(tmp_path) as room, room.engines.readers.connect() as connection:
        entries = [audit.entry_of(row) for row in await connection.execute(audit.entries())]
    assert [(each.what, each.kind) for each in entries[:3]] == [
        ("found", "tariff"),
        ("found", "customer"),
        ("found", "intervention"),
    ]
    broken = (await looked_at(tmp_path / FILE)).broken
    assert broken is not None and broken.startswith("tariff 7 ")  # whose text was never its own


async def test_a_session_of_which_the_chain_said_less_is_told_anew(tmp_path: Path) -> None:
    left = '{"agent":1,"credits":[[0,1]],"stretches":[[5,60]]}'
    a_database_of(
        "0009",
        tmp_path / FILE,
        "INSERT INTO agent (id, name, token_hash, enrolled_at) VALUES (1, 'Anna', 'x', 1)",
        "INSERT INTO tariff (id, text) VALUES ('7', '')",
        "INSERT INTO intervention (id, tariff_id, opened_at, contract, version, state)"
        " VALUES (1, '7', 5, 0, 'current', 'open')",
        "INSERT INTO session (id, agent_id, tool, peer, evidence, state, seq, marks, first_seen_at, last_seen_at,"
        " heard_at) VALUES ('s1', 1, 'telephone', 'him', 'declared', 'ended', 1, '', 5, 65, 65),"
        " ('s2', 1, 'anydesk', '2', 'log', 'ended', 1, '', 5, 65, 65)",
        "INSERT INTO stretch (session_id, n, started_at, lasted_ms) VALUES ('s1', 0, 5, 60), ('s2', 0, 5, 61)",
        "INSERT INTO credit (session_id, from_at, intervention_id) VALUES ('s1', 0, 1), ('s2', 0, 1)",
        "INSERT INTO audit (n, at, by, what, kind, subject, after, hash)"
        f" VALUES (1, 1, 'x', 'ended', 'session', 's1', '{left}', 'x'),"
        f" (2, 1, 'x', 'ended', 'session', 's2', '{left}', 'x')",
    )
    async with a_room(tmp_path) as room, room.engines.readers.connect() as connection:
        anew = [audit.entry_of(row) for row in await connection.execute(audit.entries(kind="session"))][2:]
    assert [(each.what, each.subject, each.before) for each in anew] == [
        ("told-anew", "s1", left)
    ]  # s2 was tampered with
    assert anew[0].after is not None and '"declared":true' in anew[0].after and '"peer":"him"' in anew[0].after


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "at + 1"),
        ("by", "'Nobody'"),
        ("what", "'else'"),
        ("kind", "'customer'"),
        ("subject", "'7'"),
        ('"before"', "'{}'"),
        ('"after"', "'{}'"),
        ("hash", "replace(hash, substr(hash, 1, 1), 'x')"),
    ],
)
async def test_a_changed_entry_is_named(past: Path, column: str, value: str) -> None:
    assert "entry 4 " in await behind_its_back(past, f"UPDATE audit SET {column} = {value} WHERE n = 4")


async def test_a_removed_an_inserted_and_moved_entries_are_named(past: Path) -> None:
    others = past.with_name("others.sqlite3")
    shutil.copy(past, others)
    assert "entry 4 is missing" in await behind_its_back(others, "DELETE FROM audit WHERE n = 4")
    shutil.copy(past, others)
    renumber = ("DELETE FROM audit WHERE n = 4", "UPDATE audit SET n = n - 1 WHERE n > 4")
    assert "entry 4 " in await behind_its_back(others, *renumber)
    shutil.copy(past, others)
    swap = [f"UPDATE audit SET n = {to} WHERE n = {n}" for n, to in ((4, 900), (5, 4), (900, 5))]
    assert "entry 4 " in await behind_its_back(others, *swap)
    shutil.copy(past, others)
    inserted = (
        "INSERT INTO audit SELECT n + 1000, at, by, what, kind, subject, before, after, hash FROM audit WHERE n = 2"
    )
    assert "is missing" in await behind_its_back(others, inserted)


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE intervention SET category = 'installation' WHERE id = 1", "intervention 1"),
        ("UPDATE intervention SET agreed_how = NULL WHERE id = 1", "intervention 1"),
        ("UPDATE decision SET by = 'Nobody' WHERE id = 1", "intervention 1"),
        ("DELETE FROM decision WHERE id = 1", "intervention 1"),
        ("UPDATE stretch SET lasted_ms = lasted_ms - 1000", "intervention 2"),
        ("UPDATE stretch SET lasted_ms = 1 WHERE session_id = '" + S2 + "'", f"session {S2}"),
        ("UPDATE credit SET from_at = from_at + 1 WHERE from_at > 0", "intervention 1"),
        ("UPDATE contract_period SET until_day = '2020-01-01'", "customer 1"),
        ("DELETE FROM peer", "customer 1"),
        ("UPDATE peer SET key = '192.0.2.8:5900'", "customer 1"),
        ("UPDATE peer SET pattern = 1", "customer 1"),
        ("UPDATE tariff SET text = replace(text, '45.00', '44.00')", "tariff"),
        ("INSERT INTO customer (name, made_at) VALUES ('New', 1)", "customer 2"),
        ("DELETE FROM session WHERE id = '" + S2 + "'", f"session {S2}"),
        ("UPDATE session SET evidence = 'declared' WHERE id = '" + S2 + "'", f"session {S2}"),
        ("UPDATE session SET tool = 'anydesk' WHERE id = '" + S2 + "'", f"session {S2}"),
        ("UPDATE session SET peer = '1' WHERE id = '" + S2 + "'", f"session {S2}"),
        ("UPDATE session SET marks = 'unconfirmed-end' WHERE id = '" + S2 + "'", f"session {S2}"),
        ("INSERT INTO statement_series (year, last) VALUES (2026, 1)", "2026's statements"),
    ],
)
async def test_a_row_that_was_changed_put_there_or_removed_is_named(past: Path, statement: str, names: str) -> None:
    assert names in await behind_its_back(past, statement)


async def test_a_change_that_was_covered_by_a_later_act_is_named_too(past: Path) -> None:
    with sqlite3.connect(past) as connection:
        connection.execute("UPDATE intervention SET agreed_by = 'Nobody' WHERE id = 1")
    connection.close()
    async with a_room(past.parent) as room:
        await room.ledger.set_category(1, "installation", by="Laura")
    broken = (await looked_at(past)).broken
    assert broken is not None and "intervention 1 was changed behind the chain's back before entry" in broken


async def test_an_end_that_was_cut_off_is_seen_by_whoever_kept_the_head(past: Path) -> None:
    head = (await looked_at(past)).head
    with sqlite3.connect(past) as connection:
        connection.execute("DELETE FROM audit WHERE n = ?", [head.n])
        connection.execute("UPDATE intervention SET category = NULL WHERE id = 3")
        connection.execute("DELETE FROM decision WHERE intervention_id = 3")
    connection.close()
    assert (await looked_at(past)).whole  # the chain alone cannot know
    broken = (await looked_at(past, head)).broken
    assert broken is not None and f"the head that was kept is {head.n}" in broken


async def test_a_chain_that_was_sealed_anew_is_seen_by_whoever_kept_the_head(past: Path) -> None:
    head = (await looked_at(past)).head
    with sqlite3.connect(past) as connection:
        connection.execute("UPDATE audit SET by = 'Nobody' WHERE n = 4")
        seal = audit.BEFORE_THE_FIRST
        for row in connection.execute("SELECT * FROM audit ORDER BY n").fetchall():
            seal = audit.seal_of(seal, *row[:-1])
            connection.execute("UPDATE audit SET hash = ? WHERE n = ?", [seal, row[0]])
    connection.close()
    assert (await looked_at(past)).whole
    broken = (await looked_at(past, head)).broken
    assert broken is not None and "sealed anew" in broken


async def bills(file: Path) -> object:
    """All that anybody is charged, with the reasons, the time and who decided."""
    engines, lists = open_engines(file), PriceLists([shipped_text()], ROME)
    try:
        views, _ = await Reading(engines.readers, lists, Presence(), FakeClock()).interventions(limit=100)
    finally:
        await engines.close()
    return [(v.id, v.customer, v.opened_at, v.category, v.state, v.consent, v.charge, v.spans) for v in views], [
        v.decisions for v in views
    ]


async def test_no_single_byte_of_the_file_changes_a_bill_unseen(past: Path) -> None:
    """Either the database refuses, or the chain names it, or every bill is as before."""
    with sqlite3.connect(past) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before, offsets = await bills(past), some_offsets(past)
    seen = {"refused": 0, "named": 0, "harmless": 0}
    for offset in offsets:
        seen[await fate(with_a_changed_byte(past, offset), before, offset)] += 1
    assert seen["named"] > BYTES // 8 and seen["harmless"] < BYTES // 2, seen


def some_offsets(file: Path) -> list[int]:
    """Where something is written, the same ones each time."""
    written = [offset for offset, byte in enumerate(file.read_bytes()) if byte]
    return random.Random(20261124).sample(written, BYTES)


def with_a_changed_byte(file: Path, offset: int) -> Path:
    """A copy with one bit turned there."""
    other = file.with_name("other.sqlite3")
    for leftover in other.parent.glob(f"{other.name}*"):
        leftover.unlink()
    changed = bytearray(file.read_bytes())
    changed[offset] ^= 1 << (offset % 8)
    other.write_bytes(changed)
    return other


async def fate(file: Path, before: object, offset: int) -> str:
    try:
        if not (await looked_at(file)).whole:
            return "named"
        after = await bills(file)
    except (Unavailable, SQLAlchemyError, UnicodeDecodeError):
        return "refused"
    assert after == before, f"byte {offset} changed a bill, and nothing said so"
    return "harmless"
