"""A case may be derived from one that has ended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_derived"
down_revision = "20261124_counties"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("derived_from_id", sa.Integer(), nullable=True))
        cases.create_foreign_key(
            op.f("fk_cases_derived_from_id_cases"), "cases", ["derived_from_id"], ["id"]
        )
        cases.create_index(op.f("ix_cases_derived_from_id"), ["derived_from_id"])


def downgrade() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.drop_index(op.f("ix_cases_derived_from_id"))
        cases.drop_constraint(op.f("fk_cases_derived_from_id_cases"), type_="foreignkey")
        cases.drop_column("derived_from_id")
