"""Amendments, the day on which values come in force, and all tasks of whoever must act"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_amendments"
down_revision = "20261124_definition_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("proposed", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_amendment_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_amendment_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_amendment_case_id_number")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("effective_from", sa.Date(), nullable=True))
    with op.batch_alter_table("access", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("tasks", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )


def downgrade() -> None:
    with op.batch_alter_table("access", schema=None) as batch_op:
        batch_op.drop_column("tasks")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("effective_from")
    op.drop_table("amendment")
