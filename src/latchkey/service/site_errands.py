"""What is asked for about a whole site: its users paired with contacts, its links looked at."""

from latchkey.policy.pairing import Pair, UsersToContacts
from latchkey.service import doctor, linking
from latchkey.service.doctor import Ailment, Diagnosis
from latchkey.service.installation import Installation
from latchkey.service.previewing import in_batches
from latchkey.store import errands
from latchkey.store.models import Connection, Errand, ErrandRow


def pair_errand(installation: Installation, errand: Errand) -> None:
    """What would be done for every account without a link."""
    errands.step(errand, "reading accounts and contacts")
    mode = UsersToContacts(errand.mode)
    for some in in_batches(linking.preview_users(installation, _site(errand), mode)):
        errands.add(errand, [_paired(one) for one in some])


def link_errand(installation: Installation, errand: Errand) -> None:
    """Do it."""
    errands.step(errand, "linking accounts to contacts")
    mode = UsersToContacts(errand.mode)
    for some in in_batches(linking.link_users(installation, _site(errand), mode)):
        errands.add(errand, [_paired(one) for one in some])


def diagnose_errand(installation: Installation, errand: Errand) -> None:
    """Everything that is wrong with the links of a site."""
    errands.step(errand, "reading accounts, contacts and links")
    for some in in_batches(doctor.diagnose(installation, _site(errand))):
        errands.add(errand, [_diagnosed(one) for one in some])


def repair_errand(installation: Installation, errand: Errand) -> None:
    """Carry out the repairs that were picked among the rows of the errand that `mode` numbers."""
    wanted = errands.picked(int(errand.mode))
    errands.step(errand, "repairing links", len(wanted))
    for row in wanted:
        found = Diagnosis(
            ailment=Ailment(row.outcome),
            account_id=row.account_id,
            username=row.username,
            contact_id=row.contact_id,
            sentence=row.sentence,
            repair=row.repair,
            move_to=row.move_to,
        )
        came = doctor.repair(installation, _site(errand), found)
        done = ErrandRow(
            contact_id=row.move_to,
            account_id=row.account_id,
            username=row.username,
            outcome=row.outcome,
            sentence=came,
        )
        errands.add(errand, [done])


def _site(errand: Errand) -> Connection:
    if errand.site is None:
        raise LookupError(f"errand {errand.pk} is about no site")
    return errand.site


def _paired(one: Pair) -> ErrandRow:
    return ErrandRow(
        contact_id=one.contact_id,
        account_id=one.account.id,
        username=one.account.username,
        email=one.account.email,
        outcome=one.pairing,
        sentence=one.sentence,
    )


def _diagnosed(one: Diagnosis) -> ErrandRow:
    return ErrandRow(
        contact_id=one.contact_id,
        account_id=one.account_id,
        username=one.username,
        outcome=one.ailment,
        sentence=one.sentence,
        repair=one.repair,
        move_to=one.move_to,
    )
