"""What the form of a rule says about each of its fields: what it does, what follows, an example."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Words:
    """The label, help and example of a field."""

    label: Any
    help: Any
    example: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that are asked for together; `is_folded` ones are closed until they are wanted."""

    name: str
    title: Any
    lead: Any
    fields: tuple[str, ...]
    is_folded: bool = False


PARTS = (
    Part(
        "who",
        _("Who"),
        _("Whoever is in one of these groups, or has one of these tags, gets an account."),
        ("name", "crm", "groups", "tags", "contact_types"),
    ),
    Part(
        "account",
        _("The account"),
        _("Where it is made and what it looks like."),
        ("site", "username", "roles", "fields", "language"),
    ),
    Part(
        "telling",
        _("Telling the person"),
        _("Everybody gets a link to choose a password themselves. No mail holds a password."),
        ("notify", "telling_subject", "telling_text", "telling_html"),
    ),
    Part(
        "afterwards",
        _("Afterwards"),
        _("What happens in the CRM when the account is there."),
        ("afterwards", "history_group", "history_tag"),
    ),
    Part(
        "doubt",
        _("In doubt"),
        _("What to do when it is not plain whose account it is."),
        ("existing", "shared_email", "give_up_after"),
        is_folded=True,
    ),
    Part(
        "when",
        _("When and how much"),
        _("Without a change here, accounts are made at once."),
        (
            "when",
            "cron",
            "timezone",
            "hours",
            "per_minute",
            "per_run",
            "review",
            "review_above",
            "brake",
        ),
        is_folded=True,
    ),
    Part(
        "more",
        _("Password resets and welcome page"),
        _("Two more ways in which this rule can serve people."),
        ("reset_group", "reset_tag", "welcome", "blocked_roles"),
        is_folded=True,
    ),
)

WORDS: Mapping[str, Words] = {
    "name": Words(
        _("Name of the rule"),
        _("A short name of your own, with letters, digits, - and _. It cannot be changed later."),
        "members",
    ),
    "crm": Words(_("CRM"), _("The CiviCRM whose contacts the rule is for.")),
    "groups": Words(
        _("Groups"),
        _(
            "The rule watches these groups: a contact that is added to one of them gets an "
            "account. Begin to type to search among the groups of your CRM."
        ),
        "Active Members",
    ),
    "tags": Words(
        _("Tags"),
        _("The same for tags. A contact needs only one of all the groups and tags named here."),
        "Website account",
    ),
    "contact_types": Words(
        _("Kinds of contact"),
        _("Contacts of other kinds are refused, with a note in the CRM."),
    ),
    "site": Words(_("Site"), _("The website on which the accounts are made.")),
    "username": Words(
        _("Username"),
        _(
            "A pattern of fields. Accents and other scripts become plain letters, what the site "
            "does not allow is left out, and when a name is taken already the next gets -2. “What "
            "it would do” shows it for real contacts."
        ),
        "{contact.first_name}.{contact.last_name}",
    ),
    "roles": Words(
        _("Roles"),
        _(
            "The account gets these roles. Roles with power over the site, such as administrator "
            "or editor, are never given by Latchkey."
        ),
        "subscriber",
    ),
    "fields": Words(
        _("Fields of the account"),
        _(
            "One line for each field of the account on the site: its name there, an equals sign, "
            "and a pattern of fields of the contact."
        ),
        "first_name={contact.first_name}",
    ),
    "language": Words(
        _("Language"),
        _("In which language the site speaks to the person, where it has several."),
    ),
    "notify": Words(
        _("Who writes to the person"),
        _(
            "WordPress's own mail reads as if somebody had asked for a new password, so both "
            "mails together explain themselves best there. Contacts marked “do not email” get an "
            "account and no mail; they are listed for you."
        ),
    ),
    "telling_subject": Words(
        _("Subject of our mail"),
        _("It may hold the same fields of the contact, and {site.name}."),
        "Your login for {site.name}",
    ),
    "telling_text": Words(
        _("Text of our mail"),
        _(
            "Write {account.link} where the link to choose a password belongs, and "
            "{account.username} for the username."
        ),
    ),
    "telling_html": Words(
        _("The same mail with design (HTML)"),
        _("Leave it empty to send plain text, which every mail program shows well."),
    ),
    "afterwards": Words(
        _("When the account is there"),
        _(
            "“Take the contact out” treats the group like an inbox: whoever is in it still waits. "
            "“Leave it” suits groups that mean something by themselves, such as a membership. "
            "Smart groups and groups with groups inside can only be left."
        ),
    ),
    "history_group": Words(
        _("Add to the group"),
        _("Everybody who is finished is added to this group, so that you can find them again."),
        "Website users",
    ),
    "history_tag": Words(
        _("Give the tag"),
        _("Everybody who is finished gets this tag."),
        "Has a login",
    ),
    "existing": Words(
        _("The address has an account already"),
        _(
            "An account on the site has exactly the contact's address and belongs to no other "
            "contact. Accounts with power always wait for you."
        ),
    ),
    "shared_email": Words(
        _("Several people have the same address"),
        _("Families often share one. An address can have one account only on most sites."),
    ),
    "give_up_after": Words(
        _("Give up after (days)"),
        _(
            "A contact without a usable address is looked at again whenever it changes. After so "
            "many days it is taken out of the group, with a note in the CRM."
        ),
    ),
    "when": Words(
        _("When accounts are made"),
        _("By schedule is gentler to a small server; at once is what people expect."),
    ),
    "cron": Words(
        _("Schedule"),
        _(
            "Five parts: minute, hour, day of the month, month, day of the week. Several schedules "
            "stand on a line each."
        ),
        "30 22 * * mon-fri",
    ),
    "timezone": Words(
        _("Time zone"),
        _("Of the schedule and of the hours."),
        "Europe/Berlin",
    ),
    "hours": Words(
        _("Only between these hours"),
        _("Outside of them everything waits. Empty means all day."),
        "22:00-06:00",
    ),
    "per_minute": Words(
        _("Accounts a minute, at most"),
        _("Spares a slow site or a mail server with a limit. Empty means as fast as it goes."),
    ),
    "per_run": Words(
        _("Accounts a run, at most"),
        _("What is left comes with the next run. Empty means all."),
    ),
    "review": Words(
        _("Ask before accounts are made"),
        _("A plan that waits is shown under Review; somebody there looks through and releases it."),
    ),
    "review_above": Words(
        _("More than so many changes"),
        _("Only read when you chose “above a number”."),
        "50",
    ),
    "brake": Words(
        _("Brake"),
        _(
            "When more accounts than this would be made at once, or within a day, everything waits "
            "until somebody has looked: a mistake in a group then stays a small one."
        ),
        "500",
    ),
    "reset_group": Words(
        _("Group for password resets"),
        _("Whoever is added here gets the site's mail to choose a new password, and is taken out."),
        "Reset password",
    ),
    "reset_tag": Words(
        _("Tag for password resets"),
        _("The same, by a tag."),
    ),
    "welcome": Words(
        _("Serve the welcome page"),
        _(
            "After a form of yours, people of this rule can get their account while they watch, "
            "and are led straight in."
        ),
    ),
    "blocked_roles": Words(
        _("Roles that the welcome page refuses"),
        _("Whoever has one of these roles already gets nothing there, for safety."),
    ),
}
