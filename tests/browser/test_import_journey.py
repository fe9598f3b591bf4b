"""The way of the old wiki page: from contacts in the CRM to a member who keeps their own details.

1 contacts into the CRM, 2 a profile there, 3 out of it as a file, 4 the file uploaded,
5 its columns, 6 what would happen, 7 the import with mails, 8 the mail and its link, 9 the log-in,
10 a new first name, 11 the contact's record.
"""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.conftest import LogIn, Open
from browser.members import enter, set_password
from browser.serving import Served
from practice.civicrm.exports import BEGINNING, CELL

GROUP = "Choir"
PEOPLE = (
    "First Name,Last Name,Email\r\n"
    "Ursula,Alto,ursula.alto@example.org\r\n"
    '"Bo ""Basso""",Müller,bo.mueller@example.org\r\n'
)
SINGER = "ursula.alto@example.org"


def test_contacts_become_members_who_keep_their_own_details(
    served: Served, log_in: LogIn, open_browser: Open, tmp_path: Path
):
    page, member = log_in(), open_browser().new_page()
    page.on("dialog", lambda dialog: dialog.accept())

    into_the_crm(page, served, tmp_path)
    choose_profile(page, served)
    exported = out_of_the_crm(page, served, tmp_path)
    upload(page, served, exported)
    shape(page)
    carry_out(page)
    set_password(member, served, SINGER)
    enter(member, served, SINGER)
    expect(member.get_by_role("main")).to_contain_text("Ursula.Alto")
    rename(member, "Ulla")

    page.goto(f"{served.practice_url}/civicrm/practice?q=Alto")
    page.get_by_role("link", name="Ulla Alto").click()
    expect(page.get_by_role("main")).to_contain_text("First nameUlla")
    expect(page.get_by_role("main")).to_contain_text("User Account Creation")


def into_the_crm(page: Page, served: Served, folder: Path) -> None:
    """Step 1: contacts are imported into the CRM."""
    people = folder / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8", newline="")
    page.goto(f"{served.practice_url}/civicrm/practice")
    page.get_by_role("link", name="Import contacts").click()
    page.get_by_label("File").set_input_files(people)
    page.get_by_label("Group").fill(GROUP)
    page.get_by_role("button", name="Import contacts").click()
    expect(page.get_by_text("2 contacts were imported.")).to_be_visible()


def choose_profile(page: Page, served: Served) -> None:
    """Step 2: what members may change themselves."""
    page.goto(f"{served.practice_url}/civicrm/practice/profile")
    page.get_by_label("Phone").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("First name")).to_be_checked()
    expect(page.get_by_label("Phone")).not_to_be_checked()


def out_of_the_crm(page: Page, served: Served, folder: Path) -> Path:
    """Step 3: the file is what CiviCRM writes, byte for byte."""
    page.goto(f"{served.practice_url}/civicrm/practice")
    page.get_by_label("In group").select_option(GROUP)
    page.get_by_role("button", name="Search").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Export primary fields").click()
    assert started.value.suggested_filename == "CiviCRM_Contact_Search.csv"
    exported = folder / "CiviCRM_Contact_Search.csv"
    started.value.save_as(exported)
    text = exported.read_bytes().decode()
    assert text.startswith(BEGINNING)
    assert re.sub(rf"(?:{CELL},){{83}}{CELL}\r\n", "", text.removeprefix("\ufeff")) == ""
    assert '"Bo ""Basso"""' in text
    return exported


def upload(page: Page, served: Served, exported: Path) -> None:
    """Step 4: the file comes to Latchkey as it is."""
    page.goto(f"{served.url}/imports/")
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label("File", exact=True).set_input_files(exported)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/shape/")


def shape(page: Page) -> None:
    """Steps 5 and 6: the columns are known; the rest is said, and what would happen is seen."""
    for heading, what in (("Contact ID", "id"), ("Email", "email_primary.email")):
        expect(page.get_by_role("combobox", name=heading, exact=True)).to_have_value(what)
    page.locator("#id_username").fill("{contact.first_name}.{contact.last_name}")
    expect(page.locator("#typing")).to_contain_text("Ursula.Alto")
    typed = page.locator("[data-names] input[type=text][name=roles]")
    typed.fill("subscriber")
    typed.press("Enter")
    page.locator("#id_notify").select_option("both")
    page.locator("#id_crm").select_option("main")
    page.get_by_role("button", name="Show what would happen").click()
    row = page.get_by_role("row").filter(has_text="Ursula.Alto")
    expect(row).to_contain_text("Has no account yet")


def carry_out(page: Page) -> None:
    """Step 7: the accounts are made, and the people are told."""
    page.get_by_role("button", name="Carry it out").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("done")
    row = page.get_by_role("row").filter(has_text="ursula.alto@example.org")
    expect(row).to_contain_text("created")
    expect(row).to_contain_text("told")


def rename(member: Page, first_name: str) -> None:
    """Step 10: My account shows the CRM's profile; what is changed there reaches the contact."""
    member.get_by_role("link", name="My account").click()
    expect(member.get_by_label("Phone")).to_have_count(0)
    member.get_by_label("First name").fill(first_name)
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_text("Saved.")).to_be_visible()
