"""Tells people about their new accounts, at least once: intent before, outcome after."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from latchkey.policy.letters import letter, site_name
from latchkey.policy.pacing import Pace
from latchkey.policy.planning import Verdict
from latchkey.policy.values import Account
from latchkey.remote.errors import RemoteError, SiteError, TransientError, UnknownOutcome
from latchkey.remote.mail import Mail, Mailer
from latchkey.service.pausing import stop_if_paused
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.placing import keep_in_mind
from latchkey.service.provisioning.talking import UnavailableError, stop_if_unavailable, talking_to
from latchkey.sites.contract import one_time_links
from latchkey.store import buckets, changes
from latchkey.store.models import State, Told

# Where the details of a change say why its mail was not sent.
NOT_SENT = "mail"
# Where they say in which ways a person was told while another way waits, or its answer was lost:
# only that other one is tried again.
SENT = "sent"
BY_SITE, BY_LATCHKEY = "site", "latchkey"
# A mail that cannot go now is tried again after this.
LATER = timedelta(minutes=1)
MINUTE = timedelta(minutes=1)
Sending = Callable[[Sequence[Case]], list[RemoteError | None]]


def tell(work: Assignment, cases: Sequence[Case]) -> None:
    """Every person with a new account is sent what the rule says; nobody else."""
    _keep_the_pace(work, at(cases, State.MADE))
    made = at(cases, State.MADE)
    for case in made:
        _give_up_or_intend(work, case)
    changes.save([case.change for case in made])
    _send(work, [case for case in made if case.change.told in {Told.INTENDED, Told.REPEATED}])
    for case in at(made, State.MADE):
        case.change.state = State.TOLD


def send_again(work: Assignment, case: Case) -> None:
    """Send one person once more what the rule says; what came of it is in the change.

    SiteError when the rule tells nobody.
    """
    if not _sendings(work):
        raise SiteError(
            f"The rule {work.rule.name} sends no mail (notify), or no mail server is set."
        )
    _forget_what_went(case)
    case.change.told = Told.PERHAPS if _sent(work, [case]) else case.change.told


def _keep_the_pace(work: Assignment, cases: Sequence[Case]) -> None:
    """Our own mails leave at the pace of their site; whose turn has not come waits for it.

    Before any mail goes: whoever is told in two ways would be sent the other one again.
    """
    site = work.row.site
    mailed = [case for case in cases if _is_to_be_mailed(work, case)]
    if site.mails_per_minute is None or not mailed:
        return
    pace = Pace(site.mails_per_minute)
    taken = buckets.take(site, pace, len(mailed))
    wait = max(taken.at - work.installation.now(), settling.SOON)
    for place, case in enumerate(mailed[taken.allowed :]):
        turns = place // pace.at_once
        settling.put_off(work, case, wait + turns * pace.at_once * MINUTE / pace.per_minute)


def _is_to_be_mailed(work: Assignment, case: Case) -> bool:
    if not work.rule.notify.by_latchkey or work.installation.mailer is None:
        return False
    if BY_LATCHKEY in _gone(case):
        return False
    if case.change.told == Told.NOT_YET:
        return _wanted(work, case)
    return case.change.told == Told.INTENDED


def _give_up_or_intend(work: Assignment, case: Case) -> None:
    """One step on: an intent found from before means that its outcome is unknown."""
    match Told(case.change.told):
        case Told.NOT_YET:
            case.change.told = Told.INTENDED if _wanted(work, case) else Told.NOT_WANTED
        case Told.INTENDED:
            case.change.told = Told.REPEATED
        case Told.REPEATED:
            case.change.told = Told.PERHAPS
        case _:
            return


def _wanted(work: Assignment, case: Case) -> bool:
    new = case.change.verdict == Verdict.CREATE
    notify = work.rule.notify
    return new and not case.known_contact.do_not_email and (notify.by_site or notify.by_latchkey)


def _send(work: Assignment, cases: Sequence[Case]) -> None:
    # Whoever waits for the other way is told in both when its turn has come.
    unknown = [case for case in _sent(work, cases) if case.outcome is None]
    again = [case for case in unknown if case.change.told == Told.INTENDED]
    for case in unknown:
        case.change.told = Told.REPEATED if case in again else Told.PERHAPS
    if again:
        changes.save([case.change for case in again])
        for case in _sent(work, again):
            case.change.told = Told.PERHAPS


def _sent(work: Assignment, cases: Sequence[Case]) -> list[Case]:
    """Send; the cases whose outcome stayed unknown. What was certainly not sent waits."""
    unknown: list[Case] = []
    for way, sending in _sendings(work).items():
        waiting = [case for case in cases if way not in _gone(case)]
        try:
            outcomes = sending(waiting) if waiting else []
        except UnavailableError:
            _not_sent(cases)
            raise
        for case, error in zip(waiting, outcomes, strict=True):
            _take_in(work, way, case, error, unknown)
    for case in cases:
        if case.outcome is not None or case in unknown:
            continue
        _forget_what_went(case)
        if case.change.told != Told.FAILED:
            case.change.told = Told.TOLD
            keep_in_mind(case, NOT_SENT, None)
    return unknown


def _take_in(
    work: Assignment, way: str, case: Case, error: RemoteError | None, unknown: list[Case]
) -> None:
    match error:
        case None:
            case.change.details = {**case.change.details, SENT: [*_gone(case), way]}
        case UnknownOutcome():
            unknown.append(case)
        case TransientError():
            keep_in_mind(case, NOT_SENT, error)
            _not_sent([case])
            settling.put_off(work, case, LATER)
        case _:
            case.change.told = Told.FAILED
            keep_in_mind(case, NOT_SENT, error)


def _gone(case: Case) -> Sequence[str]:
    """The ways in which the person was told already."""
    ways: Sequence[str] = case.change.details.get(SENT, ())
    return ways


def _forget_what_went(case: Case) -> None:
    """Whoever is told again is told in every way."""
    details = case.change.details
    case.change.details = {name: said for name, said in details.items() if name != SENT}


def _not_sent(cases: Sequence[Case]) -> None:
    """Nothing left: there is no intent whose outcome could be unknown."""
    for case in cases:
        case.change.told = Told.NOT_YET
    changes.save([case.change for case in cases])


def _sendings(work: Assignment) -> Mapping[str, Sending]:
    ways: dict[str, Sending] = {}
    mailer = work.installation.mailer
    if work.rule.notify.by_site:
        ways[BY_SITE] = lambda cases: _by_site(work, cases)
    if work.rule.notify.by_latchkey and mailer is not None:
        ways[BY_LATCHKEY] = lambda cases: _by_latchkey(work, mailer, cases)
    return ways


def _by_site(work: Assignment, cases: Sequence[Case]) -> list[RemoteError | None]:
    with talking_to(work.row.site):
        return work.site.tell([case.known_account for case in cases])


def _by_latchkey(
    work: Assignment, mailer: Mailer, cases: Sequence[Case]
) -> list[RemoteError | None]:
    links = _links(work, [case.known_account for case in cases])
    return [_sent_letter(work, mailer, *pair) for pair in zip(cases, links, strict=True)]


def _links(work: Assignment, accounts: Sequence[Account]) -> list[str]:
    """A one-time link for each where the site gives one, else the page that sends one."""
    with talking_to(work.row.site):
        given = one_time_links(work.site, accounts)
        stop_if_unavailable(given)
        return [work.site.password_page() if isinstance(one, RemoteError) else one for one in given]


def _sent_letter(work: Assignment, mailer: Mailer, case: Case, link: str) -> RemoteError | None:
    account = case.known_account
    written = letter(
        work.rule.telling,
        case.known_contact.values,
        site=site_name(work.row.site.name, work.row.site.url),
        username=account.username,
        link=link,
    )
    try:
        stop_if_paused(work.row)
        mailer.send(Mail(account.email, written.subject, written.text, written.html))
    except RemoteError as error:
        return error
    return None
