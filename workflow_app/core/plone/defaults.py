"""Who holds a permission on a site of the old kind where nobody has said anything else.

Zope and its content framework register these for the root of everything; a permission that is
not here is Manager's.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.chain.people import Container, Maps
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

ROOT = Container("root", Maps({slot(p): RoleMap(roles) for p, roles in REGISTERED.items()}))
"""The outermost place: give it to a site as its container."""
