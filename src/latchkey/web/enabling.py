"""A rule is switched on only by who has seen its preview: the ticket that the preview hands out.

The page of a preview holds, for a rule that is off and whose preview is complete,
`<input type="hidden" name="previewed" value="{{ ticket }}">` in a form that posts to
`web:rule_enable`. The ticket is good for the rule as it was previewed, and for a day.
"""

from django.core import signing

from latchkey.store.models import Rule

_SALT = "latchkey.web.enabling"
A_DAY = 24 * 3600


def ticket(rule: Rule) -> str:
    """What shows that the rule, as it is now, was previewed."""
    return signing.dumps([rule.name, rule.version], salt=_SALT)


def is_previewed(rule: Rule, given: str) -> bool:
    """Whether the ticket is for the rule as it is now."""
    try:
        found = signing.loads(given, salt=_SALT, max_age=A_DAY)
    except signing.BadSignature:
        return False
    return list(found) == [rule.name, rule.version]
