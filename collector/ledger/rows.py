"""Many rows at once: a sheet of customers holds the one pen no longer than the database itself takes.

SQLAlchemy's own way costs some ten times as much for each row, and a parameter for each number that is asked for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

AT_ONCE = 5_000  # numbers in one question: SQLite takes 32,766 values


async def insert(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """All of them; each says the same columns, of whole numbers, texts and truths."""
    if not rows:
        return
    statement = table.insert().inline().compile(dialect=connection.dialect, column_keys=list(rows[0]))
    order = statement.positiontup or list(rows[0])
    await connection.exec_driver_sql(str(statement), [tuple(row[name] for name in order) for row in rows])


async def update(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """All of them, found by their id; each says the same columns."""
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "id"}
    statement = table.update().where(table.c.id == bindparam("of")).values(values).compile(dialect=connection.dialect)
    order = ["id" if name == "of" else name for name in statement.positiontup or [*values, "of"]]
    await connection.exec_driver_sql(str(statement), [tuple(row[name] for name in order) for row in rows])


async def delete(connection: AsyncConnection, table: Table, column: str, ids: Sequence[int]) -> None:
    """The rows of all of these."""
    for start in range(0, len(ids), AT_ONCE):
        await connection.execute(table.delete().where(among(table.c[column], ids[start : start + AT_ONCE])))


def among(column: ColumnElement[Any], ids: Sequence[Any]) -> ColumnElement[bool]:
    """Whether it is one of these; numbers without a gap are asked for by the first and the last."""
    numbers = sorted(set(ids)) if all(isinstance(id, int) for id in ids) else []
    if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
        return column.between(numbers[0], numbers[-1])
    return column.in_(ids)
