"""Makes the pictures in docs/screenshots, of made-up people in practice: `make screenshots`.

It needs Chromium, and takes the home that the browser tests take (tests/browser/arranging.py).
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from browser import having
from browser.arranging import HELD_PLAN, fill
from browser.conftest import ARGUMENTS, make_administrator
from browser.serving import Served, serve, until

TARGET: Final = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
SIZE: Final = {"width": 1280, "height": 800}
MOST_BYTES: Final = 200_000
PERSON: Final = "SELECT contact_id FROM store_change WHERE intended_username = 'Zolc.Gesla'"


def main() -> None:
    """Fill a home, serve it, and take the pictures."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        fill(home)
        served = serve(home)
        try:
            program = having.chromium()
            browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
            _take_all(browser.new_page(viewport=SIZE, color_scheme="light"), served)
            browser.close()
        finally:
            served.stop()


def _take_all(page: Page, served: Served) -> None:
    page.goto(served.start_link)
    _take(page, "first-start")
    make_administrator(page, served.start_link)
    until(lambda: served.rows(HELD_PLAN))
    person = served.rows(PERSON)[0][0]
    plan = served.rows(HELD_PLAN)[0][0]
    for name, address in (
        ("set-up", "/setup/"),
        ("dashboard", "/"),
        ("rule", "/rules/members/edit/"),
        ("review", f"/review/{plan}/"),
        ("accounts", "/accounts/"),
        ("story", f"/people/main/{person}/"),
    ):
        page.goto(f"{served.url}{address}", wait_until="networkidle")
        _take(page, name)
    page.goto(f"{served.url}/holds/?text=Calogero")
    page.locator("#list tbody th a").first.click()
    page.locator("#beside h2").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    _take(page, "holds")


def _take(page: Page, name: str) -> None:
    path = TARGET / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {size} bytes\n")
    if size > MOST_BYTES:
        raise ValueError(f"{path.name} has {size} bytes, more than {MOST_BYTES}")


if __name__ == "__main__":
    main()
