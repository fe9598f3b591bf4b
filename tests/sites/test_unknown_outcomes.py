"""An unknown outcome costs a look and an attempt: no recorded error is one that could be known."""

from collections.abc import Iterator

from crm.outcomes import MEANT
from latchkey.remote.errors import RemoteError, UnknownOutcome
from sites.drupal.outcomes import OUTCOMES as DRUPAL
from sites.joomla.outcomes import OUTCOMES as JOOMLA
from sites.moodle.outcomes import OUTCOMES as MOODLE
from sites.phpcms.outcomes import OUTCOMES as PHPCMS
from sites.standalone.outcomes import OUTCOMES as STANDALONE
from sites.wordpress.outcomes import OUTCOMES as WORDPRESS

# Each with what Latchkey does so that it never meets the answer, which by itself tells nothing.
NOT_TO_BE_KNOWN = {
    "drupal password_reset_user_without_mail": "an account without an address is refused before",
    "joomla create_groups_string": "groups are always sent as a list",
    "civicrm standalone-6.12/err_send_password_reset_email_user_without_contact": "as below",
    "standalone err_send_password_reset_email_user_without_contact": "an account without a "
    "contact is refused before",
    "wordpress batch-users-require-all-validate": "no batch is sent that is done whole or not "
    "at all",
}


def recorded() -> Iterator[tuple[str, type[object]]]:
    """Every recorded error by its kind of site and name, and what it becomes."""
    yield from ((f"civicrm {name}", kind) for name, kind in MEANT.items())
    yield from ((f"drupal {name}", one.kind) for name, one in DRUPAL.items())
    yield from ((f"joomla {name}", one.kind) for name, one in JOOMLA.items())
    yield from ((f"moodle {name}", one.kind) for name, one in MOODLE.items())
    yield from ((f"phpcms {name}", one.kind) for name, (_, one) in PHPCMS.items())
    yield from ((f"standalone {name}", one.kind) for name, one in STANDALONE.items())
    yield from ((f"wordpress {name}", one.kind) for name, many in WORDPRESS.items() for one in many)


def test_recorded_error_is_unknown_only_where_it_cannot_be_known() -> None:
    unknown = {name for name, kind in recorded() if issubclass(kind, UnknownOutcome)}

    assert unknown == NOT_TO_BE_KNOWN.keys()


def test_no_recorded_error_is_left_without_a_name_of_its_own() -> None:
    assert [name for name, kind in recorded() if kind is RemoteError] == []
