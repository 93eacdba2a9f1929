"""On the page of a case: from which one it was derived, which from it, and how to derive one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from workflow_app.services.access.rows import principals_of
from workflow_app.services.cases import deriving
from workflow_app.services.cases.situations import Look
from workflow_app.store.queries import derived as queries
from workflow_app.store.queries.derived import Linked
from workflow_app.web.context import me, session, site
from workflow_app.web.language import language


@dataclass(frozen=True, slots=True)
class Offered:
    """The way to a new case that is derived from this one."""

    label: str
    help: str
    href: str
    proposed: bool
    """A side has proposed it to both."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What whoever asks may know of cases that this one has to do with, and may begin."""

    source: Linked | None
    made: list[Linked]
    offered: Offered | None


def of_case(look: Look) -> Derived:
    """Return the links of a case; only of one that has ended something may have been derived."""
    principals = principals_of(me())
    source = queries.derived_from(session(), principals, look.case)
    made = queries.derived(session(), principals, look.case) if look.case.ended else []
    under_way = any(not linked.ended for linked in made)
    return Derived(source, made, None if under_way else _offered(look))


def _offered(look: Look) -> Offered | None:
    rule = deriving.rule_for(session(), site(), look)
    if rule is None:
        return None
    workflow = look.compiled.workflow
    return Offered(
        label=rule.label(language()),
        help=rule.help(language()) if rule.help else "",
        href=url_for("projects.new", workflow=workflow.id, derived_from=look.case.number),
        proposed=deriving.is_proposed(workflow, look.situation),
    )
