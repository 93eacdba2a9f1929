"""How many open cases somebody supervises is counted in an index"""

from __future__ import annotations

from alembic import op

revision = "20261124_supervised"
down_revision = "20261124_taking_part"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_supervised", "cases", ["supervisor_id", "ended"])
    op.drop_index("ix_cases_supervisor_id", "cases")


def downgrade() -> None:
    op.create_index("ix_cases_supervisor_id", "cases", ["supervisor_id"])
    op.drop_index("ix_cases_supervised", "cases")
