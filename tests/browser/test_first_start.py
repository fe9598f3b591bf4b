"""From the link in the terminal to the first account, on a home where nothing is yet."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Open, make_administrator
from browser.serving import Served, serve
from fakes.practice import API_KEY, APP_PASSWORD, RunningPractice, start_practice


@pytest.fixture
def systems(tmp_path: Path) -> Iterator[RunningPractice]:
    """A CRM and a site, which are real ones as far as Latchkey knows."""
    running = start_practice(tmp_path / "systems")
    yield running
    running.stop()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """A Latchkey that knows nothing and nobody."""
    running = serve(tmp_path / "home")
    yield running
    running.stop()


def test_first_start_leads_to_the_first_account(
    fresh: Served, systems: RunningPractice, open_browser: Open
):
    page = open_browser().new_page()

    make_administrator(page, fresh.start_link)
    connect_crm(page, systems.url)
    connect_site(page, systems.url)
    write_rule(page)
    switch_on_after_preview(page)

    page.goto(f"{fresh.url}/accounts/?text=Żółć")
    wait_for_row(page, "Zolc.Gesla")
    page.goto(f"{fresh.url}/setup/")
    expect(page.get_by_text("All is set up.")).to_be_visible()


def connect_crm(page: Page, url: str) -> None:
    """The first step of the set-up."""
    page.get_by_role("main").get_by_role("link", name="Connect the CRM").last.click()
    page.get_by_label("Name", exact=True).fill("main")
    page.get_by_label("Address", exact=True).fill(url)
    page.get_by_label("API key", exact=True).fill(API_KEY)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text(re.compile("works", re.IGNORECASE))


def connect_site(page: Page, url: str) -> None:
    """The second step."""
    page.get_by_role("main").get_by_role("link", name="Connect the site").click()
    page.locator(".choices").get_by_role("link", name="WordPress").click()
    page.get_by_label("Name", exact=True).fill("www")
    page.get_by_label("Address", exact=True).fill(url)
    page.locator("#id_username").fill("latchkey")
    page.locator("#id_password").fill(APP_PASSWORD)
    page.locator("#id_hosts_crm").select_option("main")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text(re.compile("works", re.IGNORECASE))


def write_rule(page: Page) -> None:
    """The third step: members become subscribers, and nobody is told."""
    page.get_by_role("main").get_by_role("link", name="Write the first rule").click()
    page.locator("#id_name").fill("members")
    choose(page, "groups", "Active Members")
    choose(page, "roles", "subscriber")
    page.locator("#id_notify").select_option("off")
    expect(page.locator("#typing")).to_contain_text("Ryszard.Jarmuzek")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/rules/members/")


def choose(page: Page, field: str, name: str) -> None:
    """Write a name into a field of names, and press Enter."""
    typed = page.locator(f"[data-names] input[type=text][name={field}]")
    typed.fill(name)
    typed.press("Enter")
    expect(page.get_by_role("checkbox", name=name)).to_be_checked()


def switch_on_after_preview(page: Page) -> None:
    """The last step."""
    page.goto(f"{page.url}preview/")
    page.get_by_role("button", name="Make the preview").click()
    switch = page.get_by_role("button", name="Switch the rule on")
    expect(switch).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Zolc.Gesla")).to_be_visible()
    switch.click()
    expect(page.get_by_text("The rule members is on.")).to_be_visible()


def wait_for_row(page: Page, text: str) -> None:
    """Load a list until somebody is in it."""
    for _ in range(20):
        if page.get_by_role("row").filter(has_text=text).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{text} did not appear")
