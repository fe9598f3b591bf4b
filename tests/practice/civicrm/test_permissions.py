"""What a key sees and may do with the permissions it has."""

import pytest

from latchkey.practice import database
from latchkey.practice.civicrm import hosting
from practice.civicrm import lab
from practice.civicrm.client import Client

EVERY_KEY_HAS = frozenset({"access CiviCRM", "authenticate with api key", "view debug output"})


@pytest.fixture
def limited(crm: Client) -> Client:
    return crm.as_holder_of(lab.LIMITED_KEY)


def granted(*permissions: str) -> None:
    with database.transaction() as db:
        hosting.grant(db, 3, EVERY_KEY_HAS | set(permissions))


@pytest.mark.parametrize(
    ("permission", "entity", "action", "params"),
    [
        ("administer CiviCRM", "UFMatch", "get", {}),
        ("administer CiviCRM", "Setting", "get", {}),
        ("administer CiviCRM", "Domain", "get", {}),
        ("administer CiviCRM", "Group", "create", {"values": {"title": "New"}}),
        ("administer CiviCRM", "SubscriptionHistory", "get", {}),
        ("add contacts", "Contact", "create", {"values": {"first_name": "New"}}),
        ("edit all contacts", "Contact", "save", {"records": []}),
        ("edit all contacts", "GroupContact", "save", {"records": []}),
        ("edit all contacts", "EntityTag", "save", {"records": []}),
        ("view all contacts", "Email", "get", {}),
        ("view all activities", "Activity", "save", {"records": []}),
        ("delete contacts", "Contact", "delete", {"where": [["id", "=", 999]]}),
    ],
)
def test_call_takes_its_permission(
    limited: Client, permission: str, entity: str, action: str, params: dict[str, object]
) -> None:
    granted()
    without = limited.answer(entity, action, **params)
    granted(permission)
    allowed = limited.answer(entity, action, **params)

    assert (without["error_message"], without["status"]) == ("Authorization failed", 403)
    assert "error_code" not in allowed


def test_check_access_tells_beforehand(limited: Client) -> None:
    granted()
    before = limited.values("Contact", "checkAccess", action="update", values={"id": 1})
    granted("edit all contacts")
    after = limited.values("Contact", "checkAccess", action="update", values={"id": 1})

    assert (before, after) == ([{"access": False}], [{"access": True}])


def test_without_view_all_contacts_there_is_at_most_oneself(limited: Client) -> None:
    granted()
    nobody = limited.ids()
    granted("view my contact")
    oneself = limited.ids()
    granted("view all contacts")
    everybody = limited.ids()

    assert (nobody, oneself) == ([], [205])
    assert len(everybody) > 1


def test_activities_are_seen_by_whoever_sees_their_contacts(limited: Client) -> None:
    granted("view all activities", "view my contact")
    values = {"activity_type_id": 1, "source_contact_id": "user_contact_id"}
    (made,) = limited.values("Activity", "create", values=values)
    granted()
    without_any = limited.ids("Activity")
    granted("view my contact")
    own = limited.ids("Activity")
    granted("view all contacts")
    everybodys = limited.ids("Activity")

    assert (without_any, own) == ([], [made["id"]])
    assert made["id"] in everybodys


def test_check_access_tells_whether_activities_may_be_written(limited: Client) -> None:
    any_ = {"subject": "any"}
    granted("view all contacts")
    (before,) = limited.values("Activity", "checkAccess", action="create", values=any_)
    granted("view all activities")
    (after,) = limited.values("Activity", "checkAccess", action="create", values=any_)

    assert (before["access"], after["access"]) == (False, True)


def test_check_access_wants_values(crm: Client) -> None:
    answer = crm.answer("Activity", "checkAccess", action="create", values={})

    assert answer["error_message"] == 'Parameter "values" is required.'


def test_administering_is_access_too(limited: Client) -> None:
    with database.transaction() as db:
        hosting.grant(db, 3, frozenset({"authenticate with api key", "administer CiviCRM"}))

    assert limited.ids("Group")


def test_errors_are_generic_without_view_debug_output(crm: Client, limited: Client) -> None:
    params = {"where": [["nosuch", "=", 1]]}

    readable = crm.answer("Contact", "get", **params)
    generic = limited.answer("Contact", "get", **params)

    assert (readable["error_code"], readable["error_message"]) == (0, "Invalid field 'nosuch'")
    assert generic["error_code"] == "1"
    assert "nosuch" not in generic["error_message"]
