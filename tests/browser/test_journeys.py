"""What people come to do, from the first click to what comes of it."""

import re
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from browser.arranging import FRIEND, GIVEN_UP, HELD_PLAN, MEMBERS, add_contact
from browser.conftest import PASSWORD, LogIn, Open
from browser.members import enter, set_password
from browser.serving import Served, until

# Polled once a second; the rest is for a machine that is busy with other tests.
SECONDS = 15.0


def test_contact_put_into_the_group_logs_in_with_the_link_of_the_mail(
    served: Served, log_in: LogIn, open_browser: Open
):
    contact, page = add_contact(served.crm, "Nora", "Newcomer"), log_in()

    page.goto(f"{served.practice_url}/civicrm/practice?q=Newcomer")
    page.get_by_role("link", name="Nora Newcomer").click()
    page.get_by_label("Add to group").select_option(MEMBERS)
    page.locator("form", has=page.get_by_label("Add to group")).get_by_role("button").click()
    until(lambda: served.world.links().get(contact), patience=SECONDS)
    see_account(page, served, "Nora.Newcomer")
    member = open_browser().new_page()
    set_password(member, served, "nora.newcomer@example.org")
    enter(member, served, "nora.newcomer@example.org")

    expect(member.get_by_role("main")).to_contain_text("Nora.Newcomer")


def see_account(page: Page, served: Served, username: str) -> None:
    """Find somebody on the screen of accounts."""
    page.goto(f"{served.url}/accounts/?text={username}")
    expect(page.get_by_role("table")).to_contain_text(username)


def test_approver_releases_part_of_a_held_plan(served: Served, log_in: LogIn):
    make_user(log_in(), "anna", "approver")
    page, plan = log_in("anna"), served.rows(HELD_PLAN)[0][0]

    page.goto(f"{served.url}/review/")
    page.get_by_role("link", name=f"Plan {plan}", exact=True).click()
    page.get_by_label("Ada Quill").check()
    page.get_by_label("Ben Quill").check()
    page.get_by_role("button", name="Release those ticked").click()

    expect(page.get_by_text("2 changes are carried out now.")).to_be_visible()
    until(lambda: logins(served) >= {"Ada.Quill", "Ben.Quill"})
    assert not logins(served) & {"Cleo.Quill", "Dan.Quill"}
    page.goto(f"{served.url}/review/")
    expect(page.get_by_role("link", name=f"Plan {plan}", exact=True)).to_be_visible()


def logins(served: Served) -> set[str]:
    """The usernames on the practice site."""
    return {user.login for user in served.world.users().values()}


def make_user(page: Page, name: str, role: str) -> None:
    """Add somebody, who then follows the link to a password of their own."""
    page.goto(urljoin(page.url, "/users/new/"))
    page.get_by_label("Username").fill(name)
    page.locator(f"input[name=role][value={role}]").check()
    page.get_by_role("button", name="Save").click()
    link = page.get_by_label("Link").input_value()
    page.context.clear_cookies()
    page.goto(link)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Save and log in").click()


def test_hold_is_resolved_by_what_a_person_decides(served: Served, log_in: LogIn):
    page = log_in()
    page.goto(f"{served.url}/holds/")
    before = page.locator("#list tbody tr").count()
    name = page.locator("#list tbody th a").first.inner_text()

    page.get_by_role("link", name=name, exact=True).first.click()
    panel = page.locator("#beside")
    expect(panel.get_by_role("heading", name="What may be decided")).to_be_visible()
    panel.get_by_role("button", name=re.compile("Do this")).last.click()

    expect(page.get_by_text(f"Decided about {name}.")).to_be_visible()
    until(lambda: held(served) == before - 1)


def held(served: Served) -> int:
    """How many wait for a person."""
    query = "SELECT count(*) FROM store_change WHERE state = 'held' AND is_open"
    return int(served.rows(query)[0][0])


def test_failure_is_retried_and_comes_to_an_account(served: Served, log_in: LogIn):
    name, page = " ".join(GIVEN_UP), log_in()
    page.goto(f"{served.url}/failures/")
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("given up")

    page.get_by_label(name).check()
    page.get_by_role("button", name="Retry those ticked").click()

    expect(page.get_by_text("1 is tried again.")).to_be_visible()
    until(lambda: ".".join(GIVEN_UP) in logins(served))
    page.goto(f"{served.url}/failures/")
    expect(page.get_by_role("row").filter(has_text=name)).to_have_count(0)


def test_rule_that_was_edited_has_another_preview(served: Served, log_in: LogIn):
    page, friend = log_in(), " ".join(FRIEND)
    preview(page, served, "friends")
    before = page.get_by_role("row").filter(has_text=friend)
    expect(before).to_contain_text(".".join(FRIEND))

    page.goto(f"{served.url}/rules/friends/edit/")
    page.locator("#id_username").fill("{contact.last_name}-{contact.contact_id}")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/rules/friends/")
    preview(page, served, "friends")

    after = page.get_by_role("row").filter(has_text=friend)
    expect(after).to_contain_text(re.compile(rf"{FRIEND[1]}-\d+"))
    expect(page.get_by_role("button", name="Switch the rule on")).to_be_visible()


def preview(page: Page, served: Served, rule: str) -> None:
    """Have the preview of a rule made."""
    page.goto(f"{served.url}/rules/{rule}/preview/")
    page.get_by_role("button", name="Make the preview").click()
    expect(page.get_by_text("Made just now.")).to_be_visible()


def test_username_preview_follows_the_pattern_that_is_typed(served: Served, log_in: LogIn):
    page = log_in()
    page.goto(f"{served.url}/rules/members/edit/")
    usernames = page.locator("#typing .usernames")
    expect(usernames).not_to_be_empty()

    page.locator("#id_username").fill("m-{contact.contact_id}")

    expect(usernames.locator("strong").first).to_have_text(re.compile(r"^m-\d+$"))
