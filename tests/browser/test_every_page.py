"""What holds for every page: anybody can use it, at any size, and it loads nothing from elsewhere."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from browser.conftest import LogIn, Open
from browser.pages import open_pages, pages
from browser.serving import Served

DESKTOP, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
# At 200 % a window of 1280 pixels has room for 640.
ENLARGED = {"width": 640, "height": 400}
RULES = """async () => (await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})).violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))}`)"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is cut off, but neither scrolls nor is hidden from sight on purpose.
OUTSIDE = """() => [...document.querySelectorAll("main a, main button, main input, main select")]
    .filter((one) => one.checkVisibility() && !one.closest(".table-wrap, .visually-hidden"))
    .filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1);
    }).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(served: Served, log_in: LogIn, axe: str, scheme: str):
    page = log_in(color_scheme=scheme, viewport=DESKTOP)

    found = [
        (address, finding)
        for address in visited(page, served, pages(served))
        for finding in findings(page, axe)
    ]

    assert not found, "\n".join(f"{address} {finding}" for address, finding in found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_before_the_login(
    served: Served, open_browser: Open, axe: str, scheme: str
):
    page = open_browser(color_scheme=scheme, viewport=DESKTOP).new_page()

    found = [
        (address, finding)
        for address in visited(page, served, open_pages(served))
        for finding in findings(page, axe)
    ]

    assert not found


@pytest.mark.parametrize(
    "size",
    [
        pytest.param({"viewport": NARROW}, id="320 px"),
        pytest.param({"viewport": ENLARGED, "device_scale_factor": 2}, id="200 %"),
    ],
)
def test_no_page_is_wider_than_its_window(served: Served, log_in: LogIn, size: dict):
    page = log_in(**size)

    wrong = [
        (address, page.evaluate(WIDER), page.evaluate(OUTSIDE))
        for address in visited(page, served, pages(served))
        if page.evaluate(WIDER) or page.evaluate(OUTSIDE)
    ]

    assert not wrong


def test_pages_ask_only_their_own_host_and_break_no_policy(served: Served, log_in: LogIn):
    page, asked, complaints = log_in(), [], []
    page.on("request", lambda request: asked.append(host(request)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    policies = {
        page.evaluate("() => fetch(location).then((a) => a.headers.get('content-security-policy'))")
        for _ in visited(page, served, pages(served))
    }

    assert set(asked) == {urlsplit(served.url).netloc}
    assert all("default-src 'self'" in policy for policy in policies)
    assert not complaints


def test_pages_can_be_read_without_javascript(served: Served, log_in: LogIn):
    with_it, without = log_in(), log_in(java_script_enabled=False)
    addresses = pages(served)

    expected = {one: headings(with_it) for one in visited(with_it, served, addresses)}
    found = {one: headings(without) for one in visited(without, served, addresses)}

    assert {one: got for one, got in found.items() if not got or got[0] != expected[one][0]} == {}


MAIN_SCREENS = ("/", "/review/", "/holds/", "/failures/", "/accounts/", "/rules/members/edit/")
REACHABLE = """() => [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled)
    .filter((one) => one.type !== "radio" || one.checked)
    .map((one, place) => { one.dataset.place = place; return String(place); })"""
FOCUSED = "() => document.activeElement?.dataset?.place ?? null"


@pytest.mark.parametrize("address", MAIN_SCREENS)
def test_everything_on_a_main_screen_is_reached_by_tab(
    served: Served, log_in: LogIn, address: str
):
    page = log_in()
    page.goto(f"{served.url}{address}")
    wanted, reached = set(page.evaluate(REACHABLE)), set()

    for _ in range(2 * len(wanted) + 10):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))

    missed = [
        page.locator(f"[data-place='{one}']").evaluate("e => e.outerHTML.slice(0, 120)")
        for one in wanted - reached
    ]
    assert not missed


def visited(page: Page, served: Served, addresses: list[str]) -> Iterator[str]:
    """Each page in its turn; AssertionError for one that does not open."""
    for address in addresses:
        answer = page.goto(f"{served.url}{address}", wait_until="load")
        assert answer is not None
        assert answer.status in {200, 403} if address == "/start/" else answer.ok, address
        yield address


def findings(page: Page, axe: str) -> list[str]:
    """What axe-core finds serious or critical."""
    page.evaluate(axe)
    found: list[str] = page.evaluate(RULES)
    return found


def headings(page: Page) -> list[str]:
    """The first heading of a page, and the words below it."""
    return [one.strip() for one in page.locator("h1").all_inner_texts()]


def host(request: Request) -> str:
    """Whom a request was for."""
    return urlsplit(request.url).netloc
