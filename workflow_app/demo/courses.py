"""How each example project goes on after the chapters that it shares with the story."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from workflow_app.demo import amending
from workflow_app.demo.story import Story
from workflow_app.demo.telling import JONAS, MIRIAM, Raw
from workflow_app.services.clock import day_of
from workflow_app.services.steps import opening
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.submissions import Submission

STARTS_AFTER = 110
"""Days from the idea to the earliest day on which an example's agreement begins."""
SATURDAY = 5


@dataclass
class Course(Story):
    """An example project, told up to the present; its agreement goes by whole months."""

    present: datetime = field(kw_only=True)
    others: dict[str, str] = field(kw_only=True, default_factory=dict)
    """Name of an example → its number, for those that were told before this one."""

    @property
    def now(self) -> datetime:
        """Return the instant of the current step: on a working day, in office hours."""
        instant = super().now
        weekend = max(0, instant.weekday() - SATURDAY + 1)
        # What falls on a weekend is done first thing on Monday, in its order.
        hour = 6 + weekend if weekend else 9 + self.day % 6
        later = timedelta(days=3 - weekend if weekend else 0)
        return (instant + later).replace(hour=hour, minute=self.day * 7 % 60)

    def days_before_present(self, days: int) -> None:
        """Let time pass until so many days before the present."""
        self.later((self.present - self.begins).days - days - self.day)

    @property
    def derived_from(self) -> str:
        """Return the number of the project from which this one is derived, empty if from none."""
        return self.others.get(self.plot.own.get("derived_from", ""), "")

    @property
    def starts(self) -> int:
        """Return the first of a month, counted in days from the beginning."""
        earliest = day_of(self.begins) + timedelta(days=STARTS_AFTER)
        first = earliest if earliest.day == 1 else _first_of_month(earliest, 1)
        return (first - day_of(self.begins)).days

    @property
    def end(self) -> int:
        """Return the last day of a month, counted in days from the beginning."""
        first = day_of(self.begins) + timedelta(days=self.starts)
        return (_first_of_month(first, self.plot.months) - day_of(self.begins)).days - 1

    def answers(self, form: str, **words: Any) -> Raw:
        """Return what is typed into a form; other examples can be named by their number."""
        return super().answers(form, **{**self.others, **words})

    def saturday(self, days: int) -> str:
        """Return the first Saturday that is at least so many days ahead, as one types it."""
        ahead = day_of(self.now) + timedelta(days=days)
        return f"{ahead + timedelta(days=(SATURDAY - ahead.weekday()) % 7):%d.%m.%Y}"

    def begin(self, workflow: str, step: str, email: str, raw: Raw, *, child: bool) -> Course:
        """Open a case beside this project, or within it, and return how that one is told."""
        with self.sessions() as session:
            number = opening.open_case(
                session,
                self.site,
                workflow,
                step,
                raw,
                self.person(session, email),
                self.now,
                parent=self.number if child else "",
            )
        return replace(self, number=number, told=0)


def _first_of_month(day: date, later: int) -> date:
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)


# ── Proposal ────────────────────────────────────────────────────────────────────────────────────


def rejected(course: Course) -> None:
    """Dr. Reiter does not approve the outline, and says why."""
    course.formal_check()
    course.later(9)
    course.fire(JONAS, "reject", course.answers("reject"))


def outlined(course: Course) -> None:
    """The outline is written anew; both have yet to sign it off."""
    course.days_before_present(4)
    course.submit(course.plot.civic, "outline", course.answers("outline"))


def revised(course: Course) -> None:
    """A revision is asked for because of an overlap; both answer, and Dr. Reiter has it again."""
    course.formal_check()
    course.later(6)
    course.fire(JONAS, "request_revision", course.answers("request_revision"))
    course.days_before_present(14)
    course.submit(course.plot.civic, "outline", course.answers("outline_revised"))
    with course.sessions() as session:
        question = (
            select(Submission.values)
            .join(Case, Case.id == Submission.case_id)
            .where(Case.number == course.number, Submission.form == "review")
            .order_by(Submission.id.desc())
        )
        points = session.scalars(question.limit(1)).one()["points"]
    told = course.answers("revision_response")["answers"]
    answered = [{"point": p["_id"], **row} for p, row in zip(points, told, strict=True)]
    course.submit(course.plot.municipal, "revision_response", {"answers": answered})
    course.later(2)
    course.both_confirm("resubmit")
    course.days_before_present(7)
    course.submit(MIRIAM, "review", course.answers("review_formal"))


# ── Joint activity ──────────────────────────────────────────────────────────────────────────────


def under_way(course: Course) -> None:
    """Activities are logged; one event was recorded, the next one waits for Tobias."""
    course.days_before_present(80)
    course.log_activities()
    course.days_before_present(33)
    past = _planned(course, "event_past", 21)
    past.days_before_present(30)
    past.submit(past.plot.civic, "event_announcement", past.answers("announcement_past"))
    past.both_confirm("announce")
    course.days_before_present(10)
    ahead = _planned(course, "event_ahead", 44)
    ahead.days_before_present(8)
    ahead.submit(ahead.plot.civic, "event_announcement", ahead.answers("announcement_ahead"))
    ahead.confirm(ahead.plot.civic, "announce")
    past.days_before_present(5)
    past.fire(past.plot.municipal, "hold")
    past.later(1)
    past.submit(past.plot.civic, "event_record", past.answers("event_record"))
    past.both_confirm("document")


