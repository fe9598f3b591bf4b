"""The fields of a contact, and those that e-mails, phones and addresses share."""

from dataclasses import replace
from typing import Final

from latchkey.practice.civicrm.schema import (
    Entity,
    Field,
    FieldType,
    Packing,
    day,
    flag,
    moment,
    several,
    text,
    whole,
)


def _greeting(name: str) -> tuple[Field, ...]:
    return (
        whole(f"{name}_id", options=f"option:{name}"),
        text(f"{name}_custom"),
        text(f"{name}_display"),
    )


_NAMES: Final = (
    Field("display_name", readonly=True),
    text("organization_name"),
    several("contact_sub_type", Packing.BOOKEND),
    text("first_name"),
    text("middle_name"),
    text("last_name"),
)
_PRIVACY: Final = (
    flag("do_not_email"),
    flag("do_not_phone"),
    flag("do_not_mail"),
    flag("do_not_sms"),
    flag("do_not_trade"),
    flag("is_opt_out"),
)
_COMMUNICATION: Final = (
    several(
        "preferred_communication_method", Packing.BOOKEND, "option:preferred_communication_method"
    ),
    text("preferred_language", default="en_US", options="named:languages"),
    replace(text("hash"), readonly=True),
    Field("api_key", permission="administer CiviCRM"),
    text("source"),
    whole("prefix_id", options="option:individual_prefix"),
    whole("suffix_id", options="option:individual_suffix"),
    text("formal_title"),
    whole("communication_style_id", options="option:communication_style"),
    *_greeting("email_greeting"),
    *_greeting("postal_greeting"),
    *_greeting("addressee"),
)
_PERSON: Final = (
    text("job_title"),
    whole("gender_id", options="option:gender"),
    day("birth_date"),
    flag("is_deceased", title="Deceased"),
    moment("deceased_date"),
    text("household_name"),
    whole("primary_contact_id", to="Contact"),
    text("sic_code"),
    text("user_unique_id"),
    whole("employer_id", to="Contact"),
)
_LIFE: Final = (
    flag("is_deleted"),
    moment("created_date"),
    moment("modified_date"),
    text("preferred_mail_format", default="Both"),
)
_FILTERS: Final = (
    Field("groups", "Array", options="entity:Group", field_type=FieldType.FILTER),
    Field("tags", "Array", options="entity:Tag", field_type=FieldType.FILTER),
)

# The one type of contact that has a field, where not all have it.
OWNER: Final = {
    **dict.fromkeys(("first_name", "middle_name", "last_name", "prefix_id"), "Individual"),
    **dict.fromkeys(("suffix_id", "formal_title", "job_title", "gender_id"), "Individual"),
    **dict.fromkeys(("birth_date", "is_deceased", "deceased_date", "employer_id"), "Individual"),
    **dict.fromkeys(("household_name", "primary_contact_id"), "Household"),
    **dict.fromkeys(("organization_name", "legal_name", "sic_code"), "Organization"),
}

CONTACT: Final = Entity(
    "Contact",
    "civicrm_contact",
    (
        whole("id"),
        text("contact_type", options="fixed:contact_type"),
        text("external_identifier"),
        *_NAMES,
        *_PRIVACY,
        text("legal_identifier"),
        text("sort_name"),
        text("nick_name"),
        text("legal_name"),
        text("image_URL"),
        *_COMMUNICATION,
        *_PERSON,
        *_LIFE,
        *_FILTERS,
    ),
    unique=(("external_identifier",),),
    indexes=(("api_key",), ("last_name",), ("modified_date",)),
)


def located(*fields: Field) -> tuple[Field, ...]:
    """What e-mails, phones and addresses have in common, around their own fields."""
    return (
        whole("id"),
        replace(whole("contact_id", to="Contact"), required=True),
        whole("location_type_id", options="fixed:location_type", default=1),
        *fields,
        flag("is_primary"),
        flag("is_billing"),
    )
