"""Who holds a permission on a site of the old kind where nobody has said anything else.

Zope and its content framework register these for the root of everything; a permission that is
not here is Manager's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_app.core.chain.people import MANAGER, Container, Maps
from workflow_app.core.chain.rights import slot
from workflow_app.core.definition.imported import RoleMap

REGISTERED: Mapping[str, tuple[str, ...]] = {
    "Access contents information": ("Manager", "Anonymous"),
    "Add portal content": ("Owner", "Manager"),
    "Add portal folders": ("Owner", "Manager"),
    "Add portal member": ("Anonymous", "Manager"),
    "Change local roles": ("Owner", "Manager"),
    "Copy or Move": ("Anonymous", "Manager"),
    "List folder contents": ("Manager", "Owner"),
    "Mail forgotten password": ("Anonymous", "Manager"),
    "Request review": ("Owner", "Manager"),
    "Search ZCatalog": ("Anonymous", "Manager"),
    "Take ownership": ("Owner",),
    "View": ("Manager", "Anonymous"),
    "WebDAV Lock items": ("Manager", "Owner"),
    "WebDAV Unlock items": ("Manager", "Owner"),
    "WebDAV access": ("Authenticated", "Manager"),
}

ON_A_SITE: Mapping[str, tuple[str, ...]] = {
    "Access contents information": ("Anonymous",),
    "Add portal content": ("Manager", "Site Administrator", "Owner", "Contributor"),
    "Change local roles": ("Manager", "Site Administrator", "Owner"),
    "Delete objects": ("Manager", "Site Administrator", "Owner", "Editor"),
    "List folder contents": (
        *("Manager", "Site Administrator", "Owner", "Reviewer", "Editor", "Contributor"),
    ),
    "Manage properties": ("Manager", "Site Administrator", "Owner", "Editor"),
    "Modify portal content": ("Manager", "Site Administrator", "Owner", "Editor"),
    "Reply to item": ("Manager", "Site Administrator", "Member"),
    "Request review": ("Manager", "Site Administrator", "Owner", "Editor"),
    "Review portal content": ("Manager", "Site Administrator", "Reviewer"),
    "View": ("Anonymous",),
}
"""Who holds what on a site as Plone sets it up, acquisition from the root worked out."""

ASKED_HERE = ("Add portal content", "Modify portal content", "Reply to item", "View")
"""Permissions that a case is asked for here, whether or not its workflow names them."""


def on_a_site(permissions: Iterable[str]) -> dict[str, RoleMap]:
    """Return who holds these permissions, and those asked for here, on a site as Plone sets it up.

    A permission that Plone does not know is Manager's.
    """
    named = dict.fromkeys((*ASKED_HERE, *permissions))
    return {p: RoleMap(ON_A_SITE.get(p, (MANAGER,))) for p in sorted(named)}


ROOT = Container("root", Maps({slot(p): RoleMap(roles) for p, roles in REGISTERED.items()}))
"""The outermost place: give it to a site as its container."""
