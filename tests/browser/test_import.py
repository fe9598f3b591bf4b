"""An import as somebody meets it in a browser, with JavaScript and without."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import LogIn
from browser.serving import Served
from service.importing.malformed import MALFORMED

PEOPLE = "Email,First Name\n{0}@example.org,{0}\n,Nobody\n"
WRONG = ("unclosed", "too few", "formula", "empty", "bytes")


@pytest.fixture
def page(log_in: LogIn) -> Page:
    """A window of the administrator, who says yes to what is asked."""
    found = log_in()
    found.on("dialog", lambda dialog: dialog.accept())
    return found


def choose(page: Page, served: Served, path: Path) -> None:
    """Choose a file on the page of uploads."""
    page.goto(f"{served.url}/imports/new/")
    page.get_by_label("File", exact=True).set_input_files(path)


def test_file_of_one_gigabyte_is_refused_before_it_is_sent(
    served: Served, page: Page, tmp_path: Path
):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2**30)

    choose(page, served, path)
    page.get_by_role("button", name="Upload").click()

    field = page.get_by_label("File", exact=True)
    said = field.evaluate("one => one.validationMessage")
    assert said == "The file is too large: at most 256 MB can be read. Part it in several."
    assert page.url.endswith("/imports/new/")


@pytest.mark.parametrize("kind", WRONG)
def test_malformed_file_is_refused_with_its_line(
    served: Served, log_in: LogIn, tmp_path: Path, kind: str
):
    content, sentence = MALFORMED[kind]
    path, page = tmp_path / "broken.csv", log_in(java_script_enabled=False)
    path.write_bytes(content)

    choose(page, served, path)
    page.get_by_role("button", name="Upload").click()

    expect(page.locator(".wrong")).to_have_text(re.compile(sentence))


def test_import_is_done_without_javascript(served: Served, log_in: LogIn, tmp_path: Path):
    path, page = tmp_path / "people.csv", log_in(java_script_enabled=False)
    path.write_text(PEOPLE.format("quiet"))

    choose(page, served, path)
    page.get_by_role("button", name="Upload").click()
    page.locator("#id_username").fill("{contact.first_name}")
    page.locator("input[name=roles]").fill("subscriber")
    page.get_by_role("button", name="Show what would happen").click()
    load_until(page, "This is what would happen; nothing is done yet.")
    expect(page.get_by_role("row").filter(has_text="Nobody")).to_contain_text("refused")
    page.get_by_role("button", name="Carry it out").click()
    load_until(page, "Take it back")

    assert "quiet" in {user.login for user in served.world.users().values()}


def test_import_is_tried_out_carried_out_and_taken_back(served: Served, page: Page, tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE.format("timid"))
    choose(page, served, path)
    page.get_by_role("button", name="Upload").click()
    page.locator("#id_username").fill("{contact.first_name}")
    page.get_by_role("button", name="Show what would happen").click()

    page.get_by_text("Try it out first").click()
    page.get_by_label("How many people").fill("1")
    page.get_by_label("Your mailbox").fill("ada@example.net")
    page.get_by_role("button", name="Prepare the test").click()
    expect(page.get_by_role("row").filter(has_text="ada+test_1@example.net")).to_be_visible()
    page.get_by_role("button", name="Carry it out").click()
    page.get_by_role("button", name="Take it back").click()
    page.get_by_role("row").filter(has_text="timid").get_by_role("checkbox").check()
    page.get_by_role("button", name="Mark those ticked").click()
    page.get_by_role("button", name="Take 1 account back").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("undone")
    expect(page.get_by_role("row").filter(has_text="timid")).to_contain_text("disabled")


def load_until(page: Page, text: str) -> None:
    """Load the page again, as its own words advise, until it says so."""
    for _ in range(40):
        if page.get_by_text(text).or_(page.get_by_role("button", name=text)).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{text} did not appear")
