"""One whole project from the idea to the archive, chapter by chapter.

The walkthrough plays it to the end; the example data stops earlier.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow_app.demo.telling import ANSWERS, JONAS, MIRIAM, STARTS, Telling
from workflow_app.services.cases import comments
from workflow_app.services.steps import opening


class Story(Telling):
    """Plays a project step by step."""

    def chapters(self) -> Iterator[str]:
        """Play chapter by chapter, and yield the state in which each one ends."""
        for chapter in (
            self.idea,
            self.partnership,
            self.outline,
            self.approval,
            self.agreement_draft,
            self.release,
            self.signatures,
            self.activities,
            self.final_report,
            self.evaluation,
            self.reflection,
            self.assessment,
            self.archive,
        ):
            chapter()
            self.work(self.now)
            yield self.state()

    def until(self, state: str) -> None:
        """Play until the project stands in `state`."""
        for reached in self.chapters():
            if reached == state:
                return

    # ── The chapters' steps ─────────────────────────────────────────────────────────────────────

    def idea(self) -> None:
        """Sabine describes the idea and names Tobias as her partner."""
        p = self.plot
        with self.sessions() as session:
            raw = self.answers(
                "interest",
                municipal_org=str(self.organisation(session, p.municipal_org)),
                civic_org=str(self.organisation(session, p.civic_org)),
                municipal=str(self.person(session, p.municipal).id),
                civic=str(self.person(session, p.civic).id),
            )
            person = self.person(session, p.civic)
            self.number = opening.open_case(
                session,
                self.site,
                "tandem_project",
                "create",
                raw,
                person,
                self.now,
                derived_from=self.derived_from,
            )
        self.report()

    def partnership(self) -> None:
        """Tobias agrees for the county, after a word between the two."""
        self.later(4)
        with self.sessions() as session:
            comments.comment(
                session,
                self.site,
                self.number,
                self.answers("comment")["text"],
                self.person(session, self.plot.municipal),
                self.now,
            )
        self.fire(self.plot.municipal, "confirm_partnership")

    def outline(self) -> None:
        """Both write the outline; each confirms it; the second yes submits it."""
        self.later(20)
        outline = self.answers("outline")
        self.submit(self.plot.civic, "outline", outline)
        self.later(2)
        # What touches another project is known once the outline is there.
        if touched := self.answers("outline_overlaps"):
            self.submit(self.plot.municipal, "outline", {**outline, **touched})
        self.both_confirm("submit_outline")

    def approval(self) -> None:
        """Miriam assigns Dr. Reiter and checks formally; he approves with a condition."""
        self.formal_check()
        self.later(6)
        self.fire(JONAS, "approve", self.answers("approve"))

    def formal_check(self) -> None:
        """Miriam assigns Dr. Reiter and says whether all is there."""
        self.later(5)
        with self.sessions() as session:
            reiter = str(self.person(session, JONAS).id)
        self.fire(MIRIAM, "assign_supervisor", {"supervisor": reiter})
        self.submit(MIRIAM, "review", self.answers("review_formal"))

    def agreement_draft(self) -> None:
        """Tobias drafts the agreement and puts it up for alignment."""
        self.later(14)
        self.fire(self.plot.municipal, "propose_agreement", self.answers("propose_agreement"))

    def release(self) -> None:
        """Both sides confirm the very text; Dr. Reiter releases it for signature."""
        self.later(10)
        self.both_confirm("release_for_signature")
        self.later(3)
        self.fire(JONAS, "release_for_signature")

    def signatures(self) -> None:
        """The signed copies come back; Miriam files one for each side and registers them."""
        self.later(15)
        self.print_out()
        for side, name, function, authority in self.signatories:
            values = self.answers(
                "signature",
                name=name,
                function=function,
                authority=authority,
                signed_on=self.date(self.day - 2),
                checksum=self.printed_checksum(),
                file=self.scan(side),
            )
            self.submit(MIRIAM, "signature", values, side)
        self.fire(MIRIAM, "register_signed")

    def activities(self) -> None:
        """Activities are logged; at the end of the term both sides finish."""
        self.later(70)
        self.log_activities()
        self.later(max(0, self.end - self.day) + 1)
        self.both_confirm("finish")

    def log_activities(self, which: str = "activities") -> None:
        """Every fortnight there is an activity; the civic side logs it."""
        for activity in self.plot.own.get(which, ANSWERS["activities"]):
            # An activity may have a day of its own, counted as in the answers.
            held = int(activity["day"]) - STARTS + self.starts if "day" in activity else 0
            self.later(held + 1 - self.day if held else 15)
            values = self.answers("log_activity", **activity, date=self.date(self.day - 1))
            self.fire(self.plot.civic, "log_activity", {**values, **activity.get("also", {})})

    def final_report(self) -> None:
        """Both sides report and confirm the report."""
        self.later(30)
        self.submit(self.plot.municipal, "final_report", self.answers("final_report"))
        self.both_confirm("submit_final_report")

    def evaluation(self) -> None:
        """Each side answers on its own; when both are in, the reflection opens by itself."""
        views = self.answers("evaluations")
        for email, view in (
            (self.plot.civic, views["civic"]),
            (self.plot.municipal, views["municipal"]),
        ):
            self.later(8)
            values = self.answers("self_evaluation")
            items = {**values["items"], **view["items"]}
            self.submit(email, "self_evaluation", {**values, **view, "items": items})

    def reflection(self) -> None:
        """Both look at the differences and write down what they learned."""
        self.later(12)
        self.submit(self.plot.civic, "joint_reflection", self.answers("joint_reflection"))
        self.both_confirm("submit_reflection")

    def assessment(self) -> None:
        """Dr. Reiter shows his draft, waits for the comments, and completes it."""
        self.later(20)
        self.fire(JONAS, "share_assessment", self.answers("assessment"))
        self.later(3)
        comment = {"partner_comment_civic": "Wir sehen das ebenso."}
        self.submit(self.plot.civic, "assessment", comment)
        self.later(14)
        values = {**self.answers("assessment"), "impartial": "yes"}
        self.fire(JONAS, "complete_assessment", values)

    def archive(self) -> None:
        """Miriam archives the project."""
        self.later(30)
        self.fire(MIRIAM, "archive", self.answers("archive"))
