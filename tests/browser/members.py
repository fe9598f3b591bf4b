"""What people with an account do at the site, in a browser."""

from playwright.sync_api import Page

from browser.conftest import PASSWORD
from browser.serving import Served, until


def set_password(page: Page, served: Served, address: str) -> None:
    """Follow the link in the site's mail to an address, and choose a password."""
    until(lambda: len(served.world.mails_to(address)) == 2)
    page.goto(f"{served.practice_url}/mailbox/")
    mails = page.get_by_role("row").filter(has_text=address)
    mails.get_by_role("link", name="Password Reset").click()
    page.get_by_role("link", name="action=rp").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save password").click()


def enter(page: Page, served: Served, address: str) -> None:
    """Log in with that password."""
    page.goto(f"{served.practice_url}/wp-login.php")
    page.get_by_label("Username or email address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
