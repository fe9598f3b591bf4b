"""A practice site of another kind: CiviCRM Standalone 5.77 and 6.12, the CRM as its own site.

The contacts are those of the practice CRM. Its users lie in tables of their own: in this process
CiviCRM's table of links and the permissions of users are views of them (`tables.SHADOWS`).
"""

from types import MappingProxyType

from latchkey.practice import civicrm, wordpress
from latchkey.practice.standalone import tables

API_KEY = "practice-key"

# What a connection to it is set up with; the address is filled in by whoever starts it.
CONNECTION = MappingProxyType({"kind": "standalone", "api_key": API_KEY})

SCHEMA = wordpress.SCHEMA + civicrm.SCHEMA + tables.SCHEMA
