"""Every error that RFC 7644 names in section 3.12, and which of ours it becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.remote.errors import (
    Conflict,
    Missing,
    RateLimited,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.sites.scim.calls import outcome_of
from latchkey.sites.scim.refusals import (
    Asked,
    ChangedError,
    NoFilterError,
    error_for,
    refusal_in,
)

READING = Asked("read users", "/Users", reads=True)
MAKING = Asked("change users", "/Users", reads=False)
CHANGING = Asked("change users", "/Users/1", reads=False, one=True)
SECRET = "the-token"
# status, scimType, and what it is while reading, making and changing.
TABLE = [
    (400, "", SiteError, RejectedError, RejectedError),
    (400, "invalidFilter", NoFilterError, NoFilterError, NoFilterError),
    (400, "tooMany", NoFilterError, NoFilterError, NoFilterError),
    (400, "uniqueness", Conflict, Conflict, Conflict),
    (400, "mutability", SiteError, RejectedError, RejectedError),
    (400, "invalidSyntax", SiteError, RejectedError, RejectedError),
    (400, "invalidPath", SiteError, RejectedError, RejectedError),
    (400, "noTarget", SiteError, RejectedError, RejectedError),
    (400, "invalidValue", SiteError, RejectedError, RejectedError),
    (400, "invalidVers", SiteError, RejectedError, RejectedError),
    (403, "sensitive", NoFilterError, NoFilterError, NoFilterError),
    (401, "", SiteError, SiteError, SiteError),
    (403, "", SiteError, SiteError, SiteError),
    (404, "", SiteError, SiteError, Missing),
    (409, "", Conflict, Conflict, Conflict),
    (409, "uniqueness", Conflict, Conflict, Conflict),
    (410, "", SiteError, SiteError, Missing),
    (412, "", ChangedError, ChangedError, ChangedError),
    (413, "", SiteError, RejectedError, RejectedError),
    (422, "", SiteError, RejectedError, RejectedError),
    (429, "", RateLimited, RateLimited, RateLimited),
    (500, "", TransientError, UnknownOutcome, UnknownOutcome),
    (501, "", NoFilterError, SiteError, SiteError),
    (503, "", TransientError, TransientError, TransientError),
]
every_error = pytest.mark.parametrize(
    ("status", "kind", "reading", "making", "changing"),
    TABLE,
    ids=[f"{status} {kind}".strip() for status, kind, *_ in TABLE],
)


def body(status: int, kind: str, detail: str = "Said by the service.") -> dict[str, object]:
    told = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": str(status)}
    return {**told, "detail": detail, **({"scimType": kind} if kind else {})}


@every_error
def test_error_says_what_to_do(
    status: int,
    kind: str,
    reading: type[RemoteError],
    making: type[RemoteError],
    changing: type[RemoteError],
) -> None:
    refusal = refusal_in(status, body(status, kind))

    became = [type(error_for(refusal, asked, ())) for asked in (READING, MAKING, CHANGING)]

    assert became == [reading, making, changing]


@every_error
def test_error_within_a_bulk_answer_is_the_same(
    status: int,
    kind: str,
    reading: type[RemoteError],  # noqa: ARG001 - a bulk answer is about making
    making: type[RemoteError],
    changing: type[RemoteError],  # noqa: ARG001 - as above
) -> None:
    operation = {"method": "POST", "status": str(status), "response": body(status, kind)}

    assert type(outcome_of(operation, "change users", ())) is making


def test_operation_that_is_not_answered_as_the_standard_says_is_unknown() -> None:
    odd: list[dict[str, object]] = [{}, {"status": "201"}, {"status": "perhaps", "location": "x/1"}]

    assert [type(outcome_of(one, "change users", ())) for one in odd] == [UnknownOutcome] * 3


def test_status_of_an_older_draft_is_read() -> None:
    made = {"status": {"code": "201"}, "location": "https://id.example.org/v2/Users/7/"}

    assert outcome_of(made, "change users", ()) == "7"


@given(
    status=st.integers(400, 599),
    told=st.one_of(
        st.none(),
        st.text(),
        st.lists(st.integers()),
        st.dictionaries(
            st.sampled_from(("scimType", "detail", "status")),
            st.one_of(st.none(), st.integers(), st.text(), st.just(f"no {SECRET} here")),
        ),
    ),
    asked=st.sampled_from((READING, MAKING, CHANGING)),
)
def test_no_answer_is_without_meaning_and_none_quotes_a_secret(
    status: int, told: object, asked: Asked
) -> None:
    error = error_for(refusal_in(status, told), asked, (SECRET,))

    assert isinstance(error, RemoteError)
    assert SECRET not in str(error)
