"""CiviCRM Standalone, as its recordings and the practice one speak it."""
