"""What is asked of the script where the modules of Drupal 7 and Backdrop were seen to refuse."""

from collections.abc import Callable
from dataclasses import replace

from latchkey.policy.values import Account, AccountChange
from latchkey.remote.doors import Doors
from latchkey.sites.contract import Site
from sites.connecting import outcome
from sites.phpcms.stand import PracticeStand
from sites.stand import named, people, person

GONE = Account("999999", "gone", "gone@example.org")

Act = Callable[[PracticeStand, Site], object]


def made(stand: PracticeStand, site: Site) -> Account:
    """Somebody who is there from now on."""
    account = outcome(lambda: site.create([person(stand.role)]))
    assert isinstance(account, Account)
    return account


def created(**different: str) -> Act:
    """Make somebody who differs from an ordinary member in this."""

    def act(stand: PracticeStand, site: Site) -> object:
        return outcome(lambda: site.create([replace(person(stand.role), **different)]))  # type: ignore[arg-type]

    return act


def created_again(*same: str) -> Act:
    """Make somebody who has this in common with somebody who is there."""

    def act(stand: PracticeStand, site: Site) -> object:
        there, new = people(2, stand.role)
        stand.make([there])
        taken = named(new, **{one: getattr(there, one) for one in same})
        return outcome(lambda: site.create([taken]))

    return act


def created_with_unknown_role(_stand: PracticeStand, site: Site) -> object:
    return outcome(lambda: site.create([person("nope")]))


def created_with_unknown_field(stand: PracticeStand, site: Site) -> object:
    ann = replace(person(stand.role), fields={"nope": "1"})
    return outcome(lambda: site.create([ann]))


def given_unknown_role(stand: PracticeStand, site: Site) -> object:
    account = made(stand, site)
    return outcome(lambda: site.update([AccountChange(account, roles=frozenset({"nope"}))]))


def given_the_address_of_another(stand: PracticeStand, site: Site) -> object:
    account, other = made(stand, site), made(stand, site)
    return outcome(lambda: site.update([AccountChange(account, email=other.email)]))


def user_one_changed(_stand: PracticeStand, site: Site) -> object:
    admin = site.get(["1"])["1"]
    return outcome(lambda: site.update([AccountChange(admin, password="Taken-over-1!")]))


def nobody_changed(_stand: PracticeStand, site: Site) -> object:
    return outcome(lambda: site.enable([GONE]))


def nobody_told(_stand: PracticeStand, site: Site) -> object:
    return outcome(lambda: site.tell([GONE]))


def at_another_folder(stand: PracticeStand, _site: Site) -> object:
    elsewhere = stand.spec.connect(stand.connection(stand.url, root="/nonexistent"), Doors())
    try:
        return outcome(lambda: [elsewhere.roles()])
    finally:
        elsewhere.close()