def _planned(course: Course, which: str, days: int) -> Course:
    words = {
        "date": f"{course.saturday(days)} 14:00",
        "soon": course.date(course.day + 10),
        "later": course.date(course.day + days - 5),
    }
    plan = course.answers(which, **words)
    return course.begin("joint_event", "plan", course.plot.civic, plan, child=True)


def extended(course: Course) -> None:
    """A report at half-time, an extension with Addendum No. 1, and the work that it made possible.

    The end that was agreed first is over, the new one is ahead.
    """
    course.days_before_present(350)
    course.log_activities()
    course.days_before_present(212)
    amending.interim_report(course, over=course.day - course.starts)
    course.days_before_present(150)
    end = course.answers("extension", new_end=course.date(_six_months_on(course)))
    amending.ask(course, end, "extension")
    course.later(8)
    amending.approve(course)
    course.later(14)
    amending.file_copies(course)
    amending.register(course)
    course.days_before_present(105)
    course.log_activities("later_activities")


def _six_months_on(course: Course) -> int:
    """Return the last day of the sixth month after the end, counted from the beginning."""
    end = day_of(course.begins) + timedelta(days=course.end)
    return (_first_of_month(end, 7) - day_of(course.begins)).days - 1


def extension_pending(course: Course) -> None:
    """Three months more are asked for; Dr. Reiter has yet to decide."""
    course.days_before_present(45)
    course.log_activities()
    course.days_before_present(18)
    amending.interim_report(course)
    course.days_before_present(16)
    end = day_of(course.begins) + timedelta(days=course.end)
    new_end = (_first_of_month(end, 4) - day_of(course.begins)).days - 1
    amending.ask(course, course.answers("extension", new_end=course.date(new_end)), "extension")


def paused(course: Course) -> None:
    """Sabine asks for a pause, Tobias agrees, Dr. Reiter decides; the project rests."""
    course.days_before_present(110)
    course.log_activities()
    course.days_before_present(34)
    pause(course, course.plot.civic, rests=70)


def pause(course: Course, asking: str, rests: int) -> None:
    """One side asks for a pause of so many days, the other one is heard, Dr. Reiter decides."""
    p = course.plot
    words = {"from_day": course.date(course.day + 10), "until": course.date(course.day + rests)}
    course.fire(asking, "request_pause", course.answers("pause", **words))
    course.later(4)
    heard = p.municipal if asking == p.civic else p.civic
    course.fire(heard, "comment_on_pause", course.answers("pause_view"))
    course.later(6)
    course.fire(JONAS, "pause")


def ended_from_pause(course: Course) -> None:
    """A post stays vacant: paused, ended together, wound up by one side, evaluated by both."""
    course.days_before_present(290)
    course.log_activities()
    course.days_before_present(172)
    pause(course, course.plot.municipal, rests=100)
    course.days_before_present(150)
    _hand_over(course, course.plot.own["stands_in"])
    course.days_before_present(76)
    words = {
        "until": course.date(course.day + 50),
        "informed_on": course.date(course.day - 5),
    }
    course.submit(course.plot.civic, "joint_ending", course.answers("joint_ending", **words))
    course.later(4)
    course.both_confirm("end_together")
    course.days_before_present(22)
    course.submit(course.plot.civic, "final_report", course.answers("final_report"))
    course.both_confirm("wind_up")
    course.evaluation()


def _hand_over(course: Course, email: str) -> None:
    """Miriam changes the contact of the municipal side: whoever left cannot."""
    with course.sessions() as session:
        change = {
            "old": str(course.person(session, course.plot.municipal).id),
            "new": str(course.person(session, email).id),
            "from": course.date(course.day),
            "handover": "yes",
        }
    course.fire(MIRIAM, "update_contacts", change)
    course.plot = replace(course.plot, municipal=email)


# ── Evaluation ──────────────────────────────────────────────────────────────────────────────────


def recommended(course: Course) -> None:
    """What both learned becomes a recommendation; then Miriam archives the project with it."""
    course.days_before_present(230)
    others = {**course.others, "project": course.number}
    telling = replace(course, others=others)
    source = telling.answers("rec_source")
    handbook = telling.begin("recommendation", "collect", MIRIAM, source, child=False)
    handbook.later(14)
    handbook.fire(MIRIAM, "draft", handbook.answers("rec_draft"))
    handbook.later(15)
    handbook.fire(JONAS, "review", {})
    handbook.later(4)
    edition = f"{day_of(handbook.now).year}-1"
    dates = {"today": handbook.date(handbook.day), "check": handbook.date(handbook.day + 700)}
    published = handbook.answers("rec_publication", edition=edition, **dates)
    handbook.fire(JONAS, "publish", published)
    course.days_before_present(180)
    course.fire(MIRIAM, "archive", course.answers("archive", recommendation=handbook.number))
