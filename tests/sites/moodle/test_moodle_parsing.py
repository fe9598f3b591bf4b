"""What is taken apart and put together: parameters, cohorts, languages, users."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.values import NewAccount
from latchkey.practice.moodle.forms import nested
from latchkey.sites.moodle.calls import READS, flattened, only_reads
from latchkey.sites.moodle.cohorts import named
from latchkey.sites.moodle.languages import Languages
from latchkey.sites.moodle.making import LARGEST_BATCH, part_size
from latchkey.sites.moodle.refusals import plain, refusal_in, without
from latchkey.sites.moodle.users import account_from, body_of, languages_for

NAMES = st.text("abcdefgh", min_size=1, max_size=5)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text(max_size=8),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_parameters_arrive_as_they_were_meant(params: dict[str, Any]) -> None:
    assert nested(flattened(params)) == params


@given(st.sampled_from(sorted(READS)), st.text())
def test_only_reading_functions_are_reads(function: str, text: str) -> None:
    reading = urlencode({"wstoken": "x", "wsfunction": function, "value": text}).encode()
    writing = urlencode({"value": f"&wsfunction={function}", "wsfunction": "other"}).encode()

    assert only_reads("POST", "/", reading)
    assert not only_reads("POST", "/", writing)
    assert not only_reads("POST", "/", b"")


@given(st.lists(st.fixed_dictionaries({"name": NAMES, "idnumber": NAMES | st.just("")})))
def test_role_names_belong_to_one_cohort_each(cohorts: list[dict[str, str]]) -> None:
    rows: list[dict[str, object]] = [{"id": i, **one} for i, one in enumerate(cohorts)]

    for name, id_ in named(rows).items():
        mine = [one for one in cohorts if (one["idnumber"] or one["name"]) == name]
        assert mine == [cohorts[id_]]


@given(st.integers(min_value=1, max_value=1000), st.integers(min_value=1, max_value=16))
def test_batches_are_neither_empty_nor_too_large(accounts: int, connections: int) -> None:
    size = part_size(accounts, connections)

    assert 1 <= size <= LARGEST_BATCH
    assert -(-accounts // size) <= max(connections, -(-accounts // LARGEST_BATCH))


@given(st.from_regex(r"[a-z]{2,3}([_-][A-Z]{2})?", fullmatch=True))
def test_language_has_its_own_name_and_the_shorter_one(language: str) -> None:
    names = languages_for(language)

    assert names[0] == language.lower().replace("-", "_")
    assert names[-1] == names[0].partition("_")[0]


def test_language_is_learnt_from_what_was_refused() -> None:
    languages = Languages(set())

    before = languages.candidates("fr_FR")
    languages.learn("fr_FR", "fr")
    languages.learn("de_DE", None)

    assert before == ["fr_fr", "fr"]
    assert (languages.proved("fr_FR"), languages.is_open("fr_CA")) == ("fr", True)
    assert (languages.proved("de_DE"), languages.is_open("de_DE")) == (None, False)


@given(st.text(max_size=20), st.text(max_size=20))
def test_names_that_moodle_insists_on_are_never_empty(first: str, last: str) -> None:
    account = NewAccount(
        "ann", "ann@example.org", "x", frozenset(), {"firstname": first, "lastname": last}
    )

    body = body_of(account, None)

    assert str(body["firstname"]).strip()
    assert str(body["lastname"]).strip()
    assert "createpassword" not in body


@pytest.mark.parametrize(
    ("idnumber", "key"),
    [
        ("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0006", UUID("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0006")),
        ("civi-42", None),
        ("", None),
    ],
)
def test_id_number_of_another_is_no_key_of_ours(idnumber: str, key: UUID | None) -> None:
    user = {"id": 6, "username": "carol", "email": "carol@example.org", "idnumber": idnumber}

    assert account_from(user, frozenset(), frozenset()).key == key


@given(st.text(), st.text(min_size=1))
def test_nothing_hidden_is_left_in_a_text(text: str, secret: str) -> None:
    if secret != "…":
        assert secret not in without(f"{text}{secret}", (secret,)).replace("…", "")


def test_only_an_exception_is_a_refusal() -> None:
    assert refusal_in([{"exception": "x"}]) is None
    assert refusal_in({"warnings": []}) is None
    assert refusal_in({"exception": "x"}) is not None
    assert plain("<div>Passwords&nbsp;must</div>") == "Passwords must"
