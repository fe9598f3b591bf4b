"""What is a token, what stays text, and what is refused with a sentence that helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.tokens import (
    IMPORT_TOKENS,
    Namespace,
    Pattern,
    PatternError,
    column_token,
)

EVERYWHERE = frozenset(Namespace)
# Enough braces, dots and bars that generated text hits the grammar and not only plain words.
WORDS = "{ } {contact. {domain. {column. first_name custom_1 hash . : :label | upper default"
MARKS = [':"x"', '"', "{ }", "{, }", "{(}", " ", "\\", "ż", "\n"]
TOKENISH = st.lists(st.sampled_from([*WORDS.split(" "), *MARKS])).map("".join)


def problem(text: str) -> str:
    with pytest.raises(PatternError) as caught:
        Pattern.parse(text)
    return str(caught.value)


@given(st.text() | TOKENISH)
def test_any_text_is_a_pattern_or_a_pattern_error(text: str) -> None:
    try:
        pattern = Pattern.parse(text, namespaces=EVERYWHERE)
    except PatternError as error:
        pointed_at = text[error.position :].startswith(error.piece)
    else:
        pointed_at = True
        pattern.render(dict.fromkeys(pattern.fields, "v"))

    assert pointed_at


@given(st.text().filter(lambda text: "{" not in text))
def test_text_without_braces_stays_as_it_is(text: str) -> None:
    pattern = Pattern.parse(text)

    assert pattern.fields == frozenset()
    assert pattern.render({}) == text


@given(st.text(), st.text())
def test_braces_in_a_value_are_never_read_as_ours(first: str, last: str) -> None:
    pattern = Pattern.parse("x{contact.first_name}+{contact.last_name}x")

    assert pattern.render({"first_name": first, "last_name": last}) == f"x{first}+{last}x"


@pytest.mark.parametrize(
    "text",
    [
        "{contact.first_name",
        "{ contact.first_name}",
        "{contact.first_name }",
        "{contact. first_name}",
        "{contact.first_name | upper}",
        "{contact.first_name|upper|lower}",
        "{contact.first_name|}",
        '{contact.first_name|default:"a;b"}',
        "{contact.first-name}",
        "{first_name}",
        "{$contact.first_name}",
        "{contact.}",
    ],
)
def test_what_does_not_match_the_grammar_stays_as_written(text: str) -> None:
    pattern = Pattern.parse(text)

    assert pattern.fields == frozenset()
    assert pattern.render({}) == text


def test_slips_that_stay_as_written_are_named() -> None:
    pattern = Pattern.parse("{first_name}.{contact.last_name}{ }{contact.city |upper} {} {-}")

    assert pattern.unread == ("{first_name}", "{contact.city |upper}")


def test_a_pattern_without_slips_names_none() -> None:
    pattern = Pattern.parse("{contact.first_name}{ }{contact.last_name}{.}")

    assert pattern.unread == ()


def test_unknown_field_is_refused_with_the_nearest_one() -> None:
    assert problem("a {contact.frist_name}") == (
        "{contact.frist_name} at character 3: there is no such token;"
        " did you mean {contact.first_name}?"
    )


def test_unknown_field_like_no_other_points_to_the_list() -> None:
    assert "choose one from the list" in problem("{contact.qqqqqqqq}")


@pytest.mark.parametrize(
    "token",
    [
        "{contact.checksum}",
        "{contact.hash}",
        "{contact.api_key}",
        "{contact.hash:label}",
        "{contact.employer_id.api_key}",
        "{domain.hash}",
        "{contact.checksum|upper}",
    ],
)
def test_tokens_that_let_the_reader_act_as_the_contact_are_refused(token: str) -> None:
    assert "this token is refused" in problem(token)


def test_other_entities_are_refused() -> None:
    assert problem("{mailing.name}").endswith(
        "there are no {mailing.…} tokens here; use {contact.…} or {domain.…}"
    )


def test_unknown_filter_is_refused_with_the_known_ones() -> None:
    assert problem("{contact.first_name|titel}").endswith(
        'there is no filter "titel";'
        " the filters are upper, lower, capitalize, boolean, crmDate, default"
    )


def test_default_without_its_text_is_refused() -> None:
    assert "default lacks its text" in problem("{contact.first_name|default}")


@pytest.mark.parametrize("arguments", [":friend", ":", ':""', ':"a":"b"', ':"a', ':"a"b'])
def test_default_takes_exactly_one_quoted_text(arguments: str) -> None:
    assert 'default takes one text in double quotes, as in default:"x"' in problem(
        f"{{contact.first_name|default{arguments}}}"
    )


def test_filters_without_argument_refuse_one() -> None:
    assert problem('{contact.first_name|upper:"x"}').endswith(
        'upper takes nothing after it; remove :"x"'
    )


def test_suffix_of_a_field_without_options_is_refused() -> None:
    assert "First name has no :label; leave the suffix out" in problem("{contact.first_name:label}")


def test_suffix_that_a_field_lacks_is_refused_with_those_it_has() -> None:
    assert "Gender has no :abbr; write :label or :name" in problem("{contact.gender_id:abbr}")


@pytest.mark.parametrize("token", ["{contact.gender_id:}", "{contact.custom_3:}"])
def test_colon_without_suffix_is_refused(token: str) -> None:
    assert "nothing follows the colon" in problem(token)


def test_columns_are_refused_outside_of_an_import() -> None:
    assert "there are no {column.…} tokens here" in problem("{column.Badge Name}")


def test_domain_is_refused_in_an_import() -> None:
    with pytest.raises(PatternError, match=r"use \{column.…\} or \{contact.…\}"):
        Pattern.parse("{domain.name}", namespaces=IMPORT_TOKENS)


def test_column_tokens_take_headings_with_spaces_and_filters() -> None:
    pattern = Pattern.parse("{column.Badge Name (2nd)|lower}", namespaces=IMPORT_TOKENS)

    assert pattern.fields == {"column.Badge Name (2nd)"}
    assert pattern.render({"column.Badge Name (2nd)": "ADA"}) == "ada"


@given(st.text(min_size=1))
def test_every_heading_has_a_token_that_names_it(heading: str) -> None:
    pattern = Pattern.parse(column_token(heading), namespaces=IMPORT_TOKENS)

    assert pattern.fields == {f"column.{heading}"}


def test_an_empty_heading_has_no_token() -> None:
    with pytest.raises(ValueError, match="without a heading"):
        column_token("")
