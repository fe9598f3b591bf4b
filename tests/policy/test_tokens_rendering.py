"""How values come out of a token, with and without a filter."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.tokens import MissingValueError, Pattern

FALSY = [None, "", "0", 0, 0.0, False, [], Decimal(0)]


def shown(value: object, token: str = "{contact.source}") -> str:  # noqa: S107 -- a token of CiviCRM
    pattern = Pattern.parse(token)
    (key,) = pattern.fields
    return pattern.render({key: value})


def test_a_missing_value_is_an_error_and_never_empty() -> None:
    pattern = Pattern.parse("{contact.first_name}{contact.last_name}")

    with pytest.raises(MissingValueError, match=r"the pattern needs last_name") as caught:
        pattern.render({"first_name": "Ada"})

    assert isinstance(caught.value, KeyError)
    assert caught.value.field == "last_name"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("  Ada ", "  Ada "),
        ("0", "0"),
        (0, "0"),
        (42, "42"),
        (2.0, "2"),
        (2.5, "2.5"),
        (Decimal("10.50"), "10.50"),
        (True, "1"),
        (False, ""),
        (["Phone", "Email"], "Phone, Email"),
        ([1, 3], "1, 3"),
        ([], ""),
    ],
)
def test_values_look_as_civicrm_shows_them(value: object, text: str) -> None:
    assert shown(value) == text


def test_what_the_api_never_gives_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="dict is not a value that a token can show"):
        shown({"a": 1})


@pytest.mark.parametrize("value", ["1815-12-10", date(1815, 12, 10), "1815-12-10 00:00:00"])
def test_a_day_is_written_out(value: object) -> None:
    assert shown(value, "{contact.birth_date}") == "December 10th, 1815"


def test_a_moment_has_its_time() -> None:
    text = shown("2024-03-01 15:04:05", "{contact.modified_date}")

    assert text == "March 1st, 2024  3:04 PM"


def test_text_that_looks_like_a_date_stays_as_it_is_in_other_fields() -> None:
    assert shown("2024-03-01") == "2024-03-01"


def test_an_impossible_date_stays_as_it_is() -> None:
    assert shown("0000-00-00", "{contact.birth_date}") == "0000-00-00"


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("", "March 2nd, 2024  3:04 PM"),
        (':"Full"', "March 2nd, 2024"),
        (':"Datetime"', "March 2nd, 2024  3:04 PM"),
        (':"Partial"', "March 2024"),
        (':"Time"', " 3:04 PM"),
        (':"Year"', "2024"),
        (':"shortdate"', "03/02/2024"),
        (':"FinancialBatch"', "03/02/2024"),
        (':"%Y%m%d"', "20240302"),
        (':"%D"', "03/02/24"),
        (':"%A %a %B %b %d %e %E%f"', "Saturday Sat March Mar 02  2 2nd"),
        (':"%H %h %I %k %l %M %i %p %P %S %s"', "15 03 03 15  3 04 04 pm PM 05 05"),
        (':"%q 100%"', "%q 100%"),
    ],
)
def test_crm_date_takes_civicrms_formats(argument: str, text: str) -> None:
    assert shown("2024-03-02 15:04:05", f"{{contact.custom_7|crmDate{argument}}}") == text


def test_crm_date_shows_midnight_when_no_format_is_asked_for() -> None:
    assert shown("2024-03-02", "{contact.birth_date|crmDate}") == "March 2nd, 2024 12:00 AM"


@pytest.mark.parametrize("value", [None, "", "soon", 7])
def test_crm_date_leaves_what_is_no_date(value: object) -> None:
    assert shown(value, "{contact.custom_7|crmDate}") == shown(value)


@pytest.mark.parametrize(
    ("day", "ending"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (22, "22nd")],
)
def test_days_have_english_endings(day: int, ending: str) -> None:
    value = date(2024, 5, day)

    assert shown(value, '{contact.birth_date|crmDate:"%E%f"}') == ending


@given(st.datetimes())
def test_dates_of_the_api_and_of_python_look_the_same(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)

    assert shown(moment.isoformat(" "), "{contact.created_date}") == shown(moment)


@given(st.text())
def test_upper_and_lower_are_those_of_the_text(text: str) -> None:
    assert shown(text, "{contact.source|upper}") == text.upper()
    assert shown(text, "{contact.source|lower}") == text.lower()


@pytest.mark.parametrize(
    ("text", "capitalized"),
    [
        ("ada lovelace", "Ada Lovelace"),
        ("ANNE-MARIE", "Anne-Marie"),
        ("o'brien", "O'brien"),
        ("éva l\u2019été", "Éva L\u2019été"),
        ("2nd x.y a_b", "2Nd X.y A_B"),
    ],
)
def test_capitalize_is_phps_title_case(text: str, capitalized: str) -> None:
    assert shown(text, "{contact.source|capitalize}") == capitalized


@pytest.mark.parametrize("value", FALSY)
def test_default_stands_in_for_every_falsy_value(value: object) -> None:
    assert shown(value, '{contact.source|default:"my friend"}') == "my friend"


@given(st.text().filter(lambda text: text not in {"", "0"}))
def test_default_leaves_every_other_text(text: str) -> None:
    assert shown(text, '{contact.source|default:"friend"}') == text


@given(st.text(alphabet="azŻ09_: %-()[]+/#@!,.?", min_size=1))
def test_default_may_hold_the_characters_of_an_argument(text: str) -> None:
    assert shown("", f'{{contact.source|default:"{text}"}}') == text


def test_default_keeps_a_date_written_out() -> None:
    assert shown("1990-01-31", '{contact.birth_date|default:"?"}') == "January 31st, 1990"


@pytest.mark.parametrize("value", FALSY)
def test_boolean_of_a_falsy_value_is_0(value: object) -> None:
    assert shown(value, "{contact.source|boolean}") == "0"


@pytest.mark.parametrize("value", ["x", "0.0", " ", 1, True, ["a"]])
def test_boolean_of_any_other_value_is_1(value: object) -> None:
    assert shown(value, "{contact.source|boolean}") == "1"
