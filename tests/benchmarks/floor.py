"""The least that a transition can cost on Flask and SQLAlchemy, as a server of its own.

FLOOR_DB names its SQLite file. It does a lookup, a change that is checked by version, a line of
history and the commit. With FLOOR_HONEST=1 it also does what no honest system can leave out: it
knows who asks, by a session that it can end; it refuses forged requests; it chains its history; it
keeps five access rows and queues two messages.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, abort, jsonify, session
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from sqlalchemy import JSON, ForeignKey, String, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError

STEPS = {"draft": "review", "review": "done", "done": "draft"}
VIEWERS = 5
MAILS = 2


class Base(DeclarativeBase):
    """What all tables share."""


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    actor: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(String(64), default="")


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class SignIn(Base):
    __tablename__ = "sign_in"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    seen_at: Mapped[datetime]


class Viewer(Base):
    __tablename__ = "viewer"
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    who: Mapped[int] = mapped_column(primary_key=True)
    waits: Mapped[bool]
    task: Mapped[str | None] = mapped_column(String(60))


class Mail(Base):
    __tablename__ = "mail"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(index=True)


db = SQLAlchemy(model_class=Base)


def create() -> Flask:
    """Return the server."""
    app = Flask(__name__)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{os.environ['FLOOR_DB']}",
        SECRET_KEY="a key for measuring only",
    )
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "connect", _set_up)
    honest = os.environ.get("FLOOR_HONEST") == "1"
    if honest:
        CSRFProtect(app)
    app.add_url_rule("/sign-in", view_func=sign_in)
    app.add_url_rule(
        "/item/<int:number>", view_func=honest_step if honest else step, methods=["POST"]
    )
    return app


def _set_up(connection: Any, record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def fill(count: int) -> None:
    """Make the tables, one user and so many items."""
    now = _now()
    with create().app_context():
        db.create_all()
        db.session.add(User(id=1, name="floor"))
        for number in range(1, count + 1):
            item = Item(id=number, title=f"Item {number}", state="draft", changed_at=now, version=1)
            db.session.add(item)
            for who in range(VIEWERS):
                viewer = Viewer(item_id=number, who=who, waits=who == 0, task="draft")
                db.session.add(viewer)
        db.session.commit()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def sign_in() -> Any:
    """Begin a session; the answer carries what a form would hold against forgery."""
    token = hashlib.sha256(os.urandom(16)).hexdigest()
    db.session.add(SignIn(id=token, user_id=1, seen_at=_now()))
    db.session.commit()
    session["token"] = token
    return jsonify(csrf_token=generate_csrf())


def step(number: int) -> Any:
    """Make the next transition, and nothing else."""
    item = _item(number)
    _change(item, Line(item_id=number, actor="floor", source=item.state, at=_now()))
    return _commit(item)


def honest_step(number: int) -> Any:
    """Make the next transition for somebody who is known, chained, seen and told."""
    known = db.session.get(SignIn, session.get("token", ""))
    if known is None or _now() - known.seen_at > timedelta(hours=8):
        abort(401)
    user = db.session.get_one(User, known.user_id)
    item = _item(number)
    line = Line(item_id=number, actor=user.name, source=item.state, at=_now())
    _change(item, line)
    last = db.session.scalar(
        select(Line.hash).where(Line.item_id == number).order_by(Line.id.desc()).limit(1)
    )
    sealed = [number, line.actor, line.source, line.target, line.at.isoformat(), last]
    line.hash = hashlib.sha256(json.dumps(sealed).encode()).hexdigest()
    for viewer in db.session.scalars(select(Viewer).where(Viewer.item_id == number)):
        viewer.waits, viewer.task = not viewer.waits, item.state
    for to in range(MAILS):
        data = {"to": to, "state": item.state}
        db.session.add(Mail(item_id=number, data=data, due_at=line.at))
    return _commit(item)


def _item(number: int) -> Item:
    return db.get_or_404(Item, number)


def _change(item: Item, line: Line) -> None:
    item.state = line.target = STEPS[item.state]
    item.changed_at = line.at
    db.session.add(line)


def _commit(item: Item) -> Any:
    try:
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        abort(409)
    return jsonify(id=item.id, state=item.state)


if __name__ == "__main__":
    fill(int(sys.argv[1]))
