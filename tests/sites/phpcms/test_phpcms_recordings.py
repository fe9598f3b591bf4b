"""What Drupal 7 and Backdrop were seen to refuse, by whatever way, is refused with what to do next.

The recordings are of their forms, commands and modules, none of which Latchkey uses. The same is
asked of the script here, and of its stand-in.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from latchkey.policy.values import Account, AccountChange
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Conflict, Missing, RejectedError, RemoteError, SiteError
from latchkey.sites.contract import Site
from sites.connecting import outcome
from sites.phpcms.stand import PracticeStand, practice_stand
from sites.phpcms.stub_stand import stub_stand
from sites.stand import named, people, person

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
CMSES = ("drupal7", "backdrop")
GONE = Account("999999", "gone", "gone@example.org")

Act = Callable[[PracticeStand, Site], object]


@dataclass(frozen=True, slots=True)
class Becomes:
    """The kind of error, and words that its text holds."""

    kind: type[RemoteError]
    words: str


def created(**different: str) -> Act:
    """Make somebody who differs from an ordinary member in this."""

    def act(stand: PracticeStand, site: Site) -> object:
        return outcome(lambda: site.create([replace(person(stand.role), **different)]))  # type: ignore[arg-type]

    return act


def created_again(*same: str) -> Act:
    """Make somebody who has this in common with somebody who is there."""

    def act(stand: PracticeStand, site: Site) -> object:
        there, new = people(2, stand.role)
        stand.make([there])
        taken = named(new, **{one: getattr(there, one) for one in same})
        return outcome(lambda: site.create([taken]))

    return act


def created_with_unknown_role(_stand: PracticeStand, site: Site) -> object:
    return outcome(lambda: site.create([person("nope")]))


def created_with_unknown_field(stand: PracticeStand, site: Site) -> object:
    ann = replace(person(stand.role), fields={"nope": "1"})
    return outcome(lambda: site.create([ann]))


def given_unknown_role(stand: PracticeStand, site: Site) -> object:
    account = made(stand, site)
    return outcome(lambda: site.update([AccountChange(account, roles=frozenset({"nope"}))]))


def given_the_address_of_another(stand: PracticeStand, site: Site) -> object:
    account, other = made(stand, site), made(stand, site)
    return outcome(lambda: site.update([AccountChange(account, email=other.email)]))


def user_one_changed(_stand: PracticeStand, site: Site) -> object:
    admin = site.get(["1"])["1"]
    return outcome(lambda: site.update([AccountChange(admin, password="Taken-over-1!")]))


def nobody_changed(_stand: PracticeStand, site: Site) -> object:
    return outcome(lambda: site.enable([GONE]))


def nobody_told(_stand: PracticeStand, site: Site) -> object:
    return outcome(lambda: site.tell([GONE]))


def at_another_folder(stand: PracticeStand, _site: Site) -> object:
    elsewhere = stand.spec.connect(stand.connection(stand.url, root="/nonexistent"), Doors())
    try:
        return outcome(lambda: [elsewhere.roles()])
    finally:
        elsewhere.close()


BAD_ADDRESS = (created(email="nope"), Becomes(RejectedError, "e-mail address"))
NO_ROLE = (created_with_unknown_role, Becomes(RejectedError, "no role nope"))
NO_ROLE_TO_GIVE = (given_unknown_role, Becomes(RejectedError, "no role nope"))
TAKEN_NAME = (created_again("username"), Becomes(Conflict, "username is taken"))
TAKEN_ADDRESS = (created_again("email"), Becomes(Conflict, "address is taken"))
TAKEN_BOTH = (created_again("username", "email"), Becomes(Conflict, "is taken"))
NOBODY = (nobody_told, Becomes(Missing, "no such account"))
NO_FOLDER = (at_another_folder, Becomes(SiteError, "/nonexistent"))

OUTCOMES: dict[str, tuple[Act, Becomes]] = {
    "backdrop/bee_user_add_role_unknown": NO_ROLE_TO_GIVE,
    "backdrop/bee_user_create_bad_mail": BAD_ADDRESS,
    "backdrop/bee_user_create_duplicate_mail": TAKEN_ADDRESS,
    "backdrop/bee_user_create_duplicate_name": TAKEN_NAME,
    "backdrop/bee_wrong_root": NO_FOLDER,
    "backdrop/form_create_bad_mail": BAD_ADDRESS,
    "backdrop/form_create_duplicate": TAKEN_BOTH,
    "backdrop/form_password_reset_unknown": NOBODY,
    "backdrop/script_cms_users_jsonl c2": TAKEN_BOTH,
    "backdrop/script_cms_users_jsonl c3": (
        created(username="bad  name", email="nope"),
        Becomes(RejectedError, "username"),
    ),
    "backdrop/script_cms_users_jsonl c4": NO_ROLE,
    "backdrop/script_cms_users_jsonl c5": (
        created_with_unknown_field,
        Becomes(RejectedError, "no field nope"),
    ),
    "backdrop/script_cms_users_jsonl d2": (nobody_changed, Becomes(Missing, "no such account")),
    "backdrop/services_create_bad_mail": BAD_ADDRESS,
    "backdrop/services_create_bad_role": NO_ROLE,
    "backdrop/services_create_duplicate": TAKEN_BOTH,
    "backdrop/services_create_duplicate_mail": TAKEN_ADDRESS,
    "backdrop/services_create_duplicate_name": TAKEN_NAME,
    "backdrop/services_create_missing_mail": (
        created(email=""),
        Becomes(RejectedError, "e-mail address"),
    ),
    "backdrop/services_create_missing_name": (
        created(username=""),
        Becomes(RejectedError, "username"),
    ),
    "drupal7/drush_user_add_role_unknown": NO_ROLE_TO_GIVE,
    "drupal7/drush_user_create_duplicate_mail": TAKEN_ADDRESS,
    "drupal7/drush_user_create_duplicate_name": TAKEN_NAME,
    "drupal7/drush_user_information_unknown": NOBODY,
    "drupal7/form_create_bad_mail": BAD_ADDRESS,
    "drupal7/form_create_duplicate": TAKEN_BOTH,
    "drupal7/form_password_reset_unknown": NOBODY,
    "drupal7/services_create_bad_mail": BAD_ADDRESS,
    "drupal7/services_create_bad_role": NO_ROLE,
    "drupal7/services_create_duplicate": TAKEN_BOTH,
    "drupal7/services_create_duplicate_mail": TAKEN_ADDRESS,
    "drupal7/services_create_duplicate_name": TAKEN_NAME,
    "drupal7/services_create_missing_mail": (
        created(email=""),
        Becomes(RejectedError, "e-mail address"),
    ),
    "drupal7/services_create_missing_name": (
        created(username=""),
        Becomes(RejectedError, "username"),
    ),
    "drupal7/services_create_unknown_role_with_administer_permissions": NO_ROLE,
    "drupal7/services_request_new_password_unknown": NOBODY,
    "drupal7/services_retrieve_deleted": (nobody_changed, Becomes(Missing, "no such account")),
    "drupal7/services_update_mail_duplicate": (
        given_the_address_of_another,
        Becomes(Conflict, "address is taken"),
    ),
    "drupal7/services_update_uid1": (user_one_changed, Becomes(RejectedError, "user 1")),
    "drupal7/services_update_unknown_role": NO_ROLE_TO_GIVE,
}
NO_DOOR = "the script needs no log-in over HTTP, and no permission but that to run php"
NEVER_ASKED = {
    "form_login_wrong": "Latchkey fills in no form of the site",
    "services_create_anonymous": NO_DOOR,
    "services_create_with_notify_and_roles": "the script mails in a step of its own",
    "services_create_without_csrf": NO_DOOR,
    "services_create_without_permission": NO_DOOR,
    "services_index_by_mail_500": "the script asks the database for one column of users",
    "services_index_by_name_500": "the script asks the database for one column of users",
    "services_login_wrong_password": NO_DOOR,
}
# What the modules let through or passed over without a word, and the script does not.
SILENT = {
    "drupal7/form_password_reset_unknown",
    "drupal7/services_create_bad_role",
    "drupal7/services_update_mail_duplicate",
    "drupal7/services_update_uid1",
    "drupal7/services_update_unknown_role",
}


CROSS = "\u2718"  # by which bee says that something went wrong


def refusals_in(label: str, told: dict[str, Any]) -> Iterator[str]:
    """The label where something went wrong; of a script's lines those that say so."""
    response = told["response"]
    if "script_" in label:
        lines = map(json.loads, response["body"]["stdout"].splitlines())
        yield from (f"{label} {line['ref']}" for line in lines if line.get("ok") is False)
        return
    status = response["status"]
    failed = status != 0 if told["request"]["method"] == "EXEC" else status >= 400
    said = [*response.get("messages", ()), str(response["body"])]
    complaint = any(one.startswith("Error message") or CROSS in one for one in said)
    if failed or complaint or label in SILENT:
        yield label


