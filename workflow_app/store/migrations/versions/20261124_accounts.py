"""Personal links, tries to sign in, the administration's log; what lists are searched by"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "20261124_accounts"
down_revision = "20261124_amendments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _columns()
    _links()
    _log()
    _footprints()
    _search("person", "name", "email")
    _search("organisation", "name")
    _search("cases", "title", "number")


def _columns() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("phone", sa.String(50), nullable=False, server_default=""))
        person.add_column(sa.Column("deactivated_at", sa.DateTime(), nullable=True))
        person.add_column(sa.Column("search", sa.String(500), nullable=False, server_default=""))
        person.create_index(op.f("ix_person_search"), ["search"])
    with op.batch_alter_table("organisation") as organisation:
        organisation.add_column(
            sa.Column("search", sa.String(300), nullable=False, server_default="")
        )
        organisation.create_index(op.f("ix_organisation_search"), ["search"])
    with op.batch_alter_table("participation") as participation:
        participation.add_column(sa.Column("invited_as", sa.String(255), nullable=True))
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("search", sa.String(700), nullable=False, server_default=""))
        cases.add_column(sa.Column("taken_title", sa.String(700), nullable=True))
        cases.create_unique_constraint(op.f("uq_cases_taken_title"), ["taken_title"])
        cases.create_index("ix_cases_changed", ["changed_at", "id"])


def _links() -> None:
    op.create_table(
        "personal_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_personal_link_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_personal_link_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_personal_link_made_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_link")),
    )
    op.create_index(op.f("ix_personal_link_person_id"), "personal_link", ["person_id"])
    op.create_index(op.f("ix_personal_link_case_id"), "personal_link", ["case_id"])
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    op.create_index("ix_sign_in_try_account", "sign_in_try", ["account", "at"])
    op.create_index("ix_sign_in_try_source", "sign_in_try", ["source", "at"])
    op.create_index(op.f("ix_sign_in_try_at"), "sign_in_try", ["at"])


def _log() -> None:
    op.create_table(
        "administered",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_administered_actor_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_administered_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_administered_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administered")),
    )
    op.create_index(op.f("ix_administered_person_id"), "administered", ["person_id"])
    op.create_index(op.f("ix_administered_organisation_id"), "administered", ["organisation_id"])


def _footprints() -> None:
    op.create_table(
        "footprint",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("county", sa.String(20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("compared_until", sa.Date(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_footprint_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_footprint")),
    )
    op.create_index("ix_footprint_near", "footprint", ["county", "ends_on"])
    op.create_table(
        "footprint_topic",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("region", sa.String(20), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["footprint.case_id"], name=op.f("fk_footprint_topic_case_id_footprint")
        ),
        sa.PrimaryKeyConstraint("case_id", "topic", name=op.f("pk_footprint_topic")),
    )
    op.create_index("ix_footprint_topic_region", "footprint_topic", ["region", "topic", "ends_on"])


def _search(table: str, *columns: str) -> None:
    """Fill what is searched, as the program does it from now on with every change."""
    rows = sa.table(table, sa.column("id"), sa.column("search"), *map(sa.column, columns))
    connection = op.get_bind()
    for row in connection.execute(sa.select(rows)).mappings().all():
        words = " ".join(str(row[column]) for column in columns)
        apart = unicodedata.normalize("NFKD", words.casefold())
        folded = " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())
        connection.execute(sa.update(rows).where(rows.c.id == row["id"]).values(search=folded))


def downgrade() -> None:
    for table in ("footprint_topic", "footprint", "administered", "sign_in_try", "personal_link"):
        op.drop_table(table)
    with op.batch_alter_table("cases") as cases:
        cases.drop_index("ix_cases_changed")
        cases.drop_constraint(op.f("uq_cases_taken_title"), type_="unique")
        cases.drop_column("taken_title")
        cases.drop_column("search")
    with op.batch_alter_table("participation") as participation:
        participation.drop_column("invited_as")
    with op.batch_alter_table("organisation") as organisation:
        organisation.drop_index(op.f("ix_organisation_search"))
        organisation.drop_column("search")
    with op.batch_alter_table("person") as person:
        person.drop_index(op.f("ix_person_search"))
        for column in ("search", "deactivated_at", "phone"):
            person.drop_column(column)
