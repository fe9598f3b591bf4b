"""A stored rule is the value that was written."""

from datetime import timedelta

import pytest

from latchkey.policy.rules import Afterwards, Existing, Notify
from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import load
from latchkey.service.configuration.rules import rule_value
from latchkey.service.installation import Installation
from latchkey.store import rules
from service.configuration.files import WHOLE, rule

pytestmark = pytest.mark.django_db


def test_ordinary_rule_has_the_defaults(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)

    value = rule_value(rules.find("members"))

    assert (value.crm, value.site, value.roles) == ("main", "www", frozenset({"subscriber"}))
    assert (value.existing, value.notify, value.afterwards) == (
        Existing.LINK,
        Notify.BOTH,
        Afterwards.REMOVE,
    )
    assert (value.review, value.brake, value.give_up_after) == (None, 500, timedelta(days=30))


@pytest.mark.parametrize(
    ("written", "limit"), [('"never"', None), ('"always"', 0), ("0", 0), ("25", 25)]
)
def test_review_is_the_number_of_changes_that_go_unasked(
    installation: Installation, host: Host, written: str, limit: int | None
) -> None:
    load(installation, rule(f"review = {written}"), host)

    assert rule_value(rules.find("members")).review == limit


def test_days_may_be_written_as_words(installation: Installation, host: Host) -> None:
    load(installation, rule('give_up_after = "7 days"'), host)

    assert rule_value(rules.find("members")).give_up_after == timedelta(days=7)


def test_definition_written_by_an_older_version_is_read_with_defaults(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)
    row = rules.find("members")
    row.definition = {"groups": ["Active Members"], "username": "{contact.last_name}"}

    assert rule_value(row).brake == 500
