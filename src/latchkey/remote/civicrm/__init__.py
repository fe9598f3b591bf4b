"""CiviCRM's API v4: how it is reached, asked and understood, whatever is asked for."""
