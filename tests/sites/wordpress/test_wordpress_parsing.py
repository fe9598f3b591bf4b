"""What WordPress writes is read without surprise, whatever it writes."""

from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latchkey.policy.values import Account
from latchkey.remote.errors import RejectedError, SiteError, TransientError, UnknownOutcome
from latchkey.remote.http import Answer
from latchkey.sites.outcomes import settled
from latchkey.sites.wordpress.lost_password import login_page, told
from latchkey.sites.wordpress.refusals import Asked, error_for, refusal_in
from latchkey.sites.wordpress.rest import offer_in, parsed
from latchkey.sites.wordpress.users import (
    account_from,
    body_for,
    locale_for,
    powerful_role,
)
from latchkey.sites.wordpress.writing import (
    LARGEST_BATCH,
    Write,
    answers_in,
    part_size,
    rounds,
)

OWN = frozenset({"create_users", "list_users", "edit_users", "promote_users"})
USER = {"id": 5, "username": "ann", "email": "ann@example.org", "roles": ["subscriber"]}
unhurried = settings(deadline=None)  # a busy machine is no failure
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "message", "data", "params", "status", "id", "roles"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
names = st.sampled_from(["ann", "bob", "cy", "dee"])


@unhurried
@given(body=anything, status=st.integers(300, 599), reads=st.booleans())
def test_every_refusal_says_what_to_do(body: object, status: int, reads: bool) -> None:  # noqa: FBT001 - Hypothesis names it
    error = error_for(refusal_in(status, body), Asked(OWN, reads=reads))

    assert str(error)


@unhurried
@given(before=st.text(max_size=400), secret=st.text("abcXYZ09!", min_size=4, max_size=20))
def test_refusal_quotes_no_secret(before: str, secret: str) -> None:
    body = {"code": "rest_odd", "message": f"{before} {secret}", "data": {"status": 400}}
    asked = Asked(OWN, hidden=(secret,))

    error = error_for(refusal_in(400, body), asked)

    assert secret not in str(error)


@pytest.mark.parametrize("code", ["rest_cannot_edit", "rest_cannot_edit_roles"])
def test_protected_account_is_no_fault_of_the_connection(code: str) -> None:
    refusal = refusal_in(403, {"code": code, "message": "no"})

    assert type(error_for(refusal, Asked(OWN))) is RejectedError
    assert type(error_for(refusal, Asked(frozenset()))) is SiteError


def test_role_that_may_not_be_given_stops_the_rule() -> None:
    refusal = refusal_in(403, {"code": "rest_user_invalid_role", "message": "not allowed"})

    error = error_for(refusal, Asked(OWN, roles=frozenset({"shop_manager"})))

    assert isinstance(error, RejectedError)
    assert error.unknown_role == "shop_manager"


def test_unknown_role_is_picked_out_of_several() -> None:
    said = {"code": "rest_user_invalid_role", "message": "The role clerk does not exist."}

    error = error_for(refusal_in(400, said), Asked(OWN, roles=frozenset({"author", "clerk"})))

    assert isinstance(error, RejectedError)
    assert error.unknown_role == "clerk"


@pytest.mark.parametrize("code", ["internal_server_error", "db_insert_error", "something_new"])
def test_failure_in_the_middle_is_no_refusal(code: str) -> None:
    refusal = refusal_in(500, {"code": code, "message": "critical"})

    assert type(error_for(refusal, Asked(OWN))) is UnknownOutcome
    assert type(error_for(refusal, Asked(OWN, reads=True))) is TransientError


@unhurried
@given(user=anything)
def test_what_is_no_user_is_no_account(user: object) -> None:
    complete = isinstance(user, dict) and set(USER) <= set(user)

    assert (account_from(user) is None) is not complete
    assert powerful_role(user) is None or complete


@unhurried
@given(name=st.text(max_size=20))
def test_name_comes_back_as_it_was_meant(name: str) -> None:
    account = account_from({**USER, "last_name": escape(name, quote=False)})

    assert account is not None
    assert account.fields["last_name"] == name


def test_personal_power_says_nothing_of_the_role() -> None:
    power = {"manage_options": True, "subscriber": True}
    personal = {**USER, "capabilities": power, "extra_capabilities": power}
    by_role = {**USER, "capabilities": power, "extra_capabilities": {"subscriber": True}}

    assert powerful_role(personal) is None
    assert powerful_role(by_role) == "subscriber"
    assert powerful_role({**by_role, "roles": ["subscriber", "boss"]}) is None


