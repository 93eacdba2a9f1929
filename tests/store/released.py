"""An installation as an older release left it: its rows as SQL, to be brought to the newest schema.

`python -m tests.store.released tandem.db tests/store/0001_first_schema.sql.gz` makes such a file of
an installation of today. The files beside the database are not in it.
"""

from __future__ import annotations

import gzip
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import MetaData, create_engine, insert, make_url, select, text
from sqlalchemy.engine import Connection

from workflow_app.store.db import open_engine
from workflow_app.store.migrate import configured

HERE = Path(__file__).parent
REVISIONS = "alembic_version"


def write(database: Path, target: Path) -> None:
    """Write the database as SQL, the same bytes for the same rows."""
    with closing(sqlite3.connect(database)) as connection:
        # What a sign-in leaves for the planner of SQLite is no part of the schema.
        lines = [line for line in connection.iterdump() if "sqlite_stat" not in line]
    target.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


def load(release: str, url: str, folder: Path) -> None:
    """Bring the empty database at `url` to where that release left it, rows included."""
    script = gzip.decompress((HERE / f"{release}.sql.gz").read_bytes()).decode()
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    file = Path(str(make_url(url).database)) if is_sqlite else folder / f"{release}.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)
    if not is_sqlite:
        command.upgrade(configured(url), release)
        _copy(f"sqlite:///{file}", url)


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return table → its rows in the order of their keys, of every table that has any."""
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {
            t.name: [tuple(row) for row in connection.execute(select(t).order_by(*t.primary_key))]
            for t in tables.sorted_tables
            if t.name != REVISIONS
        }
    engine.dispose()
    return {name: of_table for name, of_table in found.items() if of_table}


def _copy(source: str, target: str) -> None:
    """Copy every row into a database of another kind that has the same, empty tables."""
    old, new = create_engine(source), open_engine(target)
    there, here = MetaData(), MetaData()
    there.reflect(old)
    here.reflect(new)
    with old.connect() as reading, new.begin() as writing:
        for table in here.sorted_tables:
            if table.name == REVISIONS:
                continue
            question = select(there.tables[table.name]).order_by(*table.primary_key)
            if found := [dict(row) for row in reading.execute(question).mappings()]:
                writing.execute(insert(table), found)
            if "id" in table.columns and table.columns["id"].autoincrement is True:
                _count_on(writing, table.name)
    old.dispose()
    new.dispose()


def _count_on(connection: Connection, table: str) -> None:
    """Let the next row's number follow the highest that is there."""
    ask = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
    connection.execute(text(ask))


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
