"""Refusals that we see ourselves, before a site is asked."""

from collections.abc import Collection, Sequence

from latchkey.remote.errors import RejectedError


def without_role(
    unknown: Sequence[str], roles: Collection[str] | None, words: str
) -> RejectedError | None:
    """Why the roles cannot be given, of which one is unknown: sites leave it out without a word.

    `words` say so of `{role}`. None for `roles` leaves them as they are.
    """
    role = next((role for role in unknown if role in (roles or ())), None)
    return None if role is None else RejectedError(words.format(role=role), role)
