"""The practice CiviCRM Standalone."""
