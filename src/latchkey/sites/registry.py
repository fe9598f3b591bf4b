"""Every kind of site that Latchkey knows: one line each."""

from collections.abc import Mapping
from types import MappingProxyType

from latchkey.sites.backdrop.connector import SPEC as BACKDROP
from latchkey.sites.contract import Spec
from latchkey.sites.drupal.connector import SPEC as DRUPAL
from latchkey.sites.drupal7.connector import SPEC as DRUPAL7
from latchkey.sites.joomla.connector import SPEC as JOOMLA
from latchkey.sites.moodle.connector import SPEC as MOODLE
from latchkey.sites.scim.connector import SPEC as SCIM
from latchkey.sites.standalone.connector import SPEC as STANDALONE
from latchkey.sites.wordpress.connector import SPEC as WORDPRESS

KINDS: Mapping[str, Spec] = MappingProxyType(
    {
        spec.kind: spec
        for spec in (WORDPRESS, DRUPAL, DRUPAL7, BACKDROP, JOOMLA, STANDALONE, MOODLE, SCIM)
    }
)
