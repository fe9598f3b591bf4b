"""Lists of people: one of them beside the list, and rows as cards where a window is narrow."""

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import LogIn
from browser.serving import Served

PLAN_WITH_PEOPLE = """SELECT plan.id FROM store_change change
JOIN store_plan plan ON plan.id = change.plan_id
WHERE plan.state = 'held' AND change.state = 'due'"""
LISTS = ("/holds/", "/failures/", "/review/")
PHONE = {"width": 320, "height": 640}
DAY, NIGHT = "rgb(246, 247, 245)", "rgb(19, 26, 25)"


def first_person(page: Page, served: Served, address: str) -> str:
    """Open a list of people; the name that stands first."""
    if address == "/review/":
        address = f"/review/{served.rows(PLAN_WITH_PEOPLE)[0][0]}/"
    page.goto(f"{served.url}{address}")
    return page.locator("#list tbody th a").first.inner_text()


@pytest.mark.parametrize("address", LISTS)
def test_person_is_shown_beside_the_list(served: Served, log_in: LogIn, address: str):
    page = log_in()
    name = first_person(page, served, address)
    place = page.url

    page.get_by_role("link", name=name, exact=True).first.click()

    beside = page.get_by_role("complementary", name="One person")
    expect(beside.get_by_role("heading", name=name)).to_be_visible()
    expect(beside.get_by_role("link", name="the whole story")).to_be_visible()
    assert page.url == place


def test_in_a_narrow_window_a_person_is_a_page_of_their_own(served: Served, log_in: LogIn):
    page = log_in(viewport=PHONE)
    name = first_person(page, served, "/failures/")

    page.get_by_role("link", name=name, exact=True).first.click()

    page.wait_for_url("**/people/main/*/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_rows_of_a_narrow_window_are_cards_whose_lines_say_what_they_are(
    served: Served, log_in: LogIn
):
    page = log_in(viewport=PHONE)

    page.goto(f"{served.url}/accounts/")

    card = page.locator("#list tbody tr").first
    label = card.locator("td").nth(1).evaluate("e => getComputedStyle(e, '::before').content")
    assert label == '"Email"'
    assert page.locator(".table-wrap").evaluate("e => e.scrollWidth <= e.clientWidth")


@pytest.mark.parametrize(("scheme", "paper"), [("light", DAY), ("dark", NIGHT)])
def test_colours_follow_the_system_without_javascript(log_in: LogIn, scheme: str, paper: str):
    page = log_in(java_script_enabled=False, color_scheme=scheme)

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper


def test_chosen_colours_stay_on_the_next_page(served: Served, log_in: LogIn):
    page = log_in(color_scheme="light")

    page.get_by_role("button", name="Switch between light and dark").click()
    page.goto(f"{served.url}/holds/")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == NIGHT
