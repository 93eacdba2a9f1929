"""The project's workflow as an author changes it: a state split, fields renamed and gone.

*In review* is split: the programme office checks formally first, in a state of its own. The outline
asks for the need under another name and no longer for existing offers; its milestones call their
day otherwise; and drafting the agreement gets more time.
"""

from __future__ import annotations

import re

from workflow_app.paths import shipped_content

WORKFLOW, OUTLINE = "workflows/tandem_project.yaml", "forms/outline.yaml"
FORMAL_CHECK = """\
  formal_check:
    label: {de: Formale Prüfung, en: Formal check}
    public: {de: wird geprüft, en: being reviewed}
    phase: proposal
    waits_for: [coordinator]
    task: {de: Projektskizze formal prüfen, en: Check the outline formally}
    rights: decided_by_supervisor
    forms: [review]
    deadline: {days: 14, warn: [7], escalate_to: [supervisor]}
    exits: [pass_formal, request_revision, reject, assign_supervisor, update_contacts, withdraw]
"""
PASS_FORMAL = """\
  pass_formal:
    label: {de: Formale Prüfung abschließen, en: Complete the formal check}
    to: in_review
    by: [coordinator]
    not_by: [member, member_organisation]
    requires:
      - id: checked
        when: review.formal.filled
        unmet:
          de: Die formale Prüfung ist noch nicht ausgefüllt.
          en: The formal check is not filled in.
    notify: {your_turn: [supervisor]}
"""
PLAN = """\
migration: tandem_project
from: 1
to: 2
states:
  in_review:
    - {to: formal_check, when: "!review.formal.filled"}
    - in_review
fields:
  outline.situation: outline.need
  outline.existing_offers: drop
  outline.milestones.due: outline.milestones.day
"""
PLAN_BACK = """\
migration: tandem_project
from: 2
to: 1
states:
  formal_check: in_review
fields:
  outline.need: outline.situation
  outline.milestones.day: outline.milestones.due
"""


def shipped(path: str) -> str:
    return (shipped_content() / path).read_text(encoding="utf-8")


def once(text: str, old: str, new: str) -> str:
    """Return `text` with the one `old` in it replaced."""
    assert len(re.findall(re.escape(old), text)) == 1, old
    return text.replace(old, new)


def changed_files() -> dict[str, bytes]:
    """Return file name → bytes, as somebody uploads them."""
    text = once(shipped(WORKFLOW), 'version: "2"', 'version: "3"')
    text = once(text, "  in_review:\n", f"{FORMAL_CHECK}  in_review:\n")
    text = once(text, "  request_revision:\n", f"{PASS_FORMAL}  request_revision:\n")
    for step in ("submit_outline", "resubmit", "reopen_review"):
        before, found, after = text.partition(f"  {step}:\n")
        assert found
        text = before + found + after.replace("to: in_review", "to: formal_check", 1)
    text = once(
        text,
        "deadline: {days: 42, warn: [28], escalate_to: [coordinator]}\n"
        "    exits: [propose_agreement,",
        "deadline: {days: 60, warn: [45], escalate_to: [coordinator]}\n"
        "    exits: [propose_agreement,",
    )
    form = once(shipped(OUTLINE), "- id: situation\n", "- id: need\n")
    form = once(form, "{id: due, type: date", "{id: day, type: date")
    form = once(form, "outline.milestones.due.all(due,", "outline.milestones.day.all(due,")
    form = re.sub(r"      - id: existing_offers\n(?:        .*\n)+", "", form)
    assert "existing_offers" not in form
    return {"tandem_project.yaml": text.encode(), "outline.yaml": form.encode()}
