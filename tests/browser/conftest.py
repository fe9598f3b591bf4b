"""One browser, one Latchkey at work, and people who are logged in to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from browser import having
from browser.arranging import HELD_PLAN, fill
from browser.serving import Served, serve, until

ADMINISTRATOR = "ada"
PASSWORD = "nine quiet geese at noon"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
)
PATIENCE_MS = 15_000

Open = Callable[..., BrowserContext]
LogIn = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them in one process, because they share one browser and one Latchkey."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))


# Not for the whole session: while Playwright's loop runs, Django refuses its ORM to everybody.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The one browser of all these tests."""
    program = having.chromium()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def axe() -> str:
    """The source of axe-core."""
    return having.axe()


@pytest.fixture(scope="package")
def served(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A Latchkey with work on every screen, and its first administrator."""
    home = tmp_path_factory.mktemp("browser") / "home"
    fill(home)
    running = serve(home)
    context = chromium.new_context()
    make_administrator(context.new_page(), running.start_link)
    context.close()
    until(lambda: running.rows(HELD_PLAN))
    yield running
    running.stop()


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[Open]:
    """Opens windows without anybody's cookies; they are closed after the test."""
    with ExitStack() as opened:

        def open_one(**options: object) -> BrowserContext:
            context = chromium.new_context(**options)
            context.set_default_timeout(PATIENCE_MS)
            opened.callback(context.close)
            return context

        yield open_one


@pytest.fixture
def log_in(served: Served, open_browser: Open) -> LogIn:
    """Opens a window in which somebody is logged in, the administrator unless named."""

    def in_a_window(username: str = ADMINISTRATOR, **options: object) -> Page:
        page = open_browser(**options).new_page()
        return enter(page, served, username)

    return in_a_window


def logged_in(chromium: Browser, served: Served, **options: object) -> Page:
    """A window in which the administrator is logged in; whoever asks for it closes its context."""
    context = chromium.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    return enter(context.new_page(), served, ADMINISTRATOR)


def enter(page: Page, served: Served, username: str) -> Page:
    """Log somebody in."""
    page.goto(f"{served.url}/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{served.url}/")
    return page


def make_administrator(page: Page, link: str) -> None:
    """Follow the link of the first start."""
    page.goto(link)
    page.get_by_label("Username").fill(ADMINISTRATOR)
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/setup/")
