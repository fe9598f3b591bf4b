"""What has to be so in the lab before a recorded request is sent again, and whose key asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from practice.civicrm.arranging import (
    Arrange,
    deleted,
    everyone_recorded_is_called_lima,
    exactly_the_recorded_groups,
    guards,
    holder,
    link,
    made,
    modified,
    row,
    saved,
    smart_group,
    updated,
    user,
    user_met_deadlock,
    without,
)
from practice.civicrm.lab import (
    ADMIN_KEY,
    ANA,
    DEE,
    HELD,
    LAB_CHILD,
    LAB_MEMBERS,
    LAB_PARENT,
    LAB_SMART,
    LAB_TAG,
    LIMITED_KEY,
    NO_PERMISSION_KEY,
    NO_USER_KEY,
    OPT,
    group_columns,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One situation; `varies` names the fields whose values are this installation's own."""

    arrange: tuple[Arrange, ...] = ()
    varies: frozenset[str] = frozenset()
    key: str = ADMIN_KEY


_ID = frozenset({"id"})
_OWN_ID = Scene(varies=_ID)
_GROUPED = frozenset({"id", "option_group_id"})
_COUNTED = frozenset({"id", "count", "countMatched"})
_LIMITED = Scene(key=LIMITED_KEY)

_SMART = (
    smart_group,
    row("Group", id=LAB_SMART, saved_search_id=12, **group_columns("lab_smart")),
)
_NESTED = (
    row("Group", id=LAB_PARENT, children=[LAB_CHILD], **group_columns("lab_parent")),
    row("Group", id=LAB_CHILD, parents=[LAB_PARENT], **group_columns("lab_child")),
)
_NESTED_MEMBER = (*_NESTED, made("GroupContact", group_id=LAB_CHILD, contact_id=ANA))
_ADDED = tuple(
    row("GroupContact", id=row_id, group_id=LAB_MEMBERS, contact_id=contact_id, status="Added")
    for row_id, contact_id in ((86, ANA), (87, DEE), (88, OPT))
)
_ANA_ADDED = _ADDED[:1]
_TAGGED = tuple(
    row("EntityTag", id=row_id, entity_table="civicrm_contact", entity_id=each, tag_id=LAB_TAG)
    for row_id, each in ((119, ANA), (120, DEE))
)
_ANA_LINKED = (link(10, 90001, "ana.lima@example.org", ANA),)
_LINKED = (
    *_ANA_LINKED,
    link(14, 90004, "dee@example.org", DEE),
    link(15, 90005, "held@example.org", HELD),
)
_LAB_ACCESS = made("CustomGroup", title="Lab access", name="lab_access", extends="Individual")
_SITE_ROLE = (
    _LAB_ACCESS,
    made(
        "CustomField", **{"custom_group_id:name": "lab_access"}, label="Site role", name="site_role"
    ),
)
_CONSTITUENT = (
    made("CustomGroup", title="Constituent", name="constituent_information"),
    *(
        made(
            "CustomField",
            **{"custom_group_id:name": "constituent_information"},
            label=name,
            name=name,
        )
        for name in ("Most_Important_Issue", "Marital_Status", "Marriage_Date")
    ),
)
_OF_TYPE = {"activity_type_id:name": "lab_account", "source_contact_id": 203}
_MATCHED = {
    "match": ["contact_id", "group_id"],
    "defaults": {"group_id": LAB_MEMBERS, "status": "Added"},
}
_TWO_HOLDERS = (
    holder(35798, "M0", "Match", "match.two-contacts@example.org"),
    holder(35799, "M1", "Match", "match.two-contacts@example.org"),
)
_LINKED_TO_LOWEST = (
    *_TWO_HOLDERS,
    link(13600, 23511, "match.two-contacts@example.org", 35798),
)

