"""The one suite that every kind of site passes: inherit `SiteContract` and give it a `stand`."""

from sites.behaviour import Behaviour
from sites.failures import Failures
from sites.writing import Writing


class SiteContract(Behaviour, Writing, Failures):
    """Everything that `latchkey.sites.contract.Site` promises.

    A kind inherits it in a class with one fixture, `stand` (scope "class"), that yields a
    `sites.stand.Stand`.
    """
