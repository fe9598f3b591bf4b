"""The fields that tokens may name, with CiviCRM's present and former names for them.

Facts from CiviCRM's `CRM/Contact/Tokens.php` and `CRM/Core/DomainTokens.php`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType

from latchkey.policy.tokens.errors import Place


class Namespace(StrEnum):
    """What stands before the dot of a token; COLUMN is ours, for the headings of an import."""

    CONTACT = "contact"
    DOMAIN = "domain"
    COLUMN = "column"


OPTIONS = ("label", "name")
PLACES = ("label", "name", "abbr")


@dataclass(frozen=True, slots=True)
class TokenField:
    """A field that a pattern may name.

    `name` is the API v4 name without a suffix. `suffixes` are what may follow it after a colon:
    without one, a field with options gives their number or code.
    """

    name: str
    label: str
    suffixes: tuple[str, ...] = ()
    is_date: bool = False
    namespace: Namespace = Namespace.CONTACT

    @property
    def key(self) -> str:
        """Its key among the values of a contact, without a suffix."""
        return self.name if self.namespace is Namespace.CONTACT else f"{self.namespace}.{self.name}"

    @property
    def token(self) -> str:
        """The token to offer: of a field with options the one that gives the label."""
        suffix = ":label" if "label" in self.suffixes else ""
        return f"{{{self.namespace}.{self.name}{suffix}}}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A field as a token names it: `key` carries the suffix and the namespace, where it has one."""

    key: str
    is_date: bool = False


