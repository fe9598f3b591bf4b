"""Several writes as one."""

from contextlib import AbstractContextManager

from django.db import transaction


def all_or_nothing() -> AbstractContextManager[None]:
    """What is written within it is kept whole or not at all. Nothing remote belongs into it."""
    return transaction.atomic()
