"""What Joomla writes is read without surprise, whatever it writes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.remote.errors import (
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.http import Answer
from latchkey.sites.joomla.api import parsed, record_in, rows_in
from latchkey.sites.joomla.groups import Naming, tree_of
from latchkey.sites.joomla.mail_to_user import Evidence, shown_by
from latchkey.sites.joomla.refusals import Refusal, read_error, write_error
from latchkey.sites.joomla.reset_form import token_in
from latchkey.sites.joomla.users import (
    account_from,
    foreign,
    group_ids,
    group_titles,
    params_for,
    readable,
    searchable,
)

TOKEN = "0123456789abcdef0123456789abcdef"
TREE = tree_of(
    [
        {"id": 1, "parent_id": 0, "title": "Public"},
        {"id": 2, "parent_id": 1, "title": "Registered"},
        {"id": 8, "parent_id": 1, "title": "Super Users"},
    ],
    Naming.TITLE,
)
USER = {"id": 5, "username": "ann", "email": "ann@example.org", "block": 0}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["errors", "title", "data", "attributes", "groups", "id", "params"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
trees = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 30), st.sampled_from(["A", "B", "C", "7"])),
    max_size=12,
    unique_by=lambda one: one[0],
)


def answer(status: int, body: object, *, was_read: bool) -> Answer:
    headers = {"content-type": "application/vnd.api+json"}
    return Answer(status, headers, json.dumps(body).encode(), was_read)


@given(body=anything, status=st.integers(201, 599), method=st.sampled_from(["POST", "PATCH"]))
def test_every_refusal_says_what_to_do(body: object, status: int, method: str) -> None:
    reading = read_error(answer(status, body, was_read=True), ())
    writing = write_error(answer(status, body, was_read=False), method, ())

    assert str(reading)
    assert writing.said if isinstance(writing, Refusal) else str(writing)


@given(body=anything, status=st.integers(500, 599))
def test_failure_in_the_middle_is_no_refusal(body: object, status: int) -> None:
    assert type(read_error(answer(status, body, was_read=True), ())) is TransientError
    assert type(write_error(answer(status, body, was_read=False), "POST", ())) is UnknownOutcome


@given(before=st.text(max_size=400), secret=st.text("abcXYZ09!", min_size=4, max_size=20))
def test_refusal_quotes_no_secret(before: str, secret: str) -> None:
    body = {"errors": [{"title": f"{before} {secret}"}]}

    refusal = write_error(answer(400, body, was_read=False), "POST", (secret,))

    assert isinstance(refusal, Refusal)
    assert secret not in refusal.said


@given(body=anything)
def test_what_is_no_document_holds_no_records(body: object) -> None:
    rows, record = rows_in(body), record_in(body)

    assert rows is None or all(isinstance(row, dict) for row in rows)
    assert record is None or isinstance(record, dict)


@given(user=st.dictionaries(st.sampled_from([*USER, "groups", "name"]), anything))
def test_what_lacks_what_every_user_has_is_no_account(user: dict[str, object]) -> None:
    account = account_from(user, group_ids(user), TREE)

    assert (account is None) is not (set(USER) <= set(user))


@given(names=anything, count=anything)
def test_titles_are_told_only_when_they_are_all_there(names: object, count: object) -> None:
    titles = group_titles({"group_names": names, "group_count": count})

    assert titles is None or len(titles) == count


def test_title_of_more_than_one_line_is_not_guessed_at() -> None:
    assert group_titles({"group_names": "Choir\nof boys", "group_count": 1}) is None
    assert group_titles({"group_names": "Choir\nBand", "group_count": 2}) == ["Choir", "Band"]
    assert group_titles({"group_names": "", "group_count": 0}) == []


@pytest.mark.parametrize("groups", [{"2": 2, "3": 3}, [2, "3"], {"a": "2", "b": "3"}])
def test_groups_are_read_in_every_form(groups: object) -> None:
    assert group_ids({"groups": groups}) == {2, 3}


@given(described=trees, naming=st.sampled_from(Naming))
def test_every_group_has_a_name_of_its_own(
    described: list[tuple[int, int, str]], naming: Naming
) -> None:
    rows = [{"id": id_, "parent_id": up, "title": title} for id_, up, title in described]

    tree = tree_of(rows, naming)

    assert set(tree.names) == {id_ for id_, _, _ in described} - {tree.root}
    assert all(tree.roles([id_]) == {name} for id_, name in tree.names.items())
    assert {6, 7, 8} <= tree.powerful
    assert tree.super_users <= tree.powerful


@given(described=trees)
def test_role_leads_to_its_group_and_back(described: list[tuple[int, int, str]]) -> None:
    rows = [{"id": id_, "parent_id": up, "title": title} for id_, up, title in described]
    tree = tree_of(rows, Naming.ID)
    wanted = sorted(tree.names.values())[:3]

    ids, unknown = tree.ids([*wanted, "no such group"])

    assert unknown == ["no such group"]
    assert tree.roles(ids) == set(wanted)


def test_group_below_a_powerful_one_inherits_its_power() -> None:
    rows = [(1, 0), (8, 1), (20, 8), (21, 20), (22, 1)]

    tree = tree_of([{"id": i, "parent_id": up, "title": str(i)} for i, up in rows], Naming.ID)

    assert {20, 21} <= tree.super_users
    assert 22 not in tree.powerful


def test_root_is_no_role() -> None:
    assert TREE.roles([1, 2]) == {"Registered"}
    assert TREE.ids([]) == ([1], [])
    assert TREE.ids(["Public"]) == ([1], ["Public"])


@given(
    plugins=st.lists(st.dictionaries(st.sampled_from(["folder", "element", "params"]), anything))
)
def test_other_plugins_show_nothing(plugins: list[dict[str, object]]) -> None:
    assert shown_by(plugins) is Evidence.NOT_SHOWN


@pytest.mark.parametrize(
    ("shown", "evidence"),
    [
        ({"enabled": 0}, Evidence.SILENT),
        ({"enabled": 1}, Evidence.NOT_SHOWN),
        ({"params": {"mail_to_user": "0"}}, Evidence.SILENT),
        ({"params": {"mail_to_user": 1}}, Evidence.MAILS),
        ({"params": '{"mail_to_user":"0"}'}, Evidence.SILENT),
        ({"params": '{"mail_to_user":"1"}'}, Evidence.MAILS),
        ({"params": {"mail_to_user": "nobody knows"}}, Evidence.MAILS),
        ({"params": "{cut"}, Evidence.NOT_SHOWN),
        ({"params": {}}, Evidence.NOT_SHOWN),
    ],
)
def test_plugin_shows_whether_it_mails(shown: dict[str, object], evidence: Evidence) -> None:
    assert shown_by([{"folder": "user", "element": "joomla", **shown}]) is evidence


@pytest.mark.parametrize(
    ("page", "token"),
    [
        (f'<input name="jform[email]"><input type="hidden" name="{TOKEN}" value="1">', TOKEN),
        (f"<input name='jform[email]'><input type='hidden' name='{TOKEN}' value='1'/>", TOKEN),
        (f'<input type="hidden" name="{TOKEN}" value="1">', None),
        (f'<input name="jform[email]"><input type="text" name="{TOKEN}">', None),
        ('<input name="jform[email]"><input type="hidden" name="return" value="x">', None),
        ("<h1>Under construction</h1>", None),
    ],
)
def test_hidden_field_is_found_beside_the_form_only(page: str, token: str | None) -> None:
    assert token_in(page) == token


@given(text=st.text(max_size=300))
def test_no_page_gives_another_token(text: str) -> None:
    found = token_in(text)

    assert found is None or len(found) == 32


@pytest.mark.parametrize("email", ["ann@bücher.example", "ann@example.org", "@", "ann", ""])
def test_address_is_read_as_it_was_written(email: str) -> None:
    assert readable(searchable(email)) == email


@given(email=st.text(max_size=40))
def test_address_of_any_kind_is_searched_for(email: str) -> None:
    assert isinstance(searchable(email), str)
    assert isinstance(readable(email), str)


@pytest.mark.parametrize(
    ("language", "params"),
    [
        ("fr_FR", {"params": {"language": "fr-FR"}}),
        ("fr-FR", {"params": {"language": "fr-FR"}}),
        ("fr", {}),
        ("../../fr-FR", {}),
        (None, {}),
    ],
)
def test_language_is_written_as_joomla_does(
    language: str | None, params: dict[str, object]
) -> None:
    assert params_for(language) == params


def test_only_fields_of_the_site_are_known() -> None:
    asked = {"name": "Ann", "club": "x", "nope": "y"}

    assert foreign(asked, frozenset({"club"})) == ["nope"]


@pytest.mark.parametrize(
    ("body", "kind"), [(b'{"data": [', TransientError), (b"<br />Notice: {}", SiteError)]
)
def test_cut_answer_is_told_from_a_wrong_address(body: bytes, kind: type[Exception]) -> None:
    cut = Answer(200, {"content-type": "application/json"}, body, was_read=True)

    with pytest.raises(kind):
        parsed(cut)
