"""Every error that a real CiviCRM was seen to give becomes the error that says what to do next."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pytest_httpserver import HTTPServer

from crm.recorded import Recording, recording, recordings
from latchkey.remote.call import Limits
from latchkey.remote.civicrm.answers import Duplicate, Incomplete, PermissionLacking, Unsupported
from latchkey.remote.civicrm.api import Api, Call
from latchkey.remote.civicrm.reading import is_read
from latchkey.remote.doors import Doors
from latchkey.remote.errors import (
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)

CIVICRM = {
    "activity-create-bad-type": Incomplete,
    "activity-create-missing-source": Incomplete,
    "activity-create-no-such-target": Incomplete,
    "api3-wp-json-rest-bad-api-key": TransientError,
    "api3-wp-json-rest-no-key": TransientError,
    "auth-header-bearer-no-xrequested": SiteError,
    "contact-create-duplicate-external-id": Duplicate,
    "entitytag-create-duplicate": Duplicate,
    "error-bad-key": SiteError,
    "error-guard-default-guards": PermissionLacking,
    "error-guard-no-permission": PermissionLacking,
    "error-jwt-expired": SiteError,
    "error-mandatory-missing": Incomplete,
    "error-missing-permission": PermissionLacking,
    "error-missing-permission-create": PermissionLacking,
    "error-multicall-by-get": SiteError,
    "error-no-credential-setting": PermissionLacking,
    "error-unknown-action": Unsupported,
    "error-unknown-entity": Unsupported,
    "error-unknown-field-where": Unsupported,
    "error-unknown-param": Unsupported,
    "error-write-by-get": SiteError,
    "group-create-duplicate-name": Duplicate,
    "groupcontact-create-duplicate": Duplicate,
    "groupcontact-create-no-such-contact": Incomplete,
    "groupcontact-create-no-such-group": Incomplete,
    "multicall-all-errors": Unsupported,
    "optionvalue-create-bad-group": Incomplete,
    "optionvalue-create-duplicate-value": Duplicate,
    "setting-get-unknown": Unsupported,
    "tag-create-duplicate": Duplicate,
    "ufmatch-create-duplicate-contact": Duplicate,
    "ufmatch-create-duplicate-uf-name": Duplicate,
    "ufmatch-get-nonadmin-403": PermissionLacking,
}
DRUPAL_7 = {
    "err_anonymous": SiteError,
    "err_authx_bad_key": SiteError,
    "err_get_write": SiteError,
    "err_no_xhr_header": SiteError,
    "err_unknown_action": Unsupported,
    "err_unknown_entity": Unsupported,
    "err_unknown_field": Unsupported,
    "err_user_entity": Unsupported,
}
STANDALONE = {
    "authx_id_bad_key": SiteError,
    "err_anonymous_user_get": SiteError,
    "err_anonymous_user_get_xhr": PermissionLacking,
    "err_bad_key_user_get": SiteError,
    "err_contact_delete_permanent_with_user": RejectedError,
    "err_get_http_method_write": SiteError,
    "err_key_of_contact_without_user": PermissionLacking,
    "err_key_without_authenticate_permission": PermissionLacking,
    "err_malformed_json_params": TransientError,
    "err_unknown_entity": Unsupported,
    "err_unknown_field_where": Unsupported,
    "err_user_create_bad_role": Incomplete,
    "err_user_create_blocked_by_half_made_user": Duplicate,
    "err_user_create_duplicate_contact": Duplicate,
    "err_user_create_duplicate_email_debug": Duplicate,
    "err_user_create_hashed_password": PermissionLacking,
    "err_user_create_password_no_actor": PermissionLacking,
    "err_user_save_two_new_with_unique_uf_id_index": Duplicate,
    "key_of_inactive_user": TransientError,
    "multi_calls": Unsupported,
    "svc2_domain_get": PermissionLacking,
    "svc2_err_duplicate_debug": Duplicate,
    "svc_err_user_create_duplicate": RejectedError,  # the reason is hidden from this key
}
STANDALONE_6 = {
    "authx_id_bad_key": SiteError,
    "err_anonymous": SiteError,
    "err_anonymous_xhr": PermissionLacking,
    "err_bad_role": Incomplete,
    "err_contact_delete_with_user": RejectedError,
    "err_duplicate_contact": Duplicate,
    "err_duplicate_email_debug": Duplicate,
    "err_get_write": SiteError,
    "err_key_of_contact_without_user": PermissionLacking,
    "err_malformed_json": TransientError,
    "err_missing_username": RejectedError,
    "err_old_action_sendPasswordReset": Unsupported,
    "err_password_no_actor": PermissionLacking,
    "err_send_password_reset_email_user_without_contact": UnknownOutcome,
    "err_unknown_entity": Unsupported,
    "err_unknown_field": Unsupported,
    "svc_err_duplicate_email": RejectedError,
}
MEANT: dict[str, type[RemoteError]] = {
    f"{folder}/{name}": kind
    for folder, table in {
        "civicrm": CIVICRM,
        "civicrm-drupal7": DRUPAL_7,
        "standalone": STANDALONE,
        "standalone-6.12": STANDALONE_6,
    }.items()
    for name, kind in table.items()
}
ERRORS = [one for one in recordings() if one.is_error]


@pytest.fixture
def api(httpserver: HTTPServer) -> Iterator[Api]:
    limits = Limits(answer=5, tries=1)
    api = Api(Doors(limits=limits).http(httpserver.url_for(""), is_read=is_read))
    yield api
    api.close()


def answer(httpserver: HTTPServer, path: str, told: Recording) -> None:
    httpserver.expect_request(path).respond_with_data(
        told.body, told.status, content_type=told.content_type
    )


def outcomes(api: Api, told: Recording) -> list[object]:
    """What comes of making the recorded request."""
    route = urlsplit(told.target).path
    if route.endswith("authx/id"):
        return [api.who_am_i()]
    if route.endswith("/api4"):
        return list(api.calls(_calls(told)))
    entity, action = route.split("/")[-2:] if "api4" in route else ("Contact", "get")
    return [api.call(entity, action)]


def _calls(told: Recording) -> list[Call]:
    body = told.json
    count = len(body) if isinstance(body, dict) and "error_message" not in body else 1
    return [Call("User", "get")] * count


def test_no_recorded_error_is_without_a_meaning() -> None:
    assert {one.label for one in ERRORS} == MEANT.keys()


@pytest.mark.parametrize("told", ERRORS, ids=lambda told: told.label)
def test_recorded_error_becomes_the_error_that_says_what_to_do(
    httpserver: HTTPServer, api: Api, told: Recording
) -> None:
    if not told.target.endswith("authx/id"):
        answer(httpserver, "/civicrm/authx/id", recording("civicrm/authx-id"))
    answer(httpserver, urlsplit(told.target).path, told)

    try:
        found = outcomes(api, told)[-1]
    except RemoteError as error:
        found = error

    assert type(found) is MEANT[told.label], found
    assert "PLACEHOLDER" not in str(found)


@pytest.mark.parametrize(
    "label",
    [
        "civicrm-drupal7/authx_id_anonymous",
        "standalone/authx_id_anonymous",
        "standalone-6.12/authx_id_anonymous",
    ],
)
def test_being_taken_for_nobody_is_an_error(httpserver: HTTPServer, api: Api, label: str) -> None:
    answer(httpserver, "/civicrm/authx/id", recording(label))

    with pytest.raises(SiteError, match="anonymous visitor"):
        api.who_am_i()


def test_a_guard_that_is_not_met_names_the_permission(httpserver: HTTPServer, api: Api) -> None:
    answer(httpserver, "/civicrm/authx/id", recording("standalone/err_key_of_contact_without_user"))

    with pytest.raises(PermissionLacking, match='"authenticate with api key"'):
        api.who_am_i()


def test_debug_output_of_an_error_is_not_repeated(httpserver: HTTPServer, api: Api) -> None:
    answer(httpserver, "/civicrm/authx/id", recording("civicrm/authx-id"))
    told = recording("standalone/err_user_create_duplicate_email_debug")
    answer(httpserver, "/civicrm/ajax/api4/User/create", told)

    with pytest.raises(Duplicate) as caught:
        api.call("User", "create", {"values": {"username": "ada2"}})

    assert "INSERT" in told.body.decode()
    assert "INSERT" not in str(caught.value)
