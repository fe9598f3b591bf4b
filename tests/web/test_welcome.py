"""The welcome page: a button that acts once, and one answer for all who get nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from latchkey.service import visiting
from latchkey.service.workload import RuleWorkload
from latchkey.store.models import Change, Visit
from latchkey.web.installation import use
from service.conftest import Workplace
from service.visitors import LINK, PERSON, checksum, giving_links, welcoming, workload

from .reading import read, text

__all__ = ["workload"]

NEUTRAL = "If this link was yours and still good"


@pytest.fixture
def visitor(workplace: Workplace) -> Iterator[Client]:
    """Somebody's browser, and a rule by which they are welcome."""
    cache.clear()
    use(lambda: workplace.installation)
    return Client(enforce_csrf_checks=False)


def press(visitor: Client, cs: str, cid: object = PERSON, rule: str = "members") -> str:
    """Press the button; where it leads."""
    answer = visitor.post("/welcome", {"rule": rule, "cid": cid, "cs": cs})
    return str(answer.headers.get("Location", answer.status_code))


def page(visitor: Client, address: str) -> str:
    """A page but for the mark that every form has anew."""
    html = visitor.get(address).content.decode()
    return re.sub(r'"X-CSRFToken": "\w+"', "", html)


def carry(workload: RuleWorkload) -> None:
    """Let the worker see to the visits."""
    for job in workload.due():
        workload.perform(job)


def test_looking_at_the_link_does_nothing(visitor, workplace, workload):
    welcoming(workplace)

    answer = visitor.get(f"/welcome?rule=members&cid={PERSON}&cs={checksum(workplace)}")

    assert b"<button" in answer.content
    assert not Visit.objects.exists()
    carry(workload)
    assert not Change.objects.exists()


def test_button_leads_to_the_account_and_the_page_follows(visitor, workplace, workload):
    welcoming(workplace)

    place = press(visitor, checksum(workplace))
    waiting = visitor.get(place)
    carry(workload)
    made = visitor.get(place)

    assert place == "/welcome/visit"
    assert b"hx-trigger" in waiting.content
    assert b'http-equiv="refresh"' in waiting.content
    assert "Your account is ready. You are sent a mail" in text(made)
    assert b"refresh" not in made.content
    assert workplace.world.broken_invariants() == []


def test_visitor_of_a_new_account_is_led_straight_in_once(visitor, workplace, workload):
    welcoming(workplace)
    place = press(visitor, checksum(workplace))
    with giving_links():
        carry(workload)

    part = visitor.get(place, headers={"HX-Request": "true"})
    plain = visitor.get(place)
    first, again = visitor.get("/welcome/enter"), visitor.get("/welcome/enter")

    assert part.headers["HX-Redirect"] == "/welcome/enter"
    assert b"url=/welcome/enter" in plain.content
    assert first.headers["Location"] == LINK
    assert again.headers["Location"] == place


def test_link_is_for_the_browser_that_pressed_the_button(visitor, workplace, workload):
    welcoming(workplace)
    press(visitor, checksum(workplace))
    with giving_links():
        carry(workload)

    other = Client().get("/welcome/enter")

    assert other.headers["Location"] == "/welcome/visit"
    assert NEUTRAL in text(Client().get("/welcome/visit"))


def test_everybody_who_gets_nothing_sees_the_same(visitor, workplace, workload):
    welcoming(workplace)
    good = checksum(workplace)
    outsider = checksum(workplace, PERSON + 5)
    shown = []
    for cs, cid, rule in (
        ("nonsense", PERSON, "members"),
        (good[::-1], PERSON, "members"),
        (good, 99_999_999, "members"),
        (good, "me", "members"),
        (outsider, PERSON + 5, "members"),
        (good, PERSON, "nobody"),
    ):
        waiting = page(visitor, press(visitor, cs, cid, rule))
        carry(workload)
        shown.append((waiting, page(visitor, "/welcome/visit")))

    assert len(set(shown)) == 1
    assert NEUTRAL in shown[0][1]
    assert not Change.objects.exists()


def test_second_press_leads_to_the_same_visit(visitor, workplace, workload):
    welcoming(workplace)
    cs = checksum(workplace)
    press(visitor, cs)
    carry(workload)

    place = press(visitor, cs)

    assert "Your account is ready" in text(visitor.get(place))
    assert Visit.objects.count() == 1


def test_too_many_presses_have_to_wait(visitor, workplace):
    workplace.rule(welcome=True)
    for _ in range(visiting.FOR_ONE_CONTACT):
        press(visitor, "x")

    answer = visitor.post("/welcome", {"rule": "members", "cid": PERSON, "cs": "x"})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(int(timedelta(minutes=10).total_seconds()))


@pytest.mark.usefixtures("visitor")
def test_form_of_another_site_is_refused():
    answer = Client(enforce_csrf_checks=True).post("/welcome", {"cid": PERSON})

    assert answer.status_code == 403
    assert not Visit.objects.exists()


def test_cookie_is_out_of_reach_of_scripts_and_pages_are_not_kept(visitor):
    answer = visitor.post("/welcome", {"rule": "members", "cid": PERSON, "cs": "x"})

    assert answer.cookies["welcome"]["httponly"]
    assert answer.cookies["welcome"]["samesite"] == "Lax"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/welcome", "/welcome/visit"])
def test_page_is_whole_by_itself(visitor, address):
    found = read(visitor.get(address))

    assert not found.inline
    assert all(place.startswith("/static/") for place in found.loaded)


@pytest.mark.parametrize("address", ["/welcome", "/welcome/visit"])
def test_no_password_is_ever_asked_for(visitor, address):
    assert b'type="password"' not in visitor.get(address).content


def test_what_stands_in_the_link_is_shown_as_text(visitor):
    answer = visitor.get("/welcome", {"rule": '"><script>', "cid": "1", "cs": "x"})

    assert b"<script>" not in answer.content.split(b"<form")[1]
