"""A case may have one supervisor assigned"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_supervisor"
down_revision = "20261124_draft_fields"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("supervisor_id", sa.Integer(), nullable=True))
        cases.create_foreign_key(
            op.f("fk_cases_supervisor_id_person"), "person", ["supervisor_id"], ["id"]
        )
        cases.create_index(op.f("ix_cases_supervisor_id"), ["supervisor_id"])


def downgrade() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.drop_index(op.f("ix_cases_supervisor_id"))
        cases.drop_constraint(op.f("fk_cases_supervisor_id_person"), type_="foreignkey")
        cases.drop_column("supervisor_id")
