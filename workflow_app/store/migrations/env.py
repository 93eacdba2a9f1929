"""How Alembic reaches the database: by the address that `store.migrate` hands in."""

from __future__ import annotations

from alembic import context

from workflow_app.store.db import open_engine
from workflow_app.store.tables import METADATA

engine = open_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
