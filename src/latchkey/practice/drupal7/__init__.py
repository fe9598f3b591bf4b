"""A practice site of another kind: Drupal 7, at the far end of a pipe."""

from latchkey.practice.phpcms import SCHEMA, connection_of

CMS = "drupal7"
CONNECTION = connection_of(CMS)

__all__ = ["CMS", "CONNECTION", "SCHEMA"]
