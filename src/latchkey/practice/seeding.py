"""Filling an empty home: the CRM's contacts, groups and keys, the site's accounts.

Everything is made up; the credentials are printed by the demo and open nothing else.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from latchkey.practice.civicrm import contacts as crm_contacts
from latchkey.practice.civicrm import hosting, installing, locations, making, rows
from latchkey.practice.civicrm.drafts import draft
from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.installing import COUNTRIES
from latchkey.practice.civicrm.permissions import (
    ACCESS,
    ADMINISTER,
    ALL,
    BY_API_KEY,
    DEBUG,
    EDIT_ALL,
    VIEW_ACTIVITIES,
    VIEW_ALL,
    Requester,
)
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.values import now
from latchkey.practice.people import Person, Situation, people
from latchkey.practice.wordpress import users
from latchkey.practice.wordpress.users import NewUser

ADMIN: Final = "admin"
PASSWORD: Final = "practice"  # noqa: S105 - made up, and printed by the demo
SERVICE: Final = "latchkey"
ADMIN_KEY: Final = "practice-key-admin"
READER_KEY: Final = "practice-key-reader"
GUEST_KEY: Final = "practice-key-guest"
MEMBERS: Final = "Active Members"
ROLE: Final = "subscriber"
OTHER_ROLE: Final = "member"

SERVICE_PERMISSIONS: Final = frozenset(
    {ADMINISTER, ACCESS, VIEW_ALL, EDIT_ALL, VIEW_ACTIVITIES, "add contacts", BY_API_KEY, DEBUG}
)
READER_PERMISSIONS: Final = frozenset({ACCESS, VIEW_ALL, VIEW_ACTIVITIES, BY_API_KEY})
GUEST_PERMISSIONS: Final = frozenset({ACCESS, VIEW_ALL})
_CHUNK: Final = 5000
_VOLUNTEER_EVERY: Final = 10


def seed(
    db: sqlite3.Connection, *, contacts: int, seed: int, app_password: str, api_key: str
) -> None:
    """Fill the home, inside the caller's transaction; one that is filled already stays so."""
    if installing.is_installed(db):
        return
    installing.install(db)
    admin = _staff(db, ADMIN, "administrator", ALL, ADMIN_KEY)
    service = _staff(db, SERVICE, "account_maker", SERVICE_PERMISSIONS, api_key)
    users.add_application_password(db, service, "Latchkey", app_password)
    _staff(db, "reader", "subscriber", READER_PERMISSIONS, READER_KEY)
    _staff(db, "guest", "subscriber", GUEST_PERMISSIONS, GUEST_KEY)
    sight = Sight.of(db, Requester(hosting.contact_of(db, admin), admin, ALL))
    group_id = _groups(sight)
    tag_id = _tags(sight)
    for chunk in _chunks(people(contacts, seed)):
        _add(db, chunk, group_id, tag_id)
    _measure(db)


def _measure(db: sqlite3.Connection) -> None:
    """Tell SQLite how large the groups are; of tables that will grow it shall assume nothing."""
    for table in ("civicrm_contact", "civicrm_email", "civicrm_group_contact"):
        db.execute(f"ANALYZE {table}")


def _staff(
    db: sqlite3.Connection, login: str, role: str, permissions: frozenset[str], api_key: str
) -> int:
    email = f"{login}@example.org"
    new = NewUser(login, email, PASSWORD, (role,), first_name=login.title(), last_name="Practice")
    user_id = users.insert(db, new)
    hosting.user_created(db, user_id, email, new.first_name, new.last_name)
    hosting.grant(db, user_id, permissions)
    db.execute(
        "UPDATE civicrm_contact SET api_key = ? WHERE id = ?",
        (api_key, hosting.contact_of(db, user_id)),
    )
    return user_id


def _groups(sight: Sight) -> int:
    """The static trigger, its parent, the history group and a smart group."""
    search = {
        "name": "French_speakers",
        "label": "French speakers",
        "api_entity": "Contact",
        "api_params": {"version": 4, "where": [["preferred_language", "=", "fr_FR"]]},
    }
    saved = making.write_saved_search(sight, draft(sight, ENTITIES["SavedSearch"], search))
    everybody = _group(sight, title="Everybody")
    members = _group(sight, title=MEMBERS, parents=[everybody])
    _group(sight, title="Website users")
    _group(sight, title="Contacts with preferred language French", saved_search_id=saved["id"])
    return members


def _group(sight: Sight, **values: Any) -> int:
    return int(making.write_group(sight, draft(sight, ENTITIES["Group"], values))["id"])


def _tags(sight: Sight) -> int:
    """The tags; the id of "Volunteer"."""
    ids = [
        making.write_tag(
            sight, draft(sight, ENTITIES["Tag"], {"label": label, "used_for:name": ["Contact"]})
        )["id"]
        for label in ("Website", "Volunteer")
    ]
    return int(ids[-1])


