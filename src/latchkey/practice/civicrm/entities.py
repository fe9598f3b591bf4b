"""The entities of the practice CRM, with the fields they have in CiviCRM 5.77."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from latchkey.practice.civicrm.contact_fields import CONTACT, located
from latchkey.practice.civicrm.schema import (
    Entity,
    Field,
    FieldType,
    Packing,
    ddl,
    flag,
    moment,
    several,
    text,
    whole,
)
from latchkey.practice.civicrm.system_entities import (
    CUSTOM_FIELD,
    CUSTOM_GROUP,
    DOMAIN,
    OPTION_GROUP,
    OPTION_VALUE,
    SAVED_SEARCH,
)


def _needed(field: Field) -> Field:
    return replace(field, required=True)


EMAIL: Final = Entity(
    "Email",
    "civicrm_email",
    located(
        text("email"),
        whole("on_hold", options="fixed:on_hold", default=0),
        flag("is_bulkmail"),
        moment("hold_date"),
        moment("reset_date"),
        text("signature_text"),
        text("signature_html"),
    ),
    indexes=(("contact_id", "is_primary"), ("email",)),
)
PHONE: Final = Entity(
    "Phone",
    "civicrm_phone",
    located(
        text("phone"),
        text("phone_ext"),
        text("phone_numeric"),
        whole("phone_type_id", options="option:phone_type"),
    ),
    indexes=(("contact_id", "is_primary"),),
)
ADDRESS: Final = Entity(
    "Address",
    "civicrm_address",
    located(
        text("street_address"),
        text("supplemental_address_1"),
        text("supplemental_address_2"),
        text("city"),
        whole("state_province_id", options="option:state_province"),
        text("postal_code"),
        text("postal_code_suffix"),
        whole("country_id", options="option:country"),
        text("name"),
    ),
    indexes=(("contact_id", "is_primary"),),
)
GROUP: Final = Entity(
    "Group",
    "civicrm_group",
    (
        whole("id"),
        _needed(text("name")),
        _needed(text("title")),
        text("description"),
        text("source"),
        whole("saved_search_id", to="SavedSearch"),
        flag("is_active", default=1),
        text("visibility", default="User and User Admin Only"),
        text("where_clause"),
        text("select_tables"),
        text("where_tables"),
        several("group_type", Packing.BOOKEND, "option:group_type"),
        moment("cache_date"),
        Field("cache_fill_took", "Float"),
        moment("refresh_date"),
        several("parents", Packing.COMMA, "entity:Group"),
        several("children", Packing.COMMA, "entity:Group"),
        flag("is_hidden"),
        flag("is_reserved"),
        whole("created_id", to="Contact"),
        whole("modified_id", to="Contact"),
        text("frontend_title"),
        text("frontend_description"),
    ),
    unique=(("name",),),
)
GROUP_CONTACT: Final = Entity(
    "GroupContact",
    "civicrm_group_contact",
    (
        whole("id"),
        _needed(whole("group_id", to="Group", options="entity:Group")),
        _needed(whole("contact_id", to="Contact")),
        text("status", options="fixed:group_status"),
        whole("location_id"),
        whole("email_id", to="Email"),
    ),
    unique=(("contact_id", "group_id"),),
    indexes=(("group_id", "status", "contact_id"),),
)
SUBSCRIPTION_HISTORY: Final = Entity(
    "SubscriptionHistory",
    "civicrm_subscription_history",
    (
        whole("id"),
        _needed(whole("contact_id", to="Contact")),
        replace(whole("group_id", to="Group", options="entity:Group"), required=True),
        moment("date"),
        text("method"),
        text("status", options="fixed:group_status"),
        text("tracking"),
    ),
    indexes=(("group_id",),),
)
TAG: Final = Entity(
    "Tag",
    "civicrm_tag",
    (
        whole("id"),
        _needed(text("name")),
        _needed(text("label")),
        text("description"),
        whole("parent_id", to="Tag", options="entity:Tag"),
        flag("is_selectable", default=1),
        flag("is_reserved"),
        flag("is_tagset"),
        several("used_for", Packing.COMMA, "fixed:used_for"),
        whole("created_id", to="Contact"),
        text("color"),
        moment("created_date"),
    ),
    unique=(("name",),),
)
ENTITY_TAG: Final = Entity(
    "EntityTag",
    "civicrm_entity_tag",
    (
        whole("id"),
        text("entity_table", options="fixed:used_for"),
        _needed(whole("entity_id")),
        _needed(whole("tag_id", to="Tag", options="entity:Tag")),
    ),
    unique=(("entity_id", "entity_table", "tag_id"),),
    indexes=(("tag_id", "entity_table", "entity_id"),),
)


def _participants(name: str) -> Field:
    """The contacts of an activity: they lie in ActivityContact."""
    return Field(name, "Array", field_type=FieldType.EXTRA)


ACTIVITY: Final = Entity(
    "Activity",
    "civicrm_activity",
    (
        whole("id"),
        whole("source_record_id"),
        whole("activity_type_id", options="option:activity_type"),
        text("subject"),
        moment("activity_date_time"),
        whole("duration"),
        text("location"),
        text("details"),
        whole("status_id", options="option:activity_status"),
        whole("priority_id", options="option:priority"),
        whole("parent_id", to="Activity"),
        flag("is_test"),
        whole("medium_id"),
        flag("is_auto"),
        flag("is_current_revision", default=1),
        text("result"),
        flag("is_deleted"),
        whole("weight"),
        flag("is_star"),
        moment("created_date"),
        moment("modified_date"),
        replace(_participants("source_contact_id"), data_type="Integer", points_to="Contact"),
        _participants("target_contact_id"),
        _participants("assignee_contact_id"),
    ),
    indexes=(("activity_type_id", "subject"), ("activity_date_time",)),
)
ACTIVITY_CONTACT: Final = Entity(
    "ActivityContact",
    "civicrm_activity_contact",
    (
        whole("id"),
        _needed(whole("activity_id", to="Activity")),
        _needed(whole("contact_id", to="Contact")),
        whole("record_type_id", options="option:activity_contacts"),
    ),
    unique=(("contact_id", "activity_id", "record_type_id"),),
    indexes=(("activity_id", "record_type_id"),),
)
UF_MATCH: Final = Entity(
    "UFMatch",
    "civicrm_uf_match",
    (
        whole("id"),
        whole("domain_id", to="Domain", default=1),
        _needed(whole("uf_id")),
        text("uf_name"),
        whole("contact_id", to="Contact"),
        text("language"),
    ),
    unique=(("uf_name", "domain_id"), ("contact_id", "domain_id")),
    indexes=(("uf_id",),),
)
_ENTITIES: Final[dict[str, Entity]] = {
    entity.name: entity.indexed()
    for entity in (
        CONTACT,
        EMAIL,
        PHONE,
        ADDRESS,
        GROUP,
        GROUP_CONTACT,
        SUBSCRIPTION_HISTORY,
        TAG,
        ENTITY_TAG,
        ACTIVITY,
        ACTIVITY_CONTACT,
        UF_MATCH,
        OPTION_GROUP,
        OPTION_VALUE,
        DOMAIN,
        SAVED_SEARCH,
        CUSTOM_GROUP,
        CUSTOM_FIELD,
    )
}
ENTITIES: Final[Mapping[str, Entity]] = MappingProxyType(_ENTITIES)

_OTHER_TABLES: Final = """
CREATE TABLE IF NOT EXISTS civicrm_group_contact_cache (
  group_id INTEGER NOT NULL REFERENCES civicrm_group (id) ON DELETE CASCADE,
  contact_id INTEGER NOT NULL REFERENCES civicrm_contact (id) ON DELETE CASCADE,
  PRIMARY KEY (group_id, contact_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS civicrm_custom_value (
  entity_id INTEGER NOT NULL REFERENCES civicrm_contact (id) ON DELETE CASCADE,
  field_id INTEGER NOT NULL REFERENCES civicrm_custom_field (id) ON DELETE CASCADE,
  value TEXT COLLATE NOCASE,
  PRIMARY KEY (entity_id, field_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS civicrm_setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS practice_permission (
  user_id INTEGER NOT NULL,
  permission TEXT NOT NULL,
  PRIMARY KEY (user_id, permission)
) WITHOUT ROWID;
"""

SCHEMA: Final = ddl(ENTITIES) + _OTHER_TABLES


def register(*entities: Entity) -> None:
    """Know further entities, whose tables are there: those of another edition of CiviCRM."""
    _ENTITIES.update((entity.name, entity.indexed()) for entity in entities)
