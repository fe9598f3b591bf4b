"""Who is in the way of a user: CiviCRM names no field, and newer installations do not even look."""

from collections.abc import Mapping, Sequence

from latchkey.policy.values import NewAccount
from latchkey.remote.errors import Conflict
from latchkey.sites.standalone.reading import Reader
from latchkey.sites.standalone.users import User, folded

NO_ROLE = "CiviCRM has no role {role} that could be given."
IN_WORDS = {"username": "this username", "email": "this e-mail address"}


def clashes(reader: Reader, accounts: Mapping[int, NewAccount]) -> dict[int, Conflict]:
    """A Conflict for each that cannot be made, by number; half-made users are made whole first."""
    mine = list(accounts.values())
    by_email = by_address(reader.mended(reader.find("uf_name", [one.email for one in mine])))
    by_name = named(reader.mended(reader.find("username", [one.username for one in mine])))
    ids = [one.contact_id for one in mine if one.contact_id is not None]
    by_contact = {user.contact_id: user for user in reader.mended(reader.find("contact_id", ids))}
    found: dict[int, Conflict] = {}
    for number, one in accounts.items():
        linked = by_contact.get(one.contact_id) if one.contact_id is not None else None
        clash = _clash(by_email.get(folded(one.email)), by_name.get(folded(one.username)), linked)
        if clash:
            found[number] = clash
    return found


def address_taken(owner: User) -> Conflict:
    """The Conflict with the user who has the address."""
    return Conflict(f"Another account has {IN_WORDS['email']}.", "email", owner.account)


def by_address(users: Sequence[User]) -> dict[str, User]:
    """The users by their addresses as the database compares them."""
    return {folded(user.account.email): user for user in users}


def named(users: Sequence[User]) -> dict[str, User]:
    """The users by their names as the database compares them; the oldest of several."""
    return {folded(user.account.username): user for user in reversed(users)}


def _clash(email: User | None, username: User | None, linked: User | None) -> Conflict | None:
    """A contact has one user only, but that user may have another address."""
    if email:
        return address_taken(email)
    if username:
        text = f"Another account has {IN_WORDS['username']}."
        return Conflict(text, "username", username.account)
    if linked:
        text = f"The contact has an account already: {linked.account.username}."
        return Conflict(text, "email", linked.account)
    return None
