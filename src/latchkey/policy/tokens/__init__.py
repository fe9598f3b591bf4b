"""CiviCRM's tokens: the grammar of patterns such as `{contact.first_name}.{contact.last_name}`."""

from latchkey.policy.tokens.errors import MissingValueError, PatternError
from latchkey.policy.tokens.fields import OLD_NAMES, TOKENS, Namespace, TokenField
from latchkey.policy.tokens.pattern import CRM_TOKENS, IMPORT_TOKENS, Pattern, column_token

__all__ = [
    "CRM_TOKENS",
    "IMPORT_TOKENS",
    "OLD_NAMES",
    "TOKENS",
    "MissingValueError",
    "Namespace",
    "Pattern",
    "PatternError",
    "TokenField",
    "column_token",
]