ERRORS = {
    refusal
    for cms in CMSES
    for path in (RECORDINGS / cms).glob("*.json")
    for refusal in refusals_in(f"{cms}/{path.stem}", json.loads(path.read_text("utf-8")))
}


def made(stand: PracticeStand, site: Site) -> Account:
    account = outcome(lambda: site.create([person(stand.role)]))
    assert isinstance(account, Account)
    return account


@pytest.fixture(
    scope="module",
    params=[(practice_stand, one) for one in CMSES] + [(stub_stand, one) for one in CMSES],
    ids=lambda one: f"{one[0].__name__} {one[1]}",
)
def stand(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PracticeStand]:
    """The stand-in for each, and the script itself on a stub of each."""
    making, cms = request.param
    with making(cms, tmp_path_factory.mktemp(cms)) as stand:
        yield stand


@pytest.fixture(scope="module")
def site(stand: PracticeStand) -> Iterator[Site]:
    site = stand.spec.connect(stand.connection(stand.url), Doors())
    yield site
    site.close()


def test_every_recorded_refusal_has_an_outcome() -> None:
    never = {label for label in ERRORS if label.partition("/")[2] in NEVER_ASKED}

    assert never | OUTCOMES.keys() == ERRORS
    assert not never & OUTCOMES.keys()
    assert {label.partition("/")[2] for label in never} == NEVER_ASKED.keys()


def test_recorded_refusals_become(stand: PracticeStand, site: Site) -> None:
    ours = {label: one for label, one in OUTCOMES.items() if label.startswith(stand.spec.kind)}

    for act, expected in dict.fromkeys(ours.values()):
        refused = act(stand, site)

        assert type(refused) is expected.kind, (expected, refused)
        assert expected.words in str(refused)
