"""What holds for every page: anybody can use it, at any size, and it loads from nowhere else."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from browser.conftest import LogIn, logged_in
from browser.pages import open_pages, pages
from browser.serving import Served
from browser.walking import Walk, read, walk

# At 200 % a window of 1280 pixels has room for 640.
NARROW, ENLARGED = 320, 640
MAIN_SCREENS = ("/", "/review/", "/holds/", "/failures/", "/accounts/", "/rules/members/edit/")
# Of a group of radio buttons Tab reaches the one that is chosen; the arrows lead to the others.
REACHABLE = """() => [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled)
    .filter((one) => one.type !== "radio" || one.checked)
    .map((one, place) => { one.dataset.place = place; return String(place); })"""
FOCUSED = "() => document.activeElement?.dataset?.place ?? null"


@pytest.fixture(scope="package")
def by_day(chromium: Browser, served: Served, axe: str) -> Walk:
    """All pages in light colours, in a wide window."""
    page = logged_in(chromium, served, color_scheme="light")
    met = walk(page, served, pages(served), axe, [])
    page.context.close()
    return met


@pytest.fixture(scope="package")
def by_night(chromium: Browser, served: Served, axe: str) -> Walk:
    """All pages in dark colours, looked at in narrow windows too."""
    page = logged_in(chromium, served, color_scheme="dark", device_scale_factor=2)
    met = walk(page, served, pages(served), axe, [ENLARGED, NARROW])
    page.context.close()
    return met


def test_axe_finds_nothing_serious_in_light_colours(by_day: Walk):
    assert by_day.findings == []


def test_axe_finds_nothing_serious_in_dark_colours(by_night: Walk):
    assert by_night.findings == []


def test_no_page_is_wider_than_320_pixels_or_when_enlarged_to_200_percent(by_night: Walk):
    assert by_night.too_wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_before_the_login(
    chromium: Browser, served: Served, axe: str, scheme: str
):
    with chromium.new_context(color_scheme=scheme) as context:
        met = walk(context.new_page(), served, open_pages(served), axe, [NARROW])

    assert (met.findings, met.too_wide) == ([], [])
    assert met.hosts == {urlsplit(served.url).netloc}


def test_pages_ask_only_their_own_host(served: Served, by_day: Walk):
    assert by_day.hosts == {urlsplit(served.url).netloc}


def test_every_page_has_a_policy_and_keeps_it(by_day: Walk):
    lacking = [one for one, policy in by_day.policies.items() if "default-src 'self'" not in policy]

    assert lacking == []
    assert by_day.complaints == []


def test_pages_can_be_read_without_javascript(served: Served, by_day: Walk, log_in: LogIn):
    page = log_in(java_script_enabled=False)

    without = read(page, served, list(by_day.headings))

    assert without.headings == by_day.headings
    assert all(without.headings.values())


@pytest.mark.parametrize("address", ["/holds/", "/failures/", "/accounts/", "/review/"])
def test_lists_show_their_rows_without_javascript(served: Served, log_in: LogIn, address: str):
    page = log_in(java_script_enabled=False)

    page.goto(f"{served.url}{address}")

    assert page.locator("#list tbody tr").count() > 0


@pytest.mark.parametrize("address", MAIN_SCREENS)
def test_everything_on_a_main_screen_is_reached_by_tab(served: Served, log_in: LogIn, address: str):
    page = log_in()
    page.goto(f"{served.url}{address}")
    wanted: set[str] = set(page.evaluate(REACHABLE))
    reached = set()

    for _ in range(len(wanted) + 10):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))

    missed = [
        page.locator(f"[data-place='{one}']").evaluate("e => e.outerHTML.slice(0, 120)")
        for one in wanted - reached
    ]
    assert missed == []
