"""Press releases, a workflow brought over from Plone: written, reviewed, published, taken back."""

from __future__ import annotations

from tests.world import VERA, World
from workflow_app.services.accounts import people
from workflow_app.services.accounts.imported_roles import imported_roles
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.definitions import drafting, publishing
from workflow_app.services.people import person_by_email
from workflow_app.services.steps import imported, transitions

PRESS = "press-releases"
FILE = """\
workflow: press-releases
version: "1"
label: Pressemitteilung
semantics: dcworkflow
state_variable: review_state
initial: private
help: Wird geschrieben, geprüft und veröffentlicht.
bypass: [Manager]
facts:
  is_explained:
    tales: python:here.explained(comment)
    when: "comment != ''"
scripts:
  tell_owner:
    type: Script (Python)
    effects: [{tell: [Owner]}]
  claim:
    type: Script (Python)
    effects: [{take_on: [Editor]}]
manages:
  permissions: [Modify portal content, View]
  groups: [Landratsamt Landshut]
site:
  Add portal content: [Manager, Contributor]
  Modify portal content: [Manager, Owner]
  Reply to item: [Member]
  Request review: [Owner]
  Review portal content: [Manager, Reviewer]
  View: [Manager]
states:
  private:
    label: Privat
    exits: [submit]
    rights:
      Modify portal content: [Manager, Owner, Editor]
      View: [Manager, Owner, Editor]
  pending:
    label: Zur Prüfung
    exits: [publish, send_back, claim]
    rights:
      Modify portal content: [Manager, Reviewer, Editor]
      View: [Manager, Owner, Reviewer, Reader]
    group_roles:
      Landratsamt Landshut: [Reader]
  published:
    label: Veröffentlicht
    exits: [retract, archive]
    rights:
      Modify portal content: [Manager]
      View: [Anonymous]
  archived:
    label: Archiviert
    exits: []
    rights:
      Modify portal content: []
      View: [Anonymous]
transitions:
  submit:
    {label: Einreichen, to: pending, trigger: person, permission: [Request review],
     action: {name: Zur Prüfung geben}}
  publish:
    {label: Veröffentlichen, to: published, trigger: person, permission: [Review portal content],
     after: tell_owner, action: {name: Veröffentlichen}}
  send_back:
    {label: Zurück, to: private, trigger: person, by: [Reviewer], when: {fact: is_explained},
     action: {name: Zurückgeben}}
  claim:
    {label: Übernehmen, to: stay, trigger: person, by: [Reviewer], after: claim,
     action: {name: Übernehmen}}
  retract:
    {label: Zurückziehen, to: private, trigger: person, by: [Owner], action: {name: Zurückziehen}}
  archive: {label: Archivieren, to: archived, trigger: automatic, when: {fact: never}}
variables:
  actor: {history: true, catalogue: false, always_new: true, value: actor}
  comments:
    history: true
    catalogue: false
    always_new: true
    value: {argument: comment, else: {text: ''}}
  time: {history: true, catalogue: false, always_new: true, value: time}
  rounds: {history: true, catalogue: false, always_new: true, value: {count: history}}
worklists:
  queue:
    match: {review_state: [pending]}
    action: {name: Zu prüfen (%(count)d)}
    seen_by: {permission: [Review portal content]}
"""
FILE = FILE.replace(
    """    when: "comment != ''"
""",
    """    when: "comment != ''"
  never:
    tales: here/never
    when: "entries > 1000"
""",
)


def publish(world: World, text: str = FILE, workflow: str = PRESS) -> int:
    """Let Vera put a workflow in force; return the number of the version."""
    with world.sessions() as session:
        vera = person_by_email(session, VERA)
        sent = {"press.yaml": text.encode()}
        row = drafting.draft(session, world.site, sent, vera, world.now)
        publishing.publish(session, world.site, workflow, row.number, vera, world.now)
        return row.number


def give(world: World, email: str, role: str) -> None:
    """Give somebody a role of the imported workflow, as the command line does."""
    with world.sessions() as session:
        one = person_by_email(session, email).id
        known = imported_roles(session, world.site)
        people.give_role(session, one, role, "site", "", world.now, imported=known)


def open_case(world: World, email: str, title: str = "Sprachcafé eröffnet", key: str = "") -> str:
    """Let somebody open a press release, and return its number."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return imported.open_case(session, world.site, PRESS, title, person, world.now, key=key)


def step(
    world: World, number: str, email: str, transition: str, comment: str = "", **more: object
) -> str:
    """Let somebody make a step, and return the state after it."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return transitions.fire(
            session,
            world.site,
            number,
            transition,
            person,
            world.now,
            reason=comment,
            **more,  # type: ignore[arg-type]  # key and version
        ).state


def seen(world: World, number: str, email: str) -> Look:
    """Return a press release as somebody sees it."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return look(session, world.site, number, person, day_of(world.now))
