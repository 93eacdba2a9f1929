"""The cases in which an organisation takes part are found by an index"""

from __future__ import annotations

from alembic import op

revision = "20261124_taking_part"
down_revision = "20261124_nearest"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_participation_organisation", "participation", ["organisation_id", "case_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_participation_organisation", "participation")
