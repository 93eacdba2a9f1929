"""Migrations of running cases, and what became of each case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_migrations"
down_revision = "20261124_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "migration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow", sa.String(length=60), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("open_key", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["definition.id"], name=op.f("fk_migration_source_id_definition")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["definition.id"], name=op.f("fk_migration_target_id_definition")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_migration_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration")),
        sa.UniqueConstraint("open_key", name=op.f("uq_migration_open_key")),
    )
    with op.batch_alter_table("migration") as batch:
        batch.create_index(batch.f("ix_migration_workflow"), ["workflow"])
    op.create_table(
        "migration_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("migration_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["migration_id"],
            ["migration.id"],
            name=op.f("fk_migration_case_migration_id_migration"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_migration_case_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_migration_case_actor_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_case")),
        sa.UniqueConstraint(
            "migration_id", "case_id", name=op.f("uq_migration_case_migration_id_case_id")
        ),
    )
    with op.batch_alter_table("migration_case") as batch:
        batch.create_index("ix_migration_case_case", ["case_id"])


def downgrade() -> None:
    op.drop_table("migration_case")
    op.drop_table("migration")
