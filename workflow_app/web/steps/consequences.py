"""What a step would do, told before it is taken: what follows, who hears of it, the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _

from workflow_app.core.definition.model import STAY, Transition
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.services.cases.situations import Look
from workflow_app.services.papers.papers import TITLES
from workflow_app.services.work import notices
from workflow_app.web.context import me, session
from workflow_app.web.language import language

MOST_NAMES = 6
"""So many people are told by name; more are told by their roles."""


def follows(look: Look, t: Transition) -> list[str]:
    """Return what follows from the step, a sentence each."""
    return [*_effects(look, t), *_told(look, t), *_back(look, t)]


def _effects(look: Look, t: Transition) -> Iterator[str]:
    s = look.situation
    # Where there is nothing that could be given up, nothing is said of it.
    there: Mapping[str, bool] = {
        "void_agreement": s.agreement_digest is not None,
        "void_open_amendment": s.amendment is not None,
        "cancel_children": s.open_children > 0,
    }
    for effect in t.effects:
        if EFFECTS[effect.name].argument is None and there.get(effect.name, True):
            yield EFFECTS[effect.name].meaning(language())
        elif effect.name == "issue" and (named := TITLES.get(effect.argument or "")):
            title = named(language())
            yield _("Ein Dokument wird ausgegeben: %(document)s.", document=title)


def _told(look: Look, t: Transition) -> Iterator[str]:
    roles = t.notify.get(notices.DECIDED, ())
    people = notices.people_in(session(), look.compiled, look.case, roles)
    names = [person.name for person in people if person.id != me().id]
    many = len(names) > MOST_NAMES
    who = look.engine.role_names(roles, language()) if many else ", ".join(names)
    if _ends(look, t):
        if names:
            yield _("Eine Nachricht erhalten: %(who)s.", who=who)
    elif names:
        yield _("Eine Nachricht erhalten: %(who)s, und wer danach an der Reihe ist.", who=who)
    else:
        yield _("Eine Nachricht erhält, wer danach an der Reihe ist.")


def _ends(look: Look, t: Transition) -> bool:
    return t.to != STAY and look.compiled.workflow.states[t.to].end


def _back(look: Look, t: Transition) -> Iterator[str]:
    """Yield how the step can be taken back, if it leads somewhere else."""
    states, steps = look.compiled.workflow.states, look.compiled.workflow.transitions
    if t.to == STAY:
        return
    if _ends(look, t):
        yield _("Der Vorgang endet damit. Das lässt sich nicht zurücknehmen.")
        return
    ways = [
        steps[name]
        for name in states[t.to].exits
        if steps[name].to == look.case.state and steps[name].trigger == "person"
    ]
    for way in ways:
        step, who = way.label(language()), look.engine.role_names(way.by, language())
        yield _("Zurück in den jetzigen Stand führt „%(step)s“ (%(who)s).", step=step, who=who)
    if not ways:
        yield _("In den jetzigen Stand führt danach kein Schritt zurück.")
