"""What the form of an import says about its fields; where a rule says the same, that is taken."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from latchkey.web.rule_words import WORDS, Part, Words

IMPORT_PARTS = (
    Part(
        "account",
        _("The accounts"),
        _("Where they are made and what they look like."),
        ("site", "username", "roles", "fields", "language"),
    ),
    Part(
        "telling",
        _("Telling the people"),
        _("By a link to choose a password themselves. No mail holds a password."),
        ("notify", "per_minute", "telling_subject", "telling_text", "telling_html"),
    ),
    Part(
        "crm",
        _("The CRM"),
        _("For a file that came out of CiviCRM: its rows are compared, linked and written back."),
        ("crm", "history_group", "history_tag"),
    ),
    Part(
        "doubt",
        _("In doubt"),
        _("What to do when it is not plain whose account it is."),
        ("existing", "shared_email"),
        is_folded=True,
    ),
)

_OWN: Mapping[str, Words] = {
    "username": Words(
        _("Username"),
        _(
            "A pattern of what the columns hold; any column may be named as {column.Heading}. "
            "“What it would do” shows it for the first people of the file."
        ),
        "{contact.first_name}.{contact.last_name}",
    ),
    "fields": Words(
        _("Fields of the account"),
        _(
            "One line for each field of the account on the site: its name there, an equals sign, "
            "and a pattern."
        ),
        "first_name={contact.first_name}",
    ),
    "notify": Words(
        _("Who writes to the people"),
        _("Nobody is told unless you say so. Who wants no mail gets an account and none."),
    ),
    "per_minute": Words(
        _("Mails and accounts a minute, at most"),
        _("Spares a mail server with a limit. Empty means as fast as it goes."),
        "30",
    ),
    "crm": Words(
        _("CRM"),
        _(
            "With a CRM each row needs the Contact ID. A row whose name or e-mail differs from "
            "the contact waits for a person."
        ),
    ),
    "history_group": Words(
        _("Add to the group"),
        _("Everybody who is finished is added to this group of the CRM."),
        "Website users",
    ),
    "history_tag": Words(_("Give the tag"), _("Everybody who is finished gets this tag.")),
    "shared_email": Words(
        _("Several rows have the same address"),
        _("Families often share one. An address can have one account only on most sites."),
    ),
}


def words_of(name: str) -> Words:
    """The label, help and example of a field."""
    own = _OWN.get(name) or WORDS.get("fields" if name == "fields_" else name)
    return own or Words(name, "")
