"""What a check of a Joomla finds, and what to do about it."""

from collections.abc import Iterator

from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.errors import DryRun, RemoteError, SiteError, UnknownOutcome
from latchkey.sites.joomla.api import USERS, Api
from latchkey.sites.joomla.groups import Groups
from latchkey.sites.joomla.mail_to_user import MailToUser
from latchkey.sites.joomla.refusals import Refusal, write_error
from latchkey.sites.joomla.reset_form import ResetForm

# The largest id that Joomla's database can hold. A change to nobody is refused before anything is
# written (recording patch_unknown), and so is one that names no group (recording patch_unblock).
NOBODY = "2147483647"
IN_DRY_RUN = "It cannot be tried in a dry run."


def health_of(api: Api, groups: Groups, mail: MailToUser, form: ResetForm) -> Health:
    """The findings, from the address to the mails. Raises TransientError."""
    try:
        api.own_fields()
        titles = len(groups.fresh().names)
    except SiteError as error:
        return Health((Finding("reach and credential", Level.MISSING, str(error)),))
    findings = [
        Finding("Web Services, and a token that they accept (core.login.api)", Level.OK),
        Finding(f"{titles} groups", Level.OK),
        *_making(mail),
        _changing(api),
        _telling(form),
    ]
    return Health(tuple(findings))


def _making(mail: MailToUser) -> Iterator[Finding]:
    """Whether accounts can be made, and whether Joomla would mail their passwords."""
    try:
        finding = mail.finding()
    except SiteError as error:
        yield Finding("permission core.create, to make accounts", Level.MISSING, str(error))
    else:
        tried = finding.level is not Level.UNKNOWN
        yield Finding(
            "permission core.create, to make accounts",
            Level.OK if tried else Level.UNKNOWN,
            "" if tried else IN_DRY_RUN,
        )
        yield finding


def _changing(api: Api) -> Finding:
    what = "permission core.edit, to change accounts"
    try:
        answer = api.write("PATCH", f"{USERS}/{NOBODY}", {})
    except DryRun:
        return Finding(what, Level.UNKNOWN, IN_DRY_RUN)
    except UnknownOutcome as lost:
        return Finding(what, Level.UNKNOWN, str(lost))
    error: RemoteError | Refusal = write_error(answer, "PATCH", api.hidden)
    match error:
        case Refusal():
            return Finding(what, Level.OK)
        case SiteError():
            return Finding(what, Level.MISSING, str(error))
        case _:
            return Finding(what, Level.UNKNOWN, str(error))


def _telling(form: ResetForm) -> Finding:
    what = 'the form "Forgot your password?", to have Joomla mail a link'
    try:
        form.token()
    except SiteError as error:
        return Finding(what, Level.WARNING, str(error))
    return Finding(what, Level.OK)
