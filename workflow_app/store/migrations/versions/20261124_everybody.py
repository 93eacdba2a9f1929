"""A principal for whoever is signed in

An imported workflow may show a case to everybody. The row is there from the beginning, so that
the ids of somebody's principals are always complete and need not be looked up twice.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_everybody"
down_revision = "20261124_migrations"
branch_labels = None
depends_on = None

KEY = "everybody"


def upgrade() -> None:
    principal = sa.table("principal", sa.column("key", sa.String))
    op.bulk_insert(principal, [{"key": KEY}])


def downgrade() -> None:
    everybody = sa.text("SELECT id FROM principal WHERE key = :key").bindparams(key=KEY)
    found = op.get_bind().execute(everybody).scalar()
    op.execute(sa.text("DELETE FROM access WHERE principal_id = :id").bindparams(id=found))
    op.execute(sa.text("DELETE FROM principal WHERE id = :id").bindparams(id=found))
