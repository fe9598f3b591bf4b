"""Backdrop as a kind of site."""

from latchkey.sites.phpcms.connector import spec_of

SPEC = spec_of("backdrop", "Backdrop")
