"""A dry run lets through only what surely reads."""

import json
import re
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.recorded import Recording, recordings
from latchkey.remote.civicrm.reading import READS, is_read

CLEAN = "/civicrm/ajax/api4"
FORMS = [
    "/civicrm/ajax/api4{}",
    "/sub/folder/civicrm/ajax/api4{}",
    "/?civiwp=CiviCRM&q=civicrm/ajax/api4{}",
    "/?q=civicrm%2Fajax%2Fapi4{}",
    "/index.php?option=com_civicrm&task=civicrm/ajax/api4{}",
]
MALFORMED = {
    "standalone/err_malformed_json_params",
    "standalone-6.12/err_malformed_json",
    "civicrm/json-body-is-ignored",
}
NAMED = re.compile(r"api4/\w+/(\w+)")
RECORDED = [one for one in recordings() if "api4/" in one.target and one.label not in MALFORMED]

actions = st.sampled_from(
    [*sorted(READS), "create", "save", "update", "delete", "replace", "set", "refresh", "GET"]
)
params = st.dictionaries(st.sampled_from(["select", "where", "limit"]), st.integers())


def body(**fields: object) -> bytes:
    return urlencode({name: json.dumps(value) for name, value in fields.items()}).encode()


def chained(action: str, inner: str) -> list[object]:
    return ["Contact", action, {"chain": {"x": ["Email", inner, {"where": []}]}}]


@pytest.mark.parametrize("told", RECORDED, ids=lambda told: told.label)
def test_recorded_request_is_a_read_when_its_action_is(told: Recording) -> None:
    action = NAMED.findall(told.target)[0]
    sent = str(told.request.get("body") or "").encode()

    assert is_read(str(told.request["method"]), told.target, sent) == (action in READS)


@pytest.mark.parametrize("form", FORMS)
@given(action=actions, given_params=params)
def test_single_call_is_a_read_when_its_action_is_one(
    form: str, action: str, given_params: dict[str, int]
) -> None:
    target = form.format(f"/Contact/{action}")

    assert is_read("POST", target, body(params=given_params)) == (action in READS)


@given(chosen=st.lists(actions, min_size=1), named=st.booleans())
def test_multi_call_is_a_read_when_every_action_in_it_is(chosen: list[str], *, named: bool) -> None:
    calls: object = [["Contact", action, {}] for action in chosen]
    if named:
        calls = {str(place): ["Contact", action, {}] for place, action in enumerate(chosen)}

    assert is_read("POST", CLEAN, body(calls=calls)) == (set(chosen) <= READS)


@given(outer=actions, inner=actions)
def test_chained_action_counts_as_well(outer: str, inner: str) -> None:
    both_read = {outer, inner} <= READS
    call = chained(outer, inner)

    assert is_read("POST", CLEAN, body(calls=[call])) == both_read
    assert is_read("POST", f"{CLEAN}/Contact/{outer}", body(params=call[2])) == both_read


@given(target=st.sampled_from([CLEAN, f"{CLEAN}/Contact", f"{CLEAN}/a/get/b"]), sent=st.binary())
def test_what_cannot_be_understood_is_a_write(target: str, sent: bytes) -> None:
    assert not is_read("POST", target, sent)


def test_address_that_names_two_actions_is_a_write() -> None:
    target = f"{CLEAN}/Contact/get?q=civicrm/ajax/api4/Contact/delete"

    assert not is_read("POST", target, b"params={}")


@pytest.mark.parametrize(
    "sent",
    [
        b"params={}&params=%7B%22chain%22%3A%7B%7D%7D",
        b"params={}&calls=[]",
        b"params[where]=1",
        b"params=[1]",
        b'params={"chain":[["Email","delete",{}]]}',
        b'params={"chain":{"x":"Email"}}',
        b"params=" + b"[" * 100_000,
    ],
)
def test_ambiguous_parameters_make_a_write(sent: bytes) -> None:
    assert not is_read("POST", f"{CLEAN}/Contact/get", sent)


def test_other_addresses_go_by_their_method() -> None:
    assert is_read("GET", "/civicrm/authx/id", b"")
    assert not is_read("POST", "/civicrm/authx/id", b"")
