"""CiviCRM, through its API v4 over HTTP."""

from latchkey.crm.civicrm.connector import CiviCrm, connect

__all__ = ["CiviCrm", "connect"]
