"""What people ask for in the browser, done by the worker: each errand once, row by row."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from latchkey.remote.errors import RemoteError
from latchkey.remote.secrets import KeyringError
from latchkey.service import on_demand, previewing, site_errands
from latchkey.service.installation import Installation
from latchkey.service.leases import renewed
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.service.review import ReviewError
from latchkey.store import errands
from latchkey.store.models import Errand

Doing = Callable[[Installation, Errand], None]

DOING: Mapping[str, Doing] = {
    Errand.Kind.PREVIEW: previewing.preview_errand,
    Errand.Kind.PROVISION: on_demand.provision_errand,
    Errand.Kind.RESEND: on_demand.resend_errand,
    Errand.Kind.RESET: on_demand.reset_errand,
    Errand.Kind.PAIR: site_errands.pair_errand,
    Errand.Kind.LINK: site_errands.link_errand,
    Errand.Kind.DIAGNOSE: site_errands.diagnose_errand,
    Errand.Kind.REPAIR: site_errands.repair_errand,
}


def perform(installation: Installation, pk: int) -> None:
    """Do an errand unless somebody else does. What it came to nothing by is written down.

    UnavailableError when a connection gave out, so that it is left alone.
    """
    errand = errands.take(pk)
    if errand is None:
        return
    try:
        # Pages of a large site may be longer in coming than a lease lasts.
        with renewed(partial(errands.renew, errand)):
            DOING[errand.kind](installation, errand)
    except UnavailableError as gone:
        errands.finish(errand, str(gone.error))
        raise
    except (RemoteError, RuleError, ReviewError, KeyringError) as error:
        errands.finish(errand, str(error))
    except Exception:
        errands.finish(errand, "It came to an unexpected end; the log says more.")
        raise
    else:
        errands.finish(errand)


def waiting() -> list[str]:
    """The errands that nobody does, by their number as a task's key."""
    return [str(pk) for pk in errands.to_do()]


def ask(kind: Errand.Kind, by: str, **about: Any) -> Errand:
    """Ask for something that the worker does; what is asked for already is not asked twice."""
    return errands.ask(kind, by, **about)


def ask_for_repairs(seen: Errand, row_ids: Iterable[int], by: str) -> Errand | None:
    """Ask for the repair of these findings of a look at a site's links; None when there is none."""
    if not errands.pick(seen, row_ids):
        return None
    return errands.ask(Errand.Kind.REPAIR, by, site=seen.site, mode=str(seen.pk))
