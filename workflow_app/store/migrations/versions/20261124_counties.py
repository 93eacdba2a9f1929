"""A project is found by all its counties; the rows by which it is found are made anew"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261124_counties"
down_revision = "20261124_supervised"
branch_labels = None
depends_on = None

FOUND = ("case_id", "starts_on", "ends_on", "compared_until", "topics")
SUBMISSION = sa.table(
    "submission",
    sa.column("id", sa.Integer()),
    sa.column("case_id", sa.Integer()),
    sa.column("form", sa.String()),
    sa.column("values", sa.JSON()),
)


def upgrade() -> None:
    rows = [{**row, "counties": _counties(row)} for row in _rows("county", sa.String())]
    _drop("footprint_topic", "footprint")
    _create_footprint(sa.Column("counties", sa.JSON(), nullable=False))
    county = sa.Column("county", sa.String(20), nullable=False)
    _create_found_by("footprint_county", "county", county)
    op.create_index("ix_footprint_county_near", "footprint_county", ["county", "ends_on"])
    _create_topics("case_id", "topic", "region")
    _fill("footprint", rows, "counties")
    places = [{**row, "county": c} for row in rows for c in row["counties"]]
    _fill_found_by("footprint_county", places, "county")
    topics = [
        {**row, "topic": topic, "region": region}
        for row in rows
        for topic in row["topics"]
        for region in sorted({c[:3] for c in row["counties"]})
    ]
    _fill_found_by("footprint_topic", topics, "topic", "region")


def downgrade() -> None:
    """Keep the first county alone."""
    cases = sa.table("cases", sa.column("id", sa.Integer()), sa.column("county", sa.String()))
    named = {r.id: r.county for r in op.get_bind().execute(sa.select(cases))}
    rows = [
        {**row, "county": named.get(row["case_id"]) or row["counties"][0]}
        for row in _rows("counties", sa.JSON())
    ]
    _drop("footprint_topic", "footprint_county", "footprint")
    _create_footprint(sa.Column("county", sa.String(20), nullable=False))
    op.create_index("ix_footprint_near", "footprint", ["county", "ends_on"])
    _create_topics("case_id", "topic")
    _fill("footprint", rows, "county")
    topics = [
        {**row, "topic": topic, "region": row["county"][:3]}
        for row in rows
        for topic in row["topics"]
    ]
    _fill_found_by("footprint_topic", topics, "topic", "region")


def _rows(place: str, kind: Any) -> list[dict[str, Any]]:
    table = _footprint(sa.column(place, kind))
    return [dict(row) for row in op.get_bind().execute(sa.select(table)).mappings()]


def _footprint(place: Any) -> Any:
    return sa.table(
        "footprint",
        place,
        sa.column("case_id", sa.Integer()),
        sa.column("starts_on", sa.Date()),
        sa.column("ends_on", sa.Date()),
        sa.column("compared_until", sa.Date()),
        sa.column("topics", sa.JSON()),
    )


def _counties(row: dict[str, Any]) -> list[str]:
    newest = (
        sa.select(SUBMISSION.c["values"])
        .where(SUBMISSION.c.case_id == row["case_id"], SUBMISSION.c.form == "interest")
        .order_by(SUBMISSION.c.id.desc())
        .limit(1)
    )
    values = op.get_bind().execute(newest).scalar() or {}
    return sorted({row["county"], *(values.get("further_counties") or ())})


def _drop(*tables: str) -> None:
    for table in tables:
        op.drop_table(table)


def _create_footprint(place: sa.Column[Any]) -> None:
    op.create_table(
        "footprint",
        sa.Column("case_id", sa.Integer(), nullable=False),
        place,
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("compared_until", sa.Date(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_footprint_case_id_cases")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_footprint")),
    )


def _create_topics(*key: str) -> None:
    topic = sa.Column("topic", sa.String(60), nullable=False)
    region = sa.Column("region", sa.String(20), nullable=False)
    _create_found_by("footprint_topic", *key[1:], topic, region)
    op.create_index("ix_footprint_topic_region", "footprint_topic", ["region", "topic", "ends_on"])


def _create_found_by(table: str, *parts: Any) -> None:
    """Create a table of what footprints are found by; `parts` are names of its key, and columns."""
    key = ["case_id", *(part for part in parts if isinstance(part, str))]
    columns = [part for part in parts if not isinstance(part, str)]
    op.create_table(
        table,
        sa.Column("case_id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["footprint.case_id"], name=op.f(f"fk_{table}_case_id_footprint")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )


def _fill(table: str, rows: list[dict[str, Any]], place: str) -> None:
    kind = sa.JSON() if place == "counties" else sa.String()
    columns = (*FOUND, place)
    if rows:
        told = [{name: row[name] for name in columns} for row in rows]
        op.bulk_insert(_footprint(sa.column(place, kind)), told)


def _fill_found_by(table: str, rows: list[dict[str, Any]], *names: str) -> None:
    columns = ("case_id", *names, "ends_on")
    if rows:
        texts = (sa.column(name, sa.String()) for name in names)
        day = sa.column("ends_on", sa.Date())
        found = sa.table(table, sa.column("case_id", sa.Integer()), *texts, day)
        op.bulk_insert(found, [{name: row[name] for name in columns} for row in rows])