def _chunks(everybody: Iterator[Person]) -> Iterator[list[Person]]:
    while chunk := list(islice(everybody, _CHUNK)):
        yield chunk


def _add(db: sqlite3.Connection, chunk: list[Person], group_id: int, tag_id: int) -> None:
    first = 1 + int(db.execute("SELECT MAX(id) FROM civicrm_contact").fetchone()[0])
    numbered = list(enumerate(chunk, start=first))
    _insert_all(db, "Contact", (_contact(db, each, person) for each, person in numbered))
    _insert_all(db, "Email", (_email(*each) for each in numbered if each[1].email))
    _insert_all(db, "Address", (_address(*each) for each in numbered if each[1].city))
    added = {"group_id": group_id, "status": "Added"}
    _insert_all(db, "GroupContact", ({"contact_id": each, **added} for each, _ in numbered))
    history = {**added, "date": now(), "method": "Admin"}
    _insert_all(
        db, "SubscriptionHistory", ({"contact_id": each, **history} for each, _ in numbered)
    )
    tagged = {"entity_table": "civicrm_contact", "tag_id": tag_id}
    volunteers = (each for each, _ in numbered if each % _VOLUNTEER_EVERY == 0)
    _insert_all(db, "EntityTag", ({"entity_id": each, **tagged} for each in volunteers))
    for contact_id, person in numbered:
        _give_account(db, contact_id, person)


def _insert_all(db: sqlite3.Connection, entity: str, records: Iterable[dict[str, Any]]) -> None:
    """Add rows that all have the same columns."""
    listed = list(records)
    if not listed:
        return
    names = list(listed[0])
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    db.executemany(
        f"INSERT INTO {ENTITIES[entity].table} ({columns}) VALUES ({marks})",  # noqa: S608 - names of our schema
        [tuple(record[name] for name in names) for record in listed],
    )


def _contact(db: sqlite3.Connection, contact_id: int, person: Person) -> dict[str, Any]:
    organisation = person.situation is Situation.ORGANISATION
    columns: dict[str, Any] = {
        "contact_type": "Organization" if organisation else "Individual",
        "organization_name": person.last_name if organisation else None,
        "first_name": person.first_name or None,
        "last_name": None if organisation else person.last_name,
        "preferred_language": person.language,
        "do_not_email": int(person.do_not_email),
        "is_deceased": int(person.situation is Situation.DECEASED),
    }
    made = crm_contacts.fresh(columns)
    return {"id": contact_id, **made, **crm_contacts.names(db, made, person.email)}


def _email(contact_id: int, person: Person) -> dict[str, Any]:
    bouncing = person.situation is Situation.BOUNCING
    return {
        "contact_id": contact_id,
        "email": person.email,
        "is_primary": 1,
        "on_hold": int(bouncing),
        "hold_date": now() if bouncing else None,
    }


def _address(contact_id: int, person: Person) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "city": person.city,
        "country_id": COUNTRIES[person.country],
        "is_primary": 1,
    }


def _give_account(db: sqlite3.Connection, contact_id: int, person: Person) -> None:
    """The account that a situation speaks of, linked or not."""
    match person.situation:
        case Situation.HAS_ACCOUNT:
            _account(db, contact_id, person, ROLE)
        case Situation.PRIVILEGED:
            _account(db, contact_id, person, "administrator")
        case Situation.LINKED:
            _link(db, _account(db, contact_id, person, ROLE), contact_id, person)
        case Situation.LACKS_ROLE:
            _link(db, _account(db, contact_id, person, OTHER_ROLE), contact_id, person)
        case Situation.CROSSED:
            _link(db, _account(db, contact_id, person, ROLE), _stranger(db), person)
        case _:
            return


def _account(db: sqlite3.Connection, contact_id: int, person: Person, role: str) -> int:
    new = NewUser(
        f"account{contact_id}",
        str(person.email),
        PASSWORD,
        (role,),
        first_name=person.first_name,
        last_name=person.last_name,
    )
    return users.insert(db, new)


def _link(db: sqlite3.Connection, user_id: int, contact_id: int, person: Person) -> None:
    link = {"domain_id": 1, "uf_id": user_id, "uf_name": person.email, "contact_id": contact_id}
    rows.insert(db, ENTITIES["UFMatch"], link)


def _stranger(db: sqlite3.Connection) -> int:
    """Somebody outside the group, to whom another's account is linked."""
    columns = {"contact_type": "Individual", "first_name": "Robin", "last_name": "Stranger"}
    stranger = crm_contacts.insert(db, columns)
    locations.set_primary(db, "Email", stranger, {"email": "robin.stranger@example.org"})
    return stranger
