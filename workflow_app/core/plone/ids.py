"""Which ids DCWorkflow refuses: what it could not keep as a name in a folder."""

from __future__ import annotations

import re

BAD_CHARACTERS = re.compile(r"[\x00-\x1F\x7F<>&]")

RESERVED = frozenset(
    (  # noqa: SIM905 - two hundred quotation marks would say nothing
        """
    COPY DELETE HEAD LOCK MKCOL MOVE OPTIONS PROPFIND PROPPATCH PUT TRACE UNLOCK ZopeFind
    ZopeFindAndApply absolute_url absolute_url_path ac_inherited_permissions access_debug_info
    aclAChecked aclEChecked aclPChecked acquiredRolesAreUsedBy all_meta_types cb_dataItems
    cb_dataValid cb_isCopyable cb_isMoveable cb_userHasCopyOrMovePermission changeOwnership
    compute_size dav__init dav__simpleifhandler dav__validate filtered_manage_options
    filtered_meta_types get getBookmarkableURLs getId getOwner getOwnerTuple getParentNode
    getPhysicalPath getProperty getPropertyType getSiteManager getWrappedOwner get_local_roles
    get_local_roles_for_userid get_valid_userids hasObject hasProperty has_key has_local_roles
    has_order_support http__etag http__parseMatchList http__processMatchHeaders
    http__refreshEtag id isAnObjectManager isPrincipiaFolderish
    isTopLevelPrincipiaApplicationObject items keys last_modified listDAVObjects list_imports
    manage manage_CopyContainerAllItems manage_CopyContainerFirstItem manage_DAVget
    manage_access manage_acquiredForm manage_acquiredPermissions manage_addLocalRoles
    manage_addProduct manage_addProperty manage_afterAdd manage_afterClone manage_beforeDelete
    manage_changeOwnershipType manage_changePermissions manage_changeProperties
    manage_changePropertyTypes manage_clone manage_copyObjects manage_cutObjects
    manage_defined_roles manage_delLocalRoles manage_delObjects manage_delProperties
    manage_editLocalRoles manage_editProperties manage_editRoles manage_editedDialog
    manage_exportObject manage_findForm manage_fixupOwnershipAfterAdd manage_form_title
    manage_getPermissionMapping manage_getUserRolesAndPermissions manage_get_sortedObjects
    manage_hasId manage_importExportForm manage_importObject manage_index_main
    manage_listLocalRoles manage_main manage_menu manage_navbar manage_options manage_owner
    manage_page_footer manage_page_header manage_pasteObjects manage_permission
    manage_permissionForm manage_propertiesForm manage_propertyTypeForm manage_renameForm
    manage_renameObject manage_renameObjects manage_reportUserPermissions manage_role
    manage_roleForm manage_setLocalRoles manage_setPermissionMapping manage_tabs
    manage_takeOwnership manage_workspace manage_zmi_logout meta_type meta_types objectIds
    objectIds_d objectItems objectItems_d objectMap objectMap_d objectValues objectValues_d
    owner_info permission_settings permissionsOfRole possible_permissions propdict
    propertyDescription propertyIds propertyItems propertyLabel propertyMap propertyValues
    propertysheets raise_standardErrorMessage restrictedTraverse rolesOfPermission
    selectedRoles setSiteManager smallRolesWidget superValues tabs_path_default tabs_path_info
    tabs_path_length this title title_and_id title_or_id tpURL tpValues unrestrictedTraverse
    userCanTakeOwnership userdefined_roles users_with_local_role validClipData validRoles
    valid_property_id valid_roles validate_roles values virtual_url_path wl_clearLocks
    wl_delLock wl_getLock wl_hasLock wl_isLocked wl_lockItems wl_lockTokens wl_lockValues
    wl_lockmapping wl_setLock zmi_icon zmi_show_add_dialog zope_copyright
        """
    ).split()
)
"""Names that each of its folders has already."""

RESERVED_IN = {
    "state": frozenset({"addState", "deleteStates", "setInitialState"}),
    "transition": frozenset({"addTransition", "deleteTransitions"}),
    "variable": frozenset({"addVariable", "deleteVariables", "getStateVar", "setStateVar"}),
    "worklist": frozenset({"addWorklist", "deleteWorklists"}),
}


def refused(kind: str, name: str) -> bool:
    """Return whether a `kind` (state, transition, variable, worklist) may not be called `name`."""
    return (
        not name
        or BAD_CHARACTERS.search(name) is not None
        or name in (".", "..", "REQUEST")
        or name.startswith(("_", "aq_", "@@", "++"))
        or name.endswith("__")
        or "/" in name
        or name in RESERVED
        or name in RESERVED_IN[kind]
    )
