"""A person's story says what was refused, and why."""

import pytest
from django.test import Client

from latchkey.service.provisioning.placing import NOT_TAKEN_OUT
from latchkey.store.models import Change, Told
from service.mailing import BusyPost, Post, with_post
from service.working import add_to_group, empty_group

ONE = 41


@pytest.fixture(autouse=True)
def small(practising) -> None:
    """Only one contact is in the trigger."""
    empty_group(practising)
    add_to_group(practising, ONE)


def test_story_says_why_a_mail_was_refused_and_what_the_crm_did_not_take(
    practising, administrator: Client
):
    with_post(practising, Post(refuses=True)).run(practising.rule(notify="latchkey"))
    change = Change.objects.get(told=Told.FAILED)
    change.details = {**change.details, NOT_TAKEN_OUT: "Nobody leaves."}
    change.save()

    page = administrator.get(f"/people/main/{ONE}/").content.decode()

    assert page.count("The mail server refused the address") == 2
    assert "did not let the contact out of the trigger" in page
    assert "Nobody leaves." in page


def test_story_says_why_a_mail_has_to_wait(practising, administrator: Client):
    with_post(practising, BusyPost()).run(practising.rule(notify="latchkey"))

    page = administrator.get(f"/people/main/{ONE}/").content.decode()

    assert "The mail has to wait. The mail server answered 451" in page
