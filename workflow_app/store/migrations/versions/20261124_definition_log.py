"""Versions are numbered, and a log says what became of each"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow_app.core.canonical import digest

revision = "20261124_definition_log"
down_revision = "20261124_supervisor"
branch_labels = None
depends_on = None

FIRST = "0" * 64


def upgrade() -> None:
    op.create_table(
        "taken_in",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_taken_in")),
    )
    op.create_table(
        "definition_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definition.id"],
            name=op.f("fk_definition_event_definition_id_definition"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_definition_event_actor_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_event")),
        sa.UniqueConstraint("previous", name=op.f("uq_definition_event_previous")),
    )
    with op.batch_alter_table("definition_event") as batch:
        batch.create_index(batch.f("ix_definition_event_definition_id"), ["definition_id"])
    with op.batch_alter_table("definition") as batch:
        batch.add_column(sa.Column("number", sa.Integer(), nullable=True))
    _number_and_log()
    with op.batch_alter_table("definition") as batch:
        batch.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch.create_unique_constraint(
            batch.f("uq_definition_workflow_number"), ["workflow", "number"]
        )


def _number_and_log() -> None:
    """Number the versions that cases run on, and note that they were in force from the first."""
    definition = sa.table(
        "definition",
        *(sa.column(n) for n in ("id", "workflow", "number", "fingerprint")),
        sa.column("kept_at", sa.DateTime()),
    )
    event = sa.table(
        "definition_event",
        *(sa.column(n) for n in ("definition_id", "kind", "actor_id", "note", "previous", "hash")),
        sa.column("at", sa.DateTime()),
    )
    connection = op.get_bind()
    counted: dict[str, int] = {}
    previous = FIRST
    for row in connection.execute(sa.select(definition).order_by(definition.c.id)).all():
        counted[row.workflow] = counted.get(row.workflow, 0) + 1
        connection.execute(
            sa.update(definition)
            .where(definition.c.id == row.id)
            .values(number=counted[row.workflow])
        )
        sealed = {
            "workflow": row.workflow,
            "fingerprint": row.fingerprint,
            "kind": "published",
            "actor": None,
            "at": f"{row.kept_at.isoformat()}+00:00",
            "note": None,
            "previous": previous,
        }
        connection.execute(
            sa.insert(event).values(
                definition_id=row.id,
                kind="published",
                at=row.kept_at,
                previous=previous,
                hash=(previous := digest(sealed)),
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("definition") as batch:
        batch.drop_constraint(batch.f("uq_definition_workflow_number"), type_="unique")
        batch.drop_column("number")
    op.drop_table("definition_event")
    op.drop_table("taken_in")
