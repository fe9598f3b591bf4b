"""What is looked at hourly for a whole site: accounts without a contact, changed addresses."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

import structlog

from latchkey.jobs.contract import Task as Job
from latchkey.policy.email_changes import EmailChanges
from latchkey.policy.pairing import UsersToContacts
from latchkey.remote.errors import Paused, RemoteError
from latchkey.service.email_changes import carry_email_changes
from latchkey.service.installation import Installation
from latchkey.service.linking import link_users
from latchkey.service.timetable import is_long_ago
from latchkey.store import connections, pauses
from latchkey.store.models import Connection

PAIR, EMAILS = "pair", "emails"
Turn = Callable[[Connection, str], AbstractContextManager[bool]]

log = structlog.get_logger()


def site_jobs(moment: datetime) -> list[Job]:
    """The sites that are to be looked at now.

    New users are looked for once a person has had the first ones linked.
    """
    jobs: list[Job] = []
    for site in connections.every():
        if site.role != Connection.Role.SITE or site.paused_reason:
            continue
        if _pairing(site) is not UsersToContacts.OFF and _is_older(site.paired_at, moment):
            jobs.append(Job(PAIR, str(site.pk)))
        begun = site.emails_at or datetime.min.replace(tzinfo=moment.tzinfo)
        if _way(site) is not EmailChanges.OFF and _is_older(begun, moment):
            jobs.append(Job(EMAILS, str(site.pk)))
    return jobs


class SiteSweeps:
    """The work on sites for one worker; `turn` says whether it is its turn with what is done there.

    It remains so until its block ends: a large site takes long, and contacts are not made twice.
    """

    def __init__(self, installation: Installation, turn: Turn) -> None:
        self._installation = installation
        self._turn = turn

    def jobs(self) -> Mapping[str, Callable[[str], Sequence[Job]]]:
        """What to do by the name of a task."""
        acts = {PAIR: self._pair, EMAILS: self._emails}
        return {what: partial(self._alone, what, act) for what, act in acts.items()}

    def _alone(self, what: str, act: Callable[[Connection], None], key: str) -> Sequence[Job]:
        site = _going_on(key)
        if site is None:
            return []
        with self._turn(site, f"{what} {key}") as is_ours:
            if is_ours:
                act(site)
        return []

    def _pair(self, site: Connection) -> None:
        try:
            found = link_users(self._installation, site, _pairing(site))
            counts = Counter(one.pairing.value for one in found)
        except RemoteError as error:
            log.warning("users not linked", site=str(site), reason=str(error))
            connections.paired(site)
            return
        log.info("users linked", site=str(site), **counts)

    def _emails(self, site: Connection) -> None:
        try:
            found = carry_email_changes(self._installation, site, _way(site))
            counts = Counter(one.course.value for one in found)
            log.info("addresses carried", site=str(site), **counts)
        except RemoteError as error:
            log.warning("addresses not carried", site=str(site), reason=str(error))
        connections.emails_carried(site)


def _going_on(key: str) -> Connection | None:
    """The site, None when it is gone or paused."""
    site = connections.by_key(key)
    if site is None:
        return None
    try:
        pauses.stop_if_paused(site.key)
    except Paused:
        return None
    return site


def _pairing(site: Connection) -> UsersToContacts:
    return UsersToContacts(site.settings.get("users_to_contacts", UsersToContacts.MATCH))


def _way(site: Connection) -> EmailChanges:
    return EmailChanges(site.settings.get("email_changes", EmailChanges.OFF))


def _is_older(looked_at: datetime | None, moment: datetime) -> bool:
    return looked_at is not None and is_long_ago(looked_at, moment)
