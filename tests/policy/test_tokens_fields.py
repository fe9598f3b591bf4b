"""Which fields tokens may name, and the API v4 names that they stand for."""

import pytest

from latchkey.policy.tokens import OLD_NAMES, TOKENS, Namespace, Pattern, TokenField


def needed(text: str) -> set[str]:
    return set(Pattern.parse(text).fields)


@pytest.mark.parametrize("field", TOKENS, ids=lambda field: field.token)
def test_every_offered_token_can_be_used(field: TokenField) -> None:
    assert {key.partition(":")[0] for key in needed(field.token)} == {field.key}


@pytest.mark.parametrize("field", TOKENS, ids=lambda field: field.token)
def test_every_suffix_of_a_field_can_be_used(field: TokenField) -> None:
    for suffix in field.suffixes:
        token = f"{{{field.namespace}.{field.name}:{suffix}}}"

        assert needed(token) == {f"{field.key}:{suffix}"}


def test_offered_tokens_and_their_labels_are_distinct() -> None:
    assert len({field.token for field in TOKENS}) == len(TOKENS)
    assert len({field.label for field in TOKENS}) == len(TOKENS)


@pytest.mark.parametrize(
    "name",
    [
        "contact_type",
        "display_name",
        "sort_name",
        "nick_name",
        "first_name",
        "middle_name",
        "last_name",
        "prefix_id",
        "suffix_id",
        "job_title",
        "gender_id",
        "birth_date",
        "employer_id.display_name",
        "organization_name",
        "external_identifier",
        "preferred_language",
        "source",
        "id",
        "address_primary.city",
        "phone_primary.phone",
        "email_primary.email",
    ],
)
def test_present_names_are_asked_for_as_they_are(name: str) -> None:
    assert needed(f"{{contact.{name}}}") == {name}


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("email", "email_primary.email"),
        ("phone", "phone_primary.phone"),
        ("city", "address_primary.city"),
        ("postal_code", "address_primary.postal_code"),
        ("state_province", "address_primary.state_province_id:abbr"),
        ("country", "address_primary.country_id:label"),
        ("contact_id", "id"),
        ("current_employer", "employer_id.display_name"),
        ("individual_prefix", "prefix_id:label"),
        ("gender", "gender_id:label"),
        ("contact_source", "source"),
    ],
)
def test_old_names_are_asked_for_by_their_present_ones(old: str, key: str) -> None:
    assert needed(f"{{contact.{old}}}") == {key}


@pytest.mark.parametrize("old", OLD_NAMES)
def test_every_old_name_stands_for_a_known_field(old: str) -> None:
    offered = {field.name for field in TOKENS if field.namespace is Namespace.CONTACT}

    assert {key.partition(":")[0] for key in needed(f"{{contact.{old}}}")} <= offered


def test_old_names_take_suffixes_too() -> None:
    assert needed("{contact.country_id:label}{contact.gender:name}") == {
        "address_primary.country_id:label",
        "gender_id:name",
    }


def test_primary_may_stand_first_as_in_some_older_versions() -> None:
    assert needed("{contact.primary_email.email}{contact.primary_address.city}") == {
        "email_primary.email",
        "address_primary.city",
    }


def test_custom_fields_keep_their_number_and_suffix() -> None:
    assert needed("{contact.custom_12}{contact.custom_3:label}") == {"custom_12", "custom_3:label"}


def test_domain_fields_keep_their_namespace() -> None:
    assert needed("{domain.name}{domain.country_id:label}") == {
        "domain.name",
        "domain.country_id:label",
    }


def test_a_field_named_twice_is_asked_for_once() -> None:
    assert needed("{contact.email}{contact.email_primary.email|upper}") == {"email_primary.email"}


def test_picker_offers_the_label_of_a_field_with_options() -> None:
    offered = {field.label: field.token for field in TOKENS}

    assert offered["Gender"] == "{contact.gender_id:label}"
    assert offered["First name"] == "{contact.first_name}"
    assert offered["Domain: name"] == "{domain.name}"
