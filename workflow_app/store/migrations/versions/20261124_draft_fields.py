"""Who last changed each field of a draft"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_draft_fields"
down_revision = "0001_first_schema"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as table:
        table.add_column(sa.Column("changed", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("draft") as table:
        table.drop_column("changed")
