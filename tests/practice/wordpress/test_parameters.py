"""Arguments are checked and converted as WordPress does it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.practice.wordpress.errors import RestError
from latchkey.practice.wordpress.parameters import Argument, english_list, prepared

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
ARGUMENTS = {
    "name": Argument("string", required=True),
    "page": Argument("integer", default=1, minimum=1),
    "size": Argument("integer", default=10, minimum=1, maximum=100),
    "force": Argument("boolean", default=False),
    "roles": Argument("array", items=Argument("string")),
    "meta": Argument("object"),
    "order": Argument("string", enum=("asc", "desc")),
}


@given(st.dictionaries(st.sampled_from([*ARGUMENTS, "other"]), JSON))
def test_whatever_is_sent_is_converted_or_refused(sent: dict[str, Any]) -> None:
    params = taken(sent)

    if isinstance(params, RestError):
        assert params.status == 400
        assert params.code in {"rest_missing_callback_param", "rest_invalid_param"}
        return
    assert isinstance(params["name"], str)
    assert 1 <= params["size"] <= 100
    assert type(params["force"]) is bool
    assert params.get("order") in {None, "asc", "desc"}


def taken(sent: dict[str, Any]) -> dict[str, Any] | RestError:
    try:
        return prepared(ARGUMENTS, sent)
    except RestError as error:
        return error


@pytest.mark.parametrize("sent", ["7", 7, 7.0])
def test_number_is_taken_in_any_spelling(sent: Any) -> None:
    assert prepared(ARGUMENTS, {"name": "a", "page": sent})["page"] == 7


@pytest.mark.parametrize(
    ("sent", "answer"),
    [(True, True), ("true", True), ("1", True), (1, True), ("false", False), ("0", False)],
)
def test_yes_and_no_are_taken_from_a_form(sent: Any, answer: bool) -> None:  # noqa: FBT001 - the value is what is tested
    assert prepared(ARGUMENTS, {"name": "a", "force": sent})["force"] is answer


@pytest.mark.parametrize("sent", [["a", "b"], "a,b", "a b"])
def test_list_is_taken_from_a_list_or_a_text(sent: Any) -> None:
    assert prepared(ARGUMENTS, {"name": "a", "roles": sent})["roles"] == ["a", "b"]


def test_every_bad_parameter_is_named_with_its_reason() -> None:
    with pytest.raises(RestError) as caught:
        prepared(ARGUMENTS, {"name": 1, "page": 0, "size": 101, "order": "up"})

    assert caught.value.message == "Invalid parameter(s): name, page, size, order"
    assert caught.value.details["params"] == {
        "name": "name is not of type string.",
        "page": "page must be greater than or equal to 1",
        "size": "size must be between 1 (inclusive) and 100 (inclusive)",
        "order": "order is not one of asc and desc.",
    }


def test_null_counts_as_not_sent() -> None:
    with pytest.raises(RestError, match="Missing parameter"):
        prepared(ARGUMENTS, {"name": None})


@given(st.lists(st.text(min_size=1), min_size=3, max_size=5))
def test_three_words_and_more_are_listed_with_commas(words: list[str]) -> None:
    listed = english_list(tuple(words))

    assert listed.endswith(f", and {words[-1]}")
    assert listed.startswith(f"{words[0]}, ")
