"""Help in the application: every page there is, with links that lead somewhere."""

import re

import pytest
from django.test import Client

from latchkey.web import guide

from .reading import text


def test_guide_begins_with_the_first_steps():
    assert guide.names()[0] == "guide/first-steps"


@pytest.mark.parametrize("name", guide.names())
def test_page_has_a_title_and_its_links_lead_to_pages(name: str):
    page = guide.page(name)

    assert page is not None
    assert page.title != name
    for place in re.findall(r'href="(/help/[^"#]*)', page.html):
        assert guide.page(place.removeprefix("/help/").strip("/")) is not None
    assert "<img" not in page.html
    if name.startswith("guide/"):
        assert not re.findall(r'href="[^"]*\.md', page.html)


def test_everybody_reads_the_guide(browser):
    answer = browser("viewer").get("/help/guide/rules/")

    assert "A rule says who gets an account" in text(answer)


def test_no_page_outside_of_the_guide_is_read(administrator: Client):
    assert administrator.get("/help/../README/").status_code == 404
    assert guide.page("../README") is None