@unhurried
@given(language=st.text(max_size=6) | st.none(), locales=st.frozensets(st.text(max_size=5)))
def test_locale_is_always_one_of_the_site(language: str | None, locales: frozenset[str]) -> None:
    assert locale_for(language, locales) in {None, *locales}


@pytest.mark.parametrize(
    ("language", "locale"),
    [("fr_FR", "fr_FR"), ("fr-FR", "fr_FR"), ("fi_FI", "fi"), ("de_CH", None), (None, None)],
)
def test_locale_is_found_by_its_name_or_its_language(
    language: str | None, locale: str | None
) -> None:
    assert locale_for(language, frozenset({"fr_FR", "fi", "de_DE"})) == locale


def test_only_what_is_given_is_sent() -> None:
    body = body_for(roles=(), fields={"url": ""}, email=None, password=None, locale=None)

    assert body == {"roles": [], "url": ""}


@unhurried
@given(shared=st.lists(st.frozensets(names, min_size=1, max_size=2), max_size=12))
def test_writes_that_share_a_name_follow_each_other(shared: list[frozenset[str]]) -> None:
    writes = {number: Write({}, alone) for number, alone in enumerate(shared)}

    done = rounds(writes)

    order = {number: turn for turn, numbers in enumerate(done) for number in numbers}
    assert sorted(number for numbers in done for number in numbers) == list(writes)
    assert all(
        order[first] < order[second]
        for first in writes
        for second in range(first + 1, len(shared))
        if shared[first] & shared[second]
    )


@unhurried
@given(number=st.integers(1, 1000), connections=st.integers(1, 16))
def test_parts_are_never_too_large(number: int, connections: int) -> None:
    size = part_size(number, connections)

    assert 1 <= size <= LARGEST_BATCH
    assert size * connections >= number or size == LARGEST_BATCH


@unhurried
@given(body=anything, number=st.integers(0, 5))
def test_every_request_of_a_batch_has_an_answer_or_none(body: object, number: int) -> None:
    assert len(answers_in(body, number)) == number
    assert len(answers_in({"responses": body}, number)) == number


def test_answers_after_the_break_are_missing() -> None:
    body = {"responses": [{"status": 201, "body": USER}]}

    assert answers_in(body, 3) == [(201, USER), None, None]


@unhurried
@given(description=anything, methods=anything, args=anything)
def test_site_that_tells_nothing_offers_nothing(
    description: object, methods: object, args: object
) -> None:
    told = {"endpoints": [{"methods": methods, "args": args}]}

    assert not offer_in(description).batch
    assert not offer_in(told).batch


@pytest.mark.parametrize(
    ("url", "installed", "folder"),
    [
        ("https://example.org", "https://example.org", ""),
        ("https://example.org", "https://example.org/wp", "/wp"),
        ("https://example.org/club", "https://example.org/club/wp/", "/wp"),
        ("https://example.org/club", "https://example.org/clubhouse", ""),
        ("https://example.org", "https://other.example/wp", ""),
        ("https://example.org", None, ""),
    ],
)
def test_folder_of_wordpress_is_below_the_site(
    url: str, installed: str | None, folder: str
) -> None:
    assert login_page({"url": installed}, url) == f"{folder}/wp-login.php"


@pytest.mark.parametrize(
    ("status", "location", "body", "kind"),
    [
        (302, "/wp-login.php?checkemail=confirm", "", type(None)),
        (302, "https://example.org/account?sent=1", "", UnknownOutcome),
        (200, "", "<div class='x' id='login_error'><p>No <b>such</b> one</p></div>", RejectedError),
        (200, "", "<form>captcha</form>", SiteError),
        (404, "", "gone", SiteError),
        (500, "", "error", UnknownOutcome),
    ],
)
def test_answer_of_the_form_tells_what_became_of_the_mail(
    status: int, location: str, body: str, kind: type[Any]
) -> None:
    answer = Answer(status, {"location": location}, body.encode(), was_read=False)

    assert type(told(answer, "/wp-login.php")) is kind


@pytest.mark.parametrize(
    ("body", "kind"), [(b'[{"id": 1', TransientError), (b"<br />Notice: []", SiteError)]
)
def test_cut_answer_is_told_from_a_wrong_address(body: bytes, kind: type[Exception]) -> None:
    answer = Answer(200, {"content-type": "application/json"}, body, was_read=True)

    with pytest.raises(kind):
        parsed(answer)


def test_what_was_done_is_kept_when_the_site_goes_down_in_between() -> None:
    made, down = Account("1", "ann", "ann@example.org"), TransientError("down")

    assert settled([made, down]) == [made, down]
    with pytest.raises(TransientError):
        settled([down, down])
    assert settled([]) == []
