"""The terminal: parse, one call of a service, show."""
