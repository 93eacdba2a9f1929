"""How a running project changes its agreement: report, request, decision, signed addendum."""

from __future__ import annotations

from typing import Any

from workflow_app.core.forms.drafts import as_typed
from workflow_app.demo.story import Story
from workflow_app.demo.telling import JONAS, MIRIAM, Raw
from workflow_app.services.cases.situations import look
from workflow_app.services.clock import day_of
from workflow_app.services.forms import submissions


def interim_report(story: Story, over: int = 30) -> None:
    """Both sides report on so many days; the supervisor acknowledges it."""
    begins = max(story.starts, story.day - over)
    days = {"from_day": story.date(begins), "to_day": story.date(story.day)}
    raw = story.answers("interim_report", **days)
    story.submit(story.plot.municipal, "interim_report", raw)
    own = story.answers("interim_report_civic")
    story.submit(story.plot.civic, "interim_report", {**raw, **own})
    story.both_confirm("submit_interim_report")
    story.fire(JONAS, "acknowledge_interim_report", {"note": ""})


def amendment(story: Story, **changes: Any) -> Raw:
    """Return the amendment as it opens for Sabine, with a reason and these changes."""
    with story.sessions() as session:
        person = story.person(session, story.plot.civic)
        seen = look(session, story.site, story.number, person, day_of(story.now))
        page = submissions.page(session, seen, "amendment")
    typed = {name: as_typed(page.form.field(name), value) for name, value in page.start.items()}
    asked = story.answers("amendment", from_day=story.date(story.day))
    return {**typed, **asked, **changes}


def extension(story: Story, days: int = 90) -> Raw:
    """Return a request for more days, with the costs that they bring."""
    end = story.date(story.end + days)
    return story.answers("extension", new_end=end)


def ask(story: Story, raw: Raw, form: str = "amendment") -> None:
    """Sabine types the request, both sides confirm it."""
    story.submit(story.plot.civic, form, raw)
    story.both_confirm(f"request_{form}")


def approve(story: Story, **more: Any) -> None:
    """Dr. Reiter approves; the addendum goes out for signature."""
    story.fire(JONAS, "approve_amendment", {"impartial": "yes", **more})


def file_copies(story: Story, checksum: str = "") -> None:
    """Miriam files a signed copy of the addendum for each side, once it has been made."""
    story.print_out("addendum")
    for side, name, function, authority in story.signatories:
        values = story.answers(
            "signature",
            name=name,
            function=function,
            authority=authority,
            signed_on=story.date(story.day - 2),
            checksum=checksum or story.printed_checksum("addendum"),
            file=story.scan(side, "addendum_signature", "addendum"),
        )
        story.submit(MIRIAM, "addendum_signature", values, side)


def register(story: Story) -> None:
    """Miriam registers the signed addendum."""
    story.fire(MIRIAM, "register_signed_amendment")
