"""A test run: the first people of a file, whose mails all go to the administrator's mailbox."""

from latchkey.policy.planning import valid_address
from latchkey.service.importing.planning import rule_of
from latchkey.service.importing.shaping import ImportRefusedError, Wanted, shape
from latchkey.service.importing.uploading import upload_part
from latchkey.service.installation import Installation
from latchkey.store import imports
from latchkey.store.models import Import

MOST_PEOPLE = 100
# A test is linked to nobody, so there is nobody to be given these.
_OF_THE_CRM = ("history_group", "history_tag")


def try_out(installation: Installation, source: Import, people: int, mailbox: str) -> Import:
    """An import of its own that shapes the accounts of the first people as the `source` does.

    ImportRefusedError when the mailbox is no address, ColumnsError or ConfigurationError when it
    cannot be carried out without the CRM.
    """
    check_mailbox(mailbox)
    rule = rule_of(source)
    part = upload_part(installation, source, people, mailbox)
    given = {name: one for name, one in rule.definition.items() if name not in _OF_THE_CRM}
    try:
        shape(installation, part, Wanted(rule.site, given=given))
    except BaseException:
        imports.remove(part)
        raise
    return part


def check_mailbox(address: str) -> None:
    """ImportRefusedError when the mailbox of a test run is no address."""
    if not valid_address(address):
        raise ImportRefusedError(f"{address!r} is no e-mail address; write your own mailbox.")