_NAMES = (
    TokenField("id", "Contact ID"),
    TokenField("first_name", "First name"),
    TokenField("middle_name", "Middle name"),
    TokenField("last_name", "Last name"),
    TokenField("nick_name", "Nickname"),
    TokenField("display_name", "Display name"),
    TokenField("sort_name", "Sort name"),
    TokenField("prefix_id", "Prefix", OPTIONS),
    TokenField("suffix_id", "Suffix", OPTIONS),
    TokenField("formal_title", "Formal title"),
    TokenField("organization_name", "Organisation name"),
    TokenField("legal_name", "Legal name"),
    TokenField("household_name", "Household name"),
    TokenField("email_greeting_display", "Email greeting"),
    TokenField("postal_greeting_display", "Postal greeting"),
    TokenField("addressee_display", "Addressee"),
)
_PERSON = (
    TokenField("contact_type", "Contact type", OPTIONS),
    TokenField("contact_sub_type", "Contact subtype", OPTIONS),
    TokenField("external_identifier", "External identifier"),
    TokenField("source", "Contact source"),
    TokenField("job_title", "Job title"),
    TokenField("employer_id.display_name", "Current employer"),
    TokenField("employer_id", "Current employer's contact ID"),
    TokenField("gender_id", "Gender", OPTIONS),
    TokenField("birth_date", "Birth date", is_date=True),
    TokenField("deceased_date", "Deceased date", is_date=True),
    TokenField("preferred_language", "Preferred language", OPTIONS),
    TokenField("preferred_communication_method", "Preferred communication method", OPTIONS),
    TokenField("communication_style_id", "Communication style", OPTIONS),
    TokenField("image_URL", "Image address"),
    TokenField("created_date", "Created", is_date=True),
    TokenField("modified_date", "Modified", is_date=True),
    TokenField("do_not_email", "Do not email", OPTIONS),
    TokenField("do_not_phone", "Do not phone", OPTIONS),
    TokenField("do_not_mail", "Do not mail", OPTIONS),
    TokenField("do_not_sms", "Do not SMS", OPTIONS),
    TokenField("do_not_trade", "Do not trade", OPTIONS),
    TokenField("is_opt_out", "No bulk emails", OPTIONS),
    TokenField("is_deceased", "Deceased", OPTIONS),
    TokenField("is_deleted", "In the trash", OPTIONS),
)
_REACH = (
    TokenField("email_primary.email", "Email"),
    TokenField("email_primary.on_hold", "Email on hold", OPTIONS),
    TokenField("email_primary.location_type_id", "Email location type", OPTIONS),
    TokenField("email_primary.id", "Email ID"),
    TokenField("phone_primary.phone", "Phone"),
    TokenField("phone_primary.phone_ext", "Phone extension"),
    TokenField("phone_primary.phone_numeric", "Phone, digits only"),
    TokenField("phone_primary.phone_type_id", "Phone type", OPTIONS),
    TokenField("phone_primary.location_type_id", "Phone location type", OPTIONS),
    TokenField("phone_primary.id", "Phone ID"),
)
_ADDRESS = (
    TokenField("address_primary.street_address", "Street address"),
    TokenField("address_primary.street_number", "Street number"),
    TokenField("address_primary.street_number_suffix", "Street number suffix"),
    TokenField("address_primary.street_name", "Street name"),
    TokenField("address_primary.street_unit", "Street unit"),
    TokenField("address_primary.supplemental_address_1", "Supplemental address 1"),
    TokenField("address_primary.supplemental_address_2", "Supplemental address 2"),
    TokenField("address_primary.supplemental_address_3", "Supplemental address 3"),
    TokenField("address_primary.city", "City"),
    TokenField("address_primary.postal_code", "Postal code"),
    TokenField("address_primary.postal_code_suffix", "Postal code suffix"),
    TokenField("address_primary.county_id", "County", PLACES),
    TokenField("address_primary.state_province_id", "State or province", PLACES),
    TokenField("address_primary.country_id", "Country", PLACES),
    TokenField("address_primary.country_id.region_id", "World region", OPTIONS),
    TokenField("address_primary.location_type_id", "Address location type", OPTIONS),
    TokenField("address_primary.name", "Address name"),
    TokenField("address_primary.id", "Address ID"),
    TokenField("address_primary.master_id", "Master address ID"),
    TokenField("address_primary.geo_code_1", "Latitude"),
    TokenField("address_primary.geo_code_2", "Longitude"),
    TokenField("address_primary.manual_geo_code", "Placed on the map by hand", OPTIONS),
)
_DOMAIN = tuple(
    TokenField(name, f"Domain: {label}", suffixes, namespace=Namespace.DOMAIN)
    for name, label, suffixes in (
        ("name", "name", ()),
        ("id", "ID", ()),
        ("description", "description", ()),
        ("email", "email", ()),
        ("phone", "phone", ()),
        ("street_address", "street address", ()),
        ("supplemental_address_1", "supplemental address 1", ()),
        ("supplemental_address_2", "supplemental address 2", ()),
        ("supplemental_address_3", "supplemental address 3", ()),
        ("city", "city", ()),
        ("postal_code", "postal code", ()),
        ("state_province_id", "state or province", PLACES),
        ("country_id", "country", PLACES),
    )
)

# Every field that may be named, in the order in which a picker shows them. Custom fields,
# `custom_<id>`, come on top: which there are is the CRM's to say.
TOKENS: tuple[TokenField, ...] = _NAMES + _PERSON + _REACH + _ADDRESS + _DOMAIN

