"""Access rows say by which day a case is due and whether it is closed; lists walk that index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_nearest"
down_revision = "20261124_obligations"
branch_labels = None
depends_on = None

NEXT = ["principal_id", "waits", "closed", "nearest_on", "case_id"]


def upgrade() -> None:
    nearest = sa.Column("nearest_on", sa.Date(), nullable=False, server_default="9999-12-31")
    closed: sa.Column[bool] = sa.Column(
        "closed", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("access", nearest)
    op.add_column("access", closed)
    op.execute(
        "UPDATE access SET nearest_on = open.due_on FROM (SELECT case_id, min(due_on) AS due_on"
        " FROM deadline WHERE closed_at IS NULL GROUP BY case_id) AS open"
        " WHERE open.case_id = access.case_id"
    )
    op.execute("UPDATE access SET nearest_on = due_on WHERE due_on < nearest_on")
    op.execute(
        "UPDATE access SET closed = true"
        " WHERE NOT waits AND case_id IN (SELECT id FROM cases WHERE ended)"
    )
    op.drop_index("ix_access_waits", "access")
    op.create_index("ix_access_next", "access", NEXT)
    op.create_index("ix_cases_state", "cases", ["state", "changed_at", "id"])
    op.create_index("ix_cases_county", "cases", ["county"])


def downgrade() -> None:
    op.drop_index("ix_cases_county", "cases")
    op.drop_index("ix_cases_state", "cases")
    op.drop_index("ix_access_next", "access")
    op.create_index("ix_access_waits", "access", ["principal_id", "waits", "case_id"])
    with op.batch_alter_table("access") as access:
        access.drop_column("closed")
        access.drop_column("nearest_on")
