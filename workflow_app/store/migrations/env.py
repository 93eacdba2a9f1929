"""How Alembic reaches the database: by the address that `store.migrate` hands in."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from workflow_app.store.db import WRITING, open_engine
from workflow_app.store.tables import METADATA

engine = open_engine(context.config.attributes["url"])
dialect = engine.dialect.name
with engine.connect().execution_options(**WRITING[dialect]) as connection:
    if dialect == "sqlite":
        # Batch mode makes a table anew and drops the old one, to which other tables still refer.
        # SQLite takes this setting only outside of a transaction, and for this connection alone.
        connection.connection.execute("PRAGMA foreign_keys=OFF")
    with connection.begin():
        if dialect == "postgresql":
            # Pages and worker may start at the same time: the second one finds the work done.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('tandem migrations'))"))
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
        )
        context.run_migrations()
engine.dispose()
