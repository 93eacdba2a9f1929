"""Somebody may take part as the deputy of a side's contact"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_deputies"
down_revision = "20261124_derived"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participation") as participation:
        participation.add_column(
            sa.Column("deputy", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("participation") as participation:
        participation.alter_column("deputy", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("participation") as participation:
        participation.drop_column("deputy")
