"""A practice site of another kind: Backdrop, at the far end of a pipe."""

from latchkey.practice.phpcms import SCHEMA, connection_of

CMS = "backdrop"
CONNECTION = connection_of(CMS)

__all__ = ["CMS", "CONNECTION", "SCHEMA"]
