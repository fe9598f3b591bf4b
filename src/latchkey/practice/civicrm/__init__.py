"""The practice CRM: CiviCRM 5.77 API v4 over HTTP, on SQLite."""

from latchkey.practice.civicrm.entities import SCHEMA

__all__ = ["SCHEMA"]