# Names that tokens had before API v4, still found in every older configuration.
OLD_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "contact_id": "id",
        "contact_source": "source",
        "contact_is_deleted": "is_deleted",
        "individual_prefix": "prefix_id:label",
        "individual_suffix": "suffix_id:label",
        "gender": "gender_id:label",
        "communication_style": "communication_style_id:label",
        "preferred_communication_method": "preferred_communication_method:label",
        "email_greeting": "email_greeting_display",
        "postal_greeting": "postal_greeting_display",
        "addressee": "addressee_display",
        "current_employer": "employer_id.display_name",
        "current_employer_id": "employer_id",
        "email": "email_primary.email",
        "on_hold": "email_primary.on_hold",
        "phone": "phone_primary.phone",
        "phone_ext": "phone_primary.phone_ext",
        "phone_type": "phone_primary.phone_type_id:label",
        "phone_type_id": "phone_primary.phone_type_id",
        "location_type": "address_primary.location_type_id:label",
        "location_type_id": "address_primary.location_type_id",
        "street_address": "address_primary.street_address",
        "street_number": "address_primary.street_number",
        "street_number_suffix": "address_primary.street_number_suffix",
        "street_name": "address_primary.street_name",
        "street_unit": "address_primary.street_unit",
        "supplemental_address_1": "address_primary.supplemental_address_1",
        "supplemental_address_2": "address_primary.supplemental_address_2",
        "supplemental_address_3": "address_primary.supplemental_address_3",
        "city": "address_primary.city",
        "postal_code": "address_primary.postal_code",
        "postal_code_suffix": "address_primary.postal_code_suffix",
        "county": "address_primary.county_id:label",
        "county_id": "address_primary.county_id",
        "state_province": "address_primary.state_province_id:abbr",
        "state_province_id": "address_primary.state_province_id",
        "country": "address_primary.country_id:label",
        "country_id": "address_primary.country_id",
        "world_region": "address_primary.country_id.region_id:name",
        "address_id": "address_primary.id",
        "address_name": "address_primary.name",
        "master_id": "address_primary.master_id",
        "geo_code_1": "address_primary.geo_code_1",
        "geo_code_2": "address_primary.geo_code_2",
        "manual_geo_code": "address_primary.manual_geo_code",
    }
)

# Whoever reads one of these can act as the contact, and a username or a profile field is public.
REFUSED = frozenset({"checksum", "hash", "api_key"})

_BY_NAME = MappingProxyType({(field.namespace, field.name): field for field in TOKENS})
_CUSTOM = re.compile(r"custom_[1-9][0-9]*")
_SWAPPED = re.compile(r"primary_(email|phone|address)\.")


def reference(namespace: Namespace, written: str, place: Place) -> Reference:
    """The field that `{namespace.written}` names. Raises PatternError where it names none."""
    _refuse_secrets(written, place)
    name, _, suffix = _present_name(namespace, written).partition(":")
    if namespace is Namespace.CONTACT and _CUSTOM.fullmatch(name):
        field = TokenField(name, name, PLACES)
    else:
        field = _known(namespace, name, written, place)
    if suffix and suffix not in field.suffixes:
        raise place.error(_suffix_sentence(field, suffix))
    if written.endswith(":"):
        raise place.error("nothing follows the colon; write a suffix such as :label, or no colon")
    return Reference(f"{field.key}:{suffix}" if suffix else field.key, field.is_date)


def _refuse_secrets(written: str, place: Place) -> None:
    if REFUSED.isdisjoint(re.split(r"[.:]", written)):
        return
    raise place.error(
        "this token is refused, because whoever reads it can act as the contact;"
        " use another field, such as {contact.contact_id}"
    )


def _present_name(namespace: Namespace, written: str) -> str:
    if namespace is not Namespace.CONTACT:
        return written
    turned = _SWAPPED.sub(r"\1_primary.", written)
    if turned in OLD_NAMES:
        return OLD_NAMES[turned]
    name, colon, suffix = turned.partition(":")
    return OLD_NAMES.get(name, name).partition(":")[0] + colon + suffix


def _known(namespace: Namespace, name: str, written: str, place: Place) -> TokenField:
    field = _BY_NAME.get((namespace, name))
    if field is not None:
        return field
    names = {entry.name for entry in TOKENS if entry.namespace is namespace}
    if namespace is Namespace.CONTACT:
        names |= OLD_NAMES.keys()
    close = get_close_matches(written, sorted(names), n=1)
    advice = f"did you mean {{{namespace}.{close[0]}}}?" if close else "choose one from the list"
    raise place.error(f"there is no such token; {advice}")


def _suffix_sentence(field: TokenField, suffix: str) -> str:
    if not field.suffixes:
        return f"{field.label} has no :{suffix}; leave the suffix out"
    offered = " or ".join(f":{one}" for one in field.suffixes)
    return f"{field.label} has no :{suffix}; write {offered}"
