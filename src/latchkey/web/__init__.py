"""The browser: parse, one call of a service, show."""