SCENES: Mapping[str, Scene] = {
    "activity-create": _OWN_ID,
    "activity-get": Scene(
        (
            made("Activity", subject="Account created", target_contact_id=[ANA], **_OF_TYPE),
            made("Activity", subject="Account 0", target_contact_id=[ANA], **_OF_TYPE),
        ),
        _ID,
    ),
    "activity-get-after-partial-error": Scene(
        (
            saved(
                "Activity",
                [
                    {"subject": "good", "target_contact_id": [ANA]},
                    {"subject": "bad", "target_contact_id": [99999999]},
                    {"subject": "good2", "target_contact_id": [ANA]},
                ],
                defaults=_OF_TYPE,
            ),
        ),
        _ID,
    ),
    "activity-save-bulk": _OWN_ID,
    "auth-header-bearer-apikey": _OWN_ID,
    "auth-site-key-guard-no-user": Scene((guards("site_key", "perm"),), key=NO_USER_KEY),
    "auth-xheader-no-xrequested": _OWN_ID,
    "contact-create-bad-email": _OWN_ID,
    "contact-create-bad-type": _OWN_ID,
    "contact-create-missing-name": _OWN_ID,
    "contact-create-with-email": Scene((without("Contact", ANA),), _ID),
    "contact-delete-to-trash": Scene((updated("Contact", [["id", "=", 217]], is_deleted=False),)),
    "contact-get-after-500": Scene((user_met_deadlock,)),
    "contact-get-api-key": Scene(varies=frozenset({"api_key"})),
    "contact-get-api-key-nonadmin": _LIMITED,
    "contact-get-by-emails": Scene(
        (
            holder(262, "Any", "Body", "person00001@example.org"),
            holder(263, "Any", "Body", "person00002@example.org"),
        )
    ),
    "contact-get-chain": Scene((link(5, 1, "dup@example.org", ANA),)),
    "contact-get-custom": Scene(
        (
            *_CONSTITUENT,
            *_SITE_ROLE,
            updated("Contact", [["id", "=", ANA]], **{"lab_access.site_role": "author"}),
        )
    ),
    "contact-get-exclude-ufmatch": Scene(_LINKED),
    "contact-get-groups-in": Scene(_ANA_ADDED),
    "contact-get-groups-in-parent": Scene(_NESTED_MEMBER),
    "contact-get-groups-in-smart": Scene(_SMART),
    "contact-get-groups-name-in-smart": Scene(_SMART),
    "contact-get-groups-not-in": Scene((*_SMART, *_ANA_ADDED)),
    "contact-get-join-group-bridge-concat": Scene(_ANA_ADDED),
    "contact-get-join-groupcontact": Scene(_ANA_ADDED),
    "contact-get-join-tag": Scene(_TAGGED),
    "contact-get-modified-since": Scene((modified(ANA, "2026-11-21 22:07:54"),)),
    "contact-get-row-count": Scene(varies=_COUNTED),
    "contact-get-row-count-and-page": Scene(varies=_COUNTED),
    "contact-get-smart-after-refresh": Scene((*_SMART, everyone_recorded_is_called_lima)),
    "contact-get-tags-in": Scene(_TAGGED),
    "contact-getfields": Scene(_SITE_ROLE),
    "contact-save-bulk": _OWN_ID,
    "contact-save-match-external-id": _OWN_ID,
    "contact-update-custom": Scene(_SITE_ROLE),
    "customfield-create": Scene(
        (_LAB_ACCESS,), frozenset({"id", "custom_group_id", "column_name"})
    ),
    "customgroup-create": Scene(varies=frozenset({"id", "weight", "table_name"})),
    "domain-get": Scene(varies=frozenset({"name", "version"})),
    "email-create-bad-email": _OWN_ID,
    "email-get-shared": Scene(
        (
            holder(229, "TwoA", "C", "jtwo@example.org"),
            holder(230, "TwoB", "C", "jtwo@example.org"),
        ),
        _ID,
    ),
    "entitytag-create-duplicate": Scene(_TAGGED),
    "entitytag-delete": Scene(_TAGGED),
    "entitytag-get": Scene(_TAGGED),
    "entitytag-save-bulk": _OWN_ID,
    "error-bad-key": Scene(key="a key of nobody"),
    "error-guard-default-guards": Scene((guards("site_key", "perm"),), key=NO_PERMISSION_KEY),
    "error-guard-no-permission": Scene(key=NO_PERMISSION_KEY),
    "error-missing-permission": _LIMITED,
    "error-missing-permission-create": _LIMITED,
    "error-unknown-field-select": _OWN_ID,
    "error-unknown-field-values": _OWN_ID,
    "get-by-http-get": _OWN_ID,
    "group-create": Scene((without("Group", LAB_MEMBERS),), _ID),
    "group-create-missing-title": Scene((without("Group", 8),), _ID),
    "group-create-smart": Scene(_SMART[:1], _ID),
    "group-get-parents": Scene(_NESTED),
    "group-refresh": Scene(_SMART),
    "group-save-child": Scene((row("Group", id=LAB_PARENT, **group_columns("lab_parent")),), _ID),
    "groupcontact-create-duplicate": Scene(_ANA_ADDED),
    "groupcontact-delete": Scene(_ADDED),
    "groupcontact-get": Scene(_ADDED),
    "groupcontact-get-after-partial-error": Scene(
        (
            *_ADDED[:2],
            updated("GroupContact", [["contact_id", "=", DEE]], status="Removed"),
            saved(
                "GroupContact",
                [{"contact_id": 215}, {"contact_id": 99999999}, {"contact_id": 216}],
                **_MATCHED,
            ),
        ),
        _ID,
    ),
    "groupcontact-get-parent": Scene(_NESTED_MEMBER),
    "groupcontact-get-smart-is-empty": Scene(_SMART),
    "groupcontact-save-bulk": _OWN_ID,
    "groupcontact-save-bulk-again": Scene(_ADDED),
    "groupcontact-update-removed-bulk": Scene(_ADDED),
    "json-body-is-ignored": Scene((smart_group, exactly_the_recorded_groups)),
    "match-first-holder-already-linked-ufmatch": Scene(
        (
            holder(35801, "ShA", "Share", "share.ab@example.org"),
            holder(35802, "ShB", "Share", "share.ab@example.org"),
            link(13621, 23511, "share.a@example.org", 35801),
            user(23513, "share.ab@example.org", "ShB", "Share"),
        ),
        _ID,
    ),
    "match-no-contact-ufmatch": Scene(
        (
            holder(35799, "Any", "Body", None),
            user(23512, "match.no-contact@example.org", "New", "User"),
        ),
        _ID,
    ),
    "match-one-contact-ufmatch": Scene(
        (
            holder(35797, "M0", "Match", "match.one-contact@example.org"),
            user(23510, "match.one-contact@example.org", "New", "User"),
        ),
        _ID,
    ),
    "match-two-contacts-ufmatch": Scene(
        (*_TWO_HOLDERS, user(23511, "match.two-contacts@example.org", "New", "User")), _ID
    ),
    "optionvalue-create-duplicate-name": Scene(varies=_GROUPED),
    "optionvalue-get": _OWN_ID,
    "optionvalue-get-activity-status": _OWN_ID,
    "optionvalue-save-match": Scene(
        (deleted("OptionValue", [["name", "=", "lab_account"]]),), _GROUPED
    ),
    "optionvalue-save-match-again": Scene(varies=_GROUPED),
    "savedsearch-create": _OWN_ID,
    "subscriptionhistory-get": Scene(
        (
            saved("GroupContact", [{"contact_id": each} for each in (ANA, DEE, OPT)], **_MATCHED),
            saved("GroupContact", [{"contact_id": each} for each in (ANA, DEE)], **_MATCHED),
            updated("GroupContact", [["contact_id", "IN", [DEE, OPT]]], status="Removed"),
            deleted("GroupContact", [["contact_id", "=", OPT]]),
        ),
        _ID,
    ),
    "tag-create": Scene((without("Tag", LAB_TAG),), _ID),
    "ufmatch-create": _OWN_ID,
    "ufmatch-create-duplicate-contact": Scene(_ANA_LINKED),
    "ufmatch-create-duplicate-uf-id": Scene(_ANA_LINKED, _ID),
    "ufmatch-create-duplicate-uf-name": Scene(_ANA_LINKED),
    "ufmatch-delete": Scene(_LINKED),
    "ufmatch-get-after-500": Scene((user_met_deadlock,)),
    "ufmatch-get-after-relink": Scene(
        (*_LINKED_TO_LOWEST, updated("UFMatch", [["uf_id", "=", 23511]], contact_id=35799))
    ),
    "ufmatch-get-after-role-repair": Scene(
        (
            holder(35766, "Any", "Body", None),
            user_met_deadlock,
            user(21381, "dl1@example.org", "D", "L"),
        ),
        _ID,
    ),
    "ufmatch-get-by-uf-id": Scene(_LINKED),
    "ufmatch-get-nonadmin-403": _LIMITED,
    "ufmatch-save-bulk": _OWN_ID,
    "ufmatch-save-match": Scene(_ANA_LINKED),
    "ufmatch-update-relink": Scene(_LINKED_TO_LOWEST),
    "url-index-php": _OWN_ID,
}
