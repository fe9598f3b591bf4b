"""Latchkey gives every CRM contact who should have one a login on the right website."""

__version__ = "0.1.0"
